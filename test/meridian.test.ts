import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { parseConfig } from '../src/app/config/index.ts'
import { startMeridian } from '../src/meridian.ts'
import { openStore } from '../src/sources/state/index.ts'
import { createLog } from '../src/words/observe/index.ts'
import { buildQuery } from './support/client.ts'
import { exchangeTcp } from './support/exchange.ts'
import { exported, meridianYaml, type Written } from './support/manifests.ts'
import { metricsOf } from './support/metrics.ts'
import { runs } from './support/runs.ts'
import { seeded } from './support/seeded.ts'
import { type InProcess, startServer, written } from './support/server.ts'
import { canBind, until } from './support/sockets.ts'
import { storeIn } from './support/values.ts'

const WEB = 'web.default.svc.clusterset.local'
const web = (clusterIP: string) => exported({ name: 'web', clusterIP, pods: ['10.1.0.1'] })

const servers: InProcess[] = []
afterEach(async () => {
  for (const { meridian, directory } of servers.splice(0)) {
    await meridian.stop()
    await directory.close()
  }
})

async function start(spec: Written | Awaited<ReturnType<typeof written>>): Promise<InProcess> {
  const server = await startServer(spec)
  servers.push(server)
  return server
}

const EAST: Written = { clusters: { east: { 'web.yaml': web('10.101.0.1') } } }

/** One server for all tests of a `describe`, stopped after them. */
function serverOfAll(): () => InProcess {
  let server: InProcess
  beforeAll(async () => {
    server = await startServer(EAST)
    await server.ready()
  })
  afterAll(async () => {
    await server.meridian.stop()
    await server.directory.close()
  })
  return () => server
}

// One server, from one change to the next.
describe('while manifests change', () => {
  const serving = serverOfAll()

  test('the answer and the serial follow', async () => {
    const { ask, directory } = serving()
    const [soa] = (await ask('clusterset.local', 'SOA')).answers
    expect((await ask(WEB)).answers).toEqual([`${WEB}. 5 IN A 10.101.0.1`])
    await directory.replace('east/web.yaml', web('10.101.0.2'))
    await until(async () => (await ask(WEB)).answers[0] === `${WEB}. 5 IN A 10.101.0.2`, 'the new address')
    await until(async () => (await ask('clusterset.local', 'SOA')).answers[0] !== soa, 'another serial')
    await directory.remove('east/web.yaml')
    await until(async () => (await ask(WEB)).rcode === 'NXDOMAIN', 'the end of the service')
  })

  test('a broken file keeps its last good objects, and shows on /readyz?verbose until it is mended', async () => {
    const { ask, directory, get } = serving()
    await directory.write('east/web.yaml', web('10.101.0.1'))
    await until(async () => (await ask(WEB)).answers[0] === `${WEB}. 5 IN A 10.101.0.1`, 'the service')
    await directory.replace('east/web.yaml', 'kind: [Service')
    await until(
      async () => (await get('/readyz?verbose')).text.includes('east/web.yaml:1: YAML: '),
      'the problem',
    )
    expect(await get('/readyz')).toMatchObject({ status: 200 })
    expect((await ask(WEB)).answers).toEqual([`${WEB}. 5 IN A 10.101.0.1`])
    await directory.replace('east/web.yaml', web('10.101.0.3'))
    await until(async () => !(await get('/readyz?verbose')).text.includes('YAML'), 'the end of the problem')
    expect((await ask(WEB)).answers).toEqual([`${WEB}. 5 IN A 10.101.0.3`])
  })

  test('a directory that vanishes takes nothing away', async () => {
    const { ask, directory, get } = serving()
    await rm(directory.at('east'), { recursive: true })
    await until(async () => (await get('/readyz?verbose')).text.includes('[-] cluster east: '), 'the problem')
    expect((await ask(WEB)).answers).toEqual([`${WEB}. 5 IN A 10.101.0.3`])
  })
})

