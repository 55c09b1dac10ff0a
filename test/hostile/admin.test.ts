import { rm } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { buildQuery, parseReply } from '../support/client.ts'
import { exchangeTcp, exchangeUdp } from '../support/exchange.ts'
import { guestOf } from '../support/guest.ts'
import { largeObjects } from '../support/large.ts'
import { exported } from '../support/manifests.ts'
import { metricsOf } from '../support/metrics.ts'
import { page } from '../support/pages.ts'
import { type Command, command, listening, MERIDIAN, type Running, written } from '../support/server.ts'
import { until } from '../support/sockets.ts'
import type { Temporary } from '../support/temporary.ts'

// Whoever reaches the admin port does what they like there, and the main thread stands still. Beside them a client asks
// over UDP and TCP, and a prober asks for the server's health: both are answered throughout.

const WEB = 'web.default.svc.clusterset.local'
const SERVICES = 2000

/** A service of 1,000 endpoints that have 1,000 ports each, a million records to a name, in files that are read. */
const THOUSANDS = filesOf(
  { name: 'thousands', clusterIP: null, endpoints: 1000, ports: 1000, perSlice: 10 },
  20,
)

function filesOf(
  spec: Parameters<typeof largeObjects>[0],
  perFile: number,
): Readonly<Record<string, string>> {
  const objects = largeObjects(spec)
  return Object.fromEntries(
    Array.from({ length: Math.ceil(objects.length / perFile) }, (_, i) => {
      const items = objects.slice(i * perFile, (i + 1) * perFile)
      return [`${spec.name}-${i}.json`, JSON.stringify({ apiVersion: 'v1', kind: 'List', items })]
    }),
  )
}

let server: Command
let directory: Temporary
let running: Running
let health: string

beforeAll(async () => {
  const many = Array.from({ length: SERVICES }, (_, i) =>
    exported({ name: `s${i}`, namespace: 'many', clusterIP: '10.101.1.1', pods: ['10.1.1.1'] }),
  )
  const forged = exported({ name: 'x\n[+] cluster good: live', clusterIP: '10.101.0.9', pods: [] })
  directory = await written({
    clusters: {
      east: {
        'web.json': exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }),
        'many.json': JSON.stringify({
          apiVersion: 'v1',
          kind: 'List',
          items: many.flatMap((text) => JSON.parse(text).items),
        }),
        'forged.json': forged,
        ...THOUSANDS,
      },
    },
    config: {
      dns: { explain: { allow: ['127.0.0.1/32'] } },
      health: { listen: '127.0.0.1:0' },
      log: { level: 'info' },
    },
  })
  const hook = fileURLToPath(new URL('standing-still.ts', import.meta.url))
  const serve = [MERIDIAN, 'serve', '--config', directory.at('meridian.yaml')]
  server = command(['--import', hook, ...serve], undefined, { STAND_STILL: directory.at('still') })
  running = await listening(server)
  health = /"health":"([^"]+)"/.exec(server.err)?.[1] ?? ''
  await running.ready()
  await until(async () => (await page(health, '/readyz')).status === 200, 'a probe that is told so')
})

afterAll(async () => {
  server.child.kill('SIGKILL')
  await directory.close()
})

const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await rm(directory.at('still'), { force: true })
})

/** It goes after the test. */
async function guest(address: string, from?: string) {
  const one = await guestOf(address, from)
  sockets.push(one.socket)
  return one
}

/** Asks as the good ones do. */
async function served(): Promise<void> {
  const query = buildQuery({ name: WEB, type: 'A', edns: {} })
  const [udp, tcp, healthz, readyz] = await Promise.all([
    exchangeUdp(running.port, '127.0.0.3', query),
    exchangeTcp(running.port, '127.0.0.3', query, false),
    page(health, '/healthz'),
    page(health, '/readyz'),
  ])
  for (const reply of [udp, ...tcp]) expect(parseReply(reply).answers).toEqual([`${WEB}. 5 IN A 10.101.0.1`])
  expect(tcp).toHaveLength(1)
  expect([healthz.status, readyz.status]).toEqual([200, 200])
}

/** Does it, and until it is done, ten times at least, asks as the good ones do. */
async function beside(hostility: Promise<unknown>): Promise<void> {
  let isOver = false
  const over = hostility.finally(() => {
    isOver = true
  })
  for (let i = 0; i < 10 || !isOver; i++) await served()
  await over
}

const request = (path: string, headers = 'Host: 127.0.0.1\r\n', method = 'GET'): string =>
  `${method} ${path} HTTP/1.1\r\n${headers}\r\n`

