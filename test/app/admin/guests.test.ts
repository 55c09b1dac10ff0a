import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { MOST_GUESTS, MOST_OF_ONE, MOST_WAITING } from '../../../src/app/admin/guests.ts'
import { isOwnHost } from '../../../src/app/admin/host.ts'
import { type AdminServer, startAdmin } from '../../../src/app/admin/index.ts'
import { createLog, createTelemetry } from '../../../src/words/observe/index.ts'
import { guestOf } from '../../support/guest.ts'
import { exported } from '../../support/manifests.ts'
import { page } from '../../support/pages.ts'
import { until } from '../../support/sockets.ts'
import { identityOf } from '../../support/values.ts'
import { made } from '../../support/world.ts'
import { QUIET } from './quiet.ts'

const running: AdminServer[] = []
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await Promise.all(running.splice(0).map((one) => one.stop()))
})

async function start(over: Partial<Parameters<typeof startAdmin>[0]> = {}) {
  const { world, views, config } = made({
    clusters: {
      east: { 'web.json': exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }) },
    },
  })
  let refreshed = 0
  const server = await startAdmin({
    listen: { host: '127.0.0.1', port: 0 },
    watched: {
      world,
      views,
      problems: new Map([['east', [{ place: 'a.yaml', message: 'wrong\n[+] cluster good: live\u202e' }]]]),
      contacts: () => [],
      ...QUIET,
    },
    inspected: () => ({ snapshot: world, map: [], identity: identityOf('test', '1') }),
    telemetry: createTelemetry(createLog('silent')),
    refresh: async () => {
      refreshed++
    },
    mayInspect: () => config.dns.explain.allow,
    random: () => 0,
    log: createLog('silent'),
    ...over,
  })
  running.push(server)
  return { server, get: (path: string) => page(server.address, path), refreshed: () => refreshed }
}

/** It goes after the test. */
async function guest(address: string, from?: string) {
  const one = await guestOf(address, from)
  sockets.push(one.socket)
  return one
}

const request = (path: string, headers = '', method = 'GET'): string =>
  `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n`

describe('one connection', () => {
  test.each([1, MOST_WAITING])('that asks %i times at once is answered in order', async (n) => {
    const { server } = await start()
    const { socket, heard } = await guest(server.address)
    socket.write(request('/healthz').repeat(n))
    await until(() => heard.text.split('HTTP/1.1 200').length === n + 1, 'all answers')
    expect(heard.isOver).toBe(false)
  })

  test.each([MOST_WAITING + 1, 10 * MOST_WAITING, 1000])(
    'that asks %i times is cut off, and costs no other',
    async (n) => {
      const { server, get, refreshed } = await start()
      const { socket, heard } = await guest(server.address)
      socket.write(request('/metrics').repeat(n))
      expect((await get('/healthz')).status).toBe(200)
      await until(() => heard.isOver, 'the end of it')
      expect((await get('/healthz')).status).toBe(200)
      expect(refreshed()).toBeLessThanOrEqual(1)
    },
  )
})

test('metrics are worked out once a second at most, however many ask', async () => {
  const { get, refreshed } = await start({ metricsMs: 60_000 })
  const texts = await Promise.all(Array.from({ length: 20 }, () => get('/metrics')))
  expect(new Set(texts.map(({ text }) => text)).size).toBe(1)
  expect(refreshed()).toBe(1)
})

