import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { on, once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { buildQuery, parseReply } from '../support/client.ts'
import { exchangeUdp } from '../support/exchange.ts'
import { guestOf } from '../support/guest.ts'
import { largeObjects } from '../support/large.ts'
import { exported } from '../support/manifests.ts'
import { metricsOf } from '../support/metrics.ts'
import { page } from '../support/pages.ts'
import { type Command, command, listening, MERIDIAN, type Running, written } from '../support/server.ts'
import { PATIENCE_MS, TcpClient, until } from '../support/sockets.ts'
import { WAYS } from '../support/ways.ts'

// Some addresses have many connections, or open them without an end, as hard as they can. Others have one each, or connect
// and ask: all of it is answered, on connections that stay. Nothing here is timed.

const WEB = 'web.default.svc.clusterset.local'
const QUERY = buildQuery({ name: WEB, type: 'A', edns: {} })
const HOST = '127.0.0.1'
const ONE = '127.0.0.2'
/** Sixteen neighbours have a queue each. */
const GOOD = Array.from({ length: 13 }, (_, i) => `127.0.0.${3 + i}`)

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

interface Serving extends Running {
  readonly server: Command
  readonly health: number
}

/** `bad`: what a member beside the good one has; `flags`: of Node. */
async function serving(
  bad: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): Promise<Serving> {
  const directory = await written({
    clusters: {
      east: { 'web.json': exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }) },
      bad,
    },
    config: { health: { listen: `${HOST}:0` }, log: { level: 'info' } },
  })
  closing.push(() => directory.close())
  const server = command([
    ...flags,
    MERIDIAN,
    'serve',
    '--config',
    directory.at('meridian.yaml'),
    '--drain',
    '0s',
  ])
  closing.push(async () => {
    server.child.kill('SIGKILL')
    await server.ended
  })
  const running = await listening(server)
  await running.ready()
  const health = Number(/"health":"[^"]+:(\d+)"/.exec(server.err)?.[1])
  await until(
    async () => (await page(`${HOST}:${health}`, '/readyz')).status === 200,
    'a probe that is told so',
  )
  return { ...running, server, health }
}

/** So many services without endpoints, as one file. */
function many(count: number): string {
  const services = Array.from({ length: count }, (_, i) =>
    largeObjects({ name: `s${i}`, clusterIP: `10.102.${i >> 8}.${i & 255}`, endpoints: 0 }),
  )
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: services.flat() })
}

async function started(program: string, ...words: readonly string[]): Promise<void> {
  const file = new URL(program, import.meta.url).pathname
  const child = spawn(process.execPath, [file, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
  closing.push(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data', { signal: AbortSignal.timeout(PATIENCE_MS) })
}

async function answered(client: TcpClient): Promise<void> {
  const reply = await client.ask(QUERY)
  expect(parseReply(reply).answers).toEqual([`${WEB}. 5 IN A 10.101.0.1`])
}

async function connected(port: number, from: string): Promise<TcpClient> {
  const client = await TcpClient.connect({ host: HOST, port }, { localAddress: from })
  closing.push(() => client.socket.destroy())
  return client
}

async function probe(port: number, from: string) {
  const one = await guestOf(`${HOST}:${port}`, from)
  closing.push(() => one.socket.destroy())
  one.socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
  return one
}

type Probe = Awaited<ReturnType<typeof probe>>

async function healthy({ heard }: Probe): Promise<void> {
  await until(() => heard.isOver, 'the end of a probe')
  expect(heard.text).toContain('HTTP/1.1 200 OK')
}

const withAddon = WAYS.includes('batches') ? describe : () => undefined

withAddon('one address that connects without an end', { timeout: 120_000 }, () => {
  test('fills its own queue: others connect while nobody accepts, and are served first thing', async () => {
    const { port, health, server } = await serving()
    server.child.kill('SIGSTOP')
    // One more than its queue is to hold: for the next ones the system does nothing.
    await started('./connector.ts', ONE, HOST, `${port}`, '4500', '4097')
    await started('./connector.ts', ONE, HOST, `${health}`, '1500', '1025')
    const clients = await Promise.all(GOOD.map((from) => connected(port, from)))
    const probes = await Promise.all(GOOD.map((from) => probe(health, from)))
    server.child.kill('SIGCONT')
    await Promise.all([...clients.map(answered), ...probes.map(healthy)])
  })

  test('costs others neither queries nor probes', async () => {
    const { port, health } = await serving()
    for (const at of [port, health]) await started('./connector.ts', ONE, HOST, `${at}`, '2000')
    for (let i = 0; i < 10; i++) {
      await Promise.all(GOOD.map(async (from) => answered(await connected(port, from))))
      await Promise.all(GOOD.map(async (from) => healthy(await probe(health, from))))
    }
  })
})

test('transfers that go through many services for few records cost others nothing', {
  timeout: 120_000,
}, async () => {
  const { port, health } = await serving({ 'many.json': many(4000) })
  let [whole, over] = [0, false]
  const copying = Array.from({ length: 20 }, async (_, i) => {
    const zone = ['clusterset.local', 'bad.local', 'east.local'][i % 3] ?? ''
    while (!over) {
      const client = await connected(port, `127.0.1.${2 + i}`)
      expect(parseReply(await client.ask(buildQuery({ name: zone, type: 'AXFR' }))).rcode).toBe('NOERROR')
      client.socket.destroy()
      whole++
    }
  })
  for (let i = 0; i < 5; i++) {
    await Promise.all(GOOD.map(async (from) => answered(await connected(port, from))))
    await Promise.all(GOOD.map(async (from) => healthy(await probe(health, from))))
  }
  await until(() => whole > 40, 'transfers that are whole')
  over = true
  await Promise.all(copying)
})

test('all names of a member with many services, asked for once each, end no thread', {
  timeout: 120_000,
}, async () => {
  const { port, server } = await serving({ 'many.json': many(20_000) }, ['--max-old-space-size=192'])
  const socket = createSocket('udp4')
  closing.push(() => socket.close())
  const replies = on(socket, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) })
  socket.bind(0, '127.0.1.2')
  await once(socket, 'listening')
  const suffixes = ['default.svc.clusterset.local', 'default.global', 'default.svc.bad.local']
  for (let i = 0; i < 20_000; i++) {
    for (const suffix of suffixes) socket.send(buildQuery({ name: `s${i}.${suffix}`, type: 'A' }), port, HOST)
    for (const _ of suffixes) await replies.next()
    if (i % 1000 === 0) expect(parseReply(await exchangeUdp(port, ONE, QUERY)).answers).toHaveLength(1)
  }
  expect(parseReply(await exchangeUdp(port, ONE, QUERY)).answers).toHaveLength(1)
  expect(server.err + server.out).not.toMatch(/thread is lost|OUT_OF_MEMORY/)
})

test('connections full of queries cost others none of theirs', { timeout: 120_000 }, async () => {
  const { port, get } = await serving()
  const quiet = await Promise.all(GOOD.map((from) => connected(port, from)))
  const query = Buffer.from(QUERY).toString('hex')
  for (const from of ['127.0.1.2', '127.0.1.3'])
    await started('./piper.ts', from, HOST, `${port}`, '1900', query)
  const held = async (): Promise<number> => {
    const { samples } = metricsOf((await get('/metrics')).text)
    return samples.get('meridian_dns_dropped_total{reason="held"}') ?? 0
  }
  await until(async () => (await held()) > 100, 'connections that are reset')
  for (const client of quiet) await answered(client)
  expect(quiet.map(({ ending }) => ending)).toEqual(quiet.map(() => undefined))
})