describe('served throughout, while', { timeout: 60_000 }, () => {
  test('one connection asks a thousand times for metrics at once', async () => {
    const { socket, heard } = await guest(running.admin)
    socket.write(request('/metrics').repeat(1000))
    await beside(until(() => heard.isOver, 'the end of that connection'))
    expect((await running.get('/healthz')).status).toBe(200)
  })

  test('a hundred connections ask fifty times each', async () => {
    const guests: Awaited<ReturnType<typeof guest>>[] = []
    for (let i = 0; i < 100; i++) guests.push(await guest(running.admin, `127.0.2.${i + 1}`))
    for (const { socket } of guests) socket.write(request('/metrics').repeat(50))
    await beside(until(() => guests.every(({ heard }) => heard.isOver), 'the end of all of them'))
    expect((await running.get('/healthz')).status).toBe(200)
  })

  test.each([255, 256, 257, 2560])(
    '%i connections to the admin port and as many to health say nothing',
    async (n) => {
      const idle: Awaited<ReturnType<typeof guest>>[] = []
      for (let i = 0; i < n; i++) {
        idle.push(await guest(running.admin, `127.0.3.${1 + (i % 250)}`))
        idle.push(await guest(health, `127.0.3.${1 + (i % 250)}`))
      }
      await beside(Promise.resolve())
      expect((await running.get('/healthz')).status).toBe(200)
      expect(idle).toHaveLength(2 * n)
    },
  )

  test('zones are asked for by HEAD, and read to the end by nobody', async () => {
    const guests = await Promise.all(Array.from({ length: 20 }, () => guest(running.admin)))
    for (const { socket } of guests) socket.write(request('/render', undefined, 'HEAD'))
    await beside(until(() => guests.every(({ heard }) => heard.text.includes('\r\n\r\n')), 'their heads'))
    for (const { heard } of guests) expect(heard.text).toMatch(/^HTTP\/1\.1 200/)
    const readers = await Promise.all(Array.from({ length: 20 }, () => guest(running.admin)))
    for (const { socket } of readers) {
      socket.write(request('/render'))
      socket.once('data', () => socket.pause())
    }
    await beside(until(() => readers.every(({ heard }) => heard.text !== ''), 'the beginnings of all'))
  })

  test('a service with a million records to a name is explained, and the asker has its answer', async () => {
    const explained = async () => {
      const { status, text } = await page(
        running.admin,
        '/explain?name=thousands.default.svc.clusterset.local',
      )
      expect(status).toBe(200)
      const { service, records, moreRecords, cut } = JSON.parse(text)
      expect([service, records.length, moreRecords]).toEqual(['default/thousands', 2000, true])
      expect(cut[0]).toMatchObject({ type: 'SRV', records: 1_000_000 })
    }
    await beside(Promise.all(Array.from({ length: 4 }, explained)))
    const readers = await Promise.all(Array.from({ length: 4 }, () => guest(running.admin)))
    for (const { socket } of readers) socket.write(request('/render?zone=clusterset.local'))
    const far = () => readers.every(({ heard }) => heard.text.length > 2 ** 20)
    await beside(until(far, 'much of that zone'))
    for (const { heard } of readers) expect(heard.text).toContain('thousands.default.svc.clusterset.local.')
  })

  test('the main thread stands still: told on /readyz and in the log after ten seconds, and counted', async () => {
    await directory.write('still', '')
    const told = async (): Promise<boolean> => {
      const { status, text } = await page(health, '/readyz')
      expect(status).toBe(200)
      return /^ok\n\[-\] the main thread has stood still for \d+ s: the line above is what it said last\n$/.test(
        text,
      )
    }
    let isTold = false
    while (!isTold) {
      await served()
      isTold = await told()
    }
    await until(() => /the main thread has stood still for 1\d s/.test(server.err), 'the line of it')
    await beside(Promise.resolve())
    await rm(directory.at('still'))
    await until(async () => (await page(health, '/readyz')).text === 'ok\n', 'main to go on')
    const { samples } = metricsOf((await running.get('/metrics')).text)
    expect(samples.get('meridian_main_stalls_total')).toBe(1)
    await until(() => server.err.includes('the main thread goes on, after '), 'the line of that')
  })
})

describe('only for those who may look', () => {
  test('is what /readyz?verbose tells', async () => {
    expect(await page(running.admin, '/readyz?verbose', { from: '127.0.0.2' })).toMatchObject({
      status: 200,
      text: 'ok\n',
    })
    expect(await page(health, '/readyz?verbose')).toMatchObject({ status: 200, text: 'ok\n' })
    await served()
  })

  test('who read what a cluster says on one line, and cannot take it for ours', async () => {
    const { text } = await running.get('/readyz?verbose')
    expect(text).toContain('cluster east: ')
    expect(text).toContain('cluster good: live')
    expect(text.split('\n').filter((line) => line.startsWith('[+] cluster good'))).toEqual([])
    await served()
  })

  test('whose browser was not led here by a name of somebody else', async () => {
    const { socket, heard } = await guest(running.admin)
    socket.write(request(`/explain?name=${WEB}`, 'Host: evil.example\r\nConnection: close\r\n'))
    await until(() => heard.isOver, 'the reply')
    expect(heard.text).toMatch(/^HTTP\/1\.1 421/)
    await served()
  })
})