describe('a cluster whose directory is not there at the start', () => {
  const spec = (timeout: string): Written => ({
    ...EAST,
    clusters: { ...EAST.clusters, west: {} },
    config: { startup: { timeout } },
  })

  test('makes every name of the zones SERVFAIL with EDE 14, and /readyz 503, until it comes', async () => {
    const { ask, directory, get, ready } = await start(spec('10m'))
    const waitsForWest = 'starting: no view yet of west'
    await until(
      async () => (await ask(WEB)).edns?.ede.some(({ text }) => text === waitsForWest) === true,
      'the other cluster, heard by the thread that answers too',
    )
    for (const name of [WEB, 'clusterset.local', 'nobody.global']) {
      expect(await ask(name)).toMatchObject({
        rcode: 'SERVFAIL',
        flags: { aa: false },
        edns: { ede: [{ code: 14, text: waitsForWest }] },
      })
    }
    expect((await ask('example.com')).rcode).toBe('REFUSED')
    expect((await get('/readyz')).status).toBe(503)
    expect((await get('/healthz')).status).toBe(200)
    await directory.write('west/web.yaml', web('10.102.0.1'))
    await ready()
    expect((await ask(WEB)).answers).toEqual([`${WEB}. 5 IN A 10.101.0.1`])
  })

  test('is waited for no longer than startup.timeout; then only what it could have is SERVFAIL', async () => {
    const { ask, get, ready } = await start(spec('4s'))
    await ready()
    expect((await get('/readyz?verbose')).text).toContain('[-] cluster west: never, never heard')
    // On a busy machine the other cluster is read, or heard by the thread that answers, after that time only.
    await until(async () => (await ask(WEB)).answers.length > 0, 'the other cluster')
    expect((await ask(WEB)).answers).toEqual([`${WEB}. 5 IN A 10.101.0.1`])
    expect((await ask('clusterset.local', 'SOA')).rcode).toBe('NOERROR')
    expect(await ask('nobody.default.svc.clusterset.local')).toMatchObject({
      rcode: 'SERVFAIL',
      edns: { ede: [{ code: 14, text: 'no view yet of west' }] },
    })
    expect((await ask('nobody.default.svc.east.local')).rcode).toBe('NXDOMAIN')
    expect((await ask('no-such.clusterset.local')).rcode).toBe('NXDOMAIN')
  })
})