describe('connections that ask nothing', () => {
  test.each([MOST_OF_ONE - 1, MOST_OF_ONE, MOST_OF_ONE + 1, 4 * MOST_OF_ONE, 10 * MOST_OF_ONE])(
    '%i of one client keep nobody out: the longest idle goes',
    async (n) => {
      const { server, get } = await start()
      const guests: Awaited<ReturnType<typeof guest>>[] = []
      for (let i = 0; i < n; i++) guests.push(await guest(server.address))
      expect((await get('/healthz')).status).toBe(200)
      const gone = Math.max(0, n + 1 - MOST_OF_ONE)
      await until(() => guests.filter(({ heard }) => heard.isOver).length === gone, `${gone} that went`)
      expect(guests.slice(0, gone).every(({ heard }) => heard.isOver)).toBe(true)
    },
  )

  test.each([MOST_GUESTS - 1, MOST_GUESTS, MOST_GUESTS + 1, 10 * MOST_GUESTS])(
    '%i of five clients cost another’s nothing that is idle',
    async (n) => {
      const { server } = await start()
      const quiet = await guest(server.address, '127.0.0.9')
      for (let i = 0; i < n; i++) await guest(server.address, `127.0.1.${1 + (i % 5)}`)
      quiet.socket.write(request('/healthz'))
      await until(() => quiet.heard.text.includes('200'), 'an answer')
      expect(quiet.heard.isOver).toBe(false)
    },
  )

  test('go before one that asks, though that came first', async () => {
    const { server } = await start()
    const first = await guest(server.address)
    for (let i = 0; i < MOST_OF_ONE - 1; i++) await guest(server.address)
    first.socket.write(request('/healthz'))
    await until(() => first.heard.text.includes('200'), 'an answer')
    await guest(server.address)
    first.socket.write(request('/healthz'))
    await until(() => first.heard.text.split('HTTP/1.1 200').length === 3, 'another')
  })
})

describe('pages for people', () => {
  test('/readyz?verbose says to others what /readyz says', async () => {
    const { get } = await start({ mayInspect: () => [] })
    expect(await get('/readyz?verbose')).toMatchObject({ status: 200, text: 'ok\n' })
    expect((await get('/explain?name=web.default.global')).status).toBe(403)
  })

  test('what a cluster says stands on one line, and is none of ours', async () => {
    const { get } = await start()
    const lines = (await get('/readyz?verbose')).text.split('\n')
    expect(lines).toContain('[-] cluster east: a.yaml: wrong\\x0a[+] cluster good: live\\u202e')
    expect(lines.some((line) => line.startsWith('[+] cluster good'))).toBe(false)
  })

  test('HEAD of a zone has no zone to make', async () => {
    const { server } = await start({
      inspected: () => {
        const { world } = made({ clusters: { east: {} } })
        return { snapshot: world, map: [], identity: identityOf('test', '1') }
      },
    })
    const { socket, heard } = await guest(server.address)
    socket.write(request('/render', '', 'HEAD'))
    await until(() => heard.text.includes('\r\n\r\n'), 'the headers')
    expect(heard.text).toMatch(/^HTTP\/1\.1 200/)
    expect(heard.text).not.toContain('; zone')
  })

  test('a page in a browser that had its own name resolved to here gets none', async () => {
    const { server } = await start()
    const ask = async (path: string, host: string) => {
      const { socket, heard } = await guest(server.address)
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
      await until(() => heard.isOver, 'the reply')
      return heard.text.slice(9, 12)
    }
    expect(await ask('/explain?name=web.default.global', 'evil.example')).toBe('421')
    expect(await ask('/explain?name=web.default.global', 'localhost:9153')).toBe('200')
    expect(await ask('/healthz', 'evil.example')).toBe('200')
    expect(await ask('/metrics', 'evil.example')).toBe('200')
  })

  test.each([
    ['127.0.0.1:9153', true],
    ['[::1]:9153', true],
    ['localhost', true],
    ['LOCALHOST.:80', true],
    ['meridian', true],
    ['meridian.meridian.svc', true],
    ['meridian.meridian.svc.cluster.local:9153', true],
    [undefined, true],
    ['evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['svc.cluster.local.evil.example', false],
    ['meridian.svc.other.local', false],
  ])('%s is ours: %s', (host, isOurs) => {
    expect(isOwnHost(host, 'cluster.local')).toBe(isOurs)
  })
})