// One server, until it drains and stops.
describe('under whatever is sent to it, to its end', () => {
  const SENT = runs(50_000)
  const serving = serverOfAll()

  test('names and types that clients invent add no series to the metrics', async () => {
    const { ask, get } = serving()
    const seriesAfter = async (from: number) => {
      for (let i = from; i < from + 20; i++) {
        await ask(`x${i}.default.svc.clusterset.local`, `TYPE${3000 + i}`)
        await ask(`x${i}.example`, `TYPE${3000 + i}`, { class: 7 + i })
      }
      const keys = [...metricsOf((await get('/metrics')).text).samples.keys()]
      return keys.filter((key) => key.startsWith('meridian_')).toSorted()
    }
    const before = await seriesAfter(0)
    expect(before).toContain(
      'meridian_dns_requests_total{zone="clusterset.local",type="other",rcode="NXDOMAIN",transport="udp"}',
    )
    expect(await seriesAfter(20)).toEqual(before)
  })

  test('a zone transfer over TCP is the zone', async () => {
    const { port } = serving()
    const query = buildQuery({ name: 'clusterset.local', type: 'AXFR' })
    expect(await exchangeTcp(port, '127.0.0.1', query, true)).toHaveLength(1)
  })

  test(`${SENT} random datagrams leave it answering`, async () => {
    const { ask, get, port } = serving()
    const random = seeded(1)
    const question = buildQuery({ name: WEB, type: 'A', edns: { nsid: true, subnet: '10.0.0.0/24' } })
    const noise = () => Uint8Array.from({ length: Math.floor(random() * 300) }, () => random() * 256)
    const datagrams = Array.from({ length: 500 }, (_, i) =>
      i % 2 === 0 ? noise() : mutant(question, random),
    )
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    socket.on('message', () => {})
    for (let sent = 0; sent < SENT; sent += datagrams.length) {
      for (const datagram of datagrams) socket.send(datagram, port, '127.0.0.1')
      expect((await ask(WEB)).answers).toHaveLength(1)
    }
    socket.close()
    // The page is made once a second at most.
    const counts = async () => metricsOf((await get('/metrics')).text).samples
    await until(async () => {
      const seen = [...(await counts())].filter(([key]) => /^meridian_dns_(requests|dropped)_total/.test(key))
      return seen.reduce((sum, [, value]) => sum + value, 0) > SENT / 5
    }, 'what was sent, counted')
    const samples = await counts()
    expect(samples.get('meridian_dns_bugs_total')).toBe(0)
  })

  test('draining is not ready any more, and answers on', async () => {
    const { ask, get, meridian } = serving()
    meridian.drain()
    expect(await get('/readyz')).toMatchObject({ status: 503, text: '[-] draining\n' })
    expect((await get('/healthz')).status).toBe(200)
    expect((await ask(WEB)).answers).toHaveLength(1)
  })

  test('what is stopped leaves no port open, and stopping twice is stopping', async () => {
    const adminPort = Number(new URL(`http://${serving().admin}`).port)
    await serving().meridian.stop()
    await serving().meridian.stop()
    expect([await canBind('127.0.0.1', serving().port), await canBind('127.0.0.1', adminPort)]).toEqual([
      true,
      true,
    ])
  })
})

test('a serial that was ahead of the clock goes on after a restart, for secondaries would not take an older one', async () => {
  const directory = await written({ ...EAST, config: { state: { dir: './state' } } })
  const before = await openStore(storeIn(directory.at('state')))
  const at = Date.now()
  const ahead = Math.floor(at / 1000) + 100_000
  before.saveSerials({ at, serials: new Map([['clusterset.local', ahead]]) })
  await before.close()
  const { ask, ready } = await start(directory)
  await ready()
  const [soa = ''] = (await ask('clusterset.local', 'SOA')).answers
  expect(Number(soa.split(' ')[6])).toBeGreaterThan(ahead)
})

describe('a port that is taken', () => {
  async function takenPort(): Promise<{ port: number; free: () => void }> {
    const holder = createServer()
    holder.listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const address = holder.address()
    return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, free: () => holder.close() }
  }

  test('for DNS or admin is an error that names it, and nothing is left listening', async () => {
    const [taken, other] = [await takenPort(), await takenPort()]
    other.free()
    const listens = [
      { dns: { listen: [`127.0.0.1:${taken.port}`] }, admin: { listen: `127.0.0.1:${other.port}` } },
      { dns: { listen: [`127.0.0.1:${other.port}`] }, admin: { listen: `127.0.0.1:${taken.port}` } },
    ]
    for (const config of listens) {
      const parsed = parseConfig(meridianYaml({ ...EAST, config }), 'meridian.yaml')
      await expect(startMeridian(parsed, '1', createLog('silent'))).rejects.toThrow(
        new RegExp(`127\\.0\\.0\\.1:${taken.port}.*the port is taken`),
      )
      expect(await canBind('127.0.0.1', other.port)).toBe(true)
    }
    taken.free()
  })
})

/** A query with some of its octets changed. */
function mutant(query: Uint8Array, random: () => number): Uint8Array {
  const changed = Uint8Array.from(query)
  for (let i = 0; i < 3; i++) changed[Math.floor(random() * changed.length)] = random() * 256
  return changed.subarray(0, random() < 0.5 ? changed.length : Math.floor(random() * changed.length))
}
