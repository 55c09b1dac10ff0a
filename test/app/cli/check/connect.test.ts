import { createServer as createHttp } from 'node:http'
import { createServer, type Server, Socket } from 'node:net'
import type { Answer } from 'dns-packet'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { check, checkCommand } from '../../../../src/app/cli/check/check.ts'
import { type ConnectOptions, connectionsFor } from '../../../../src/app/cli/check/connect.ts'
import { namesToTry } from '../../../../src/app/cli/check/connection-targets.ts'
import type { ConnectReport } from '../../../../src/app/cli/check/connections.ts'
import { connectFindings } from '../../../../src/app/cli/check/connections-findings.ts'
import { printConnections } from '../../../../src/app/cli/check/connections-print.ts'
import { dialTCP, fetchStatus } from '../../../../src/app/cli/check/dial.ts'
import { connectMatrix } from '../../../../src/app/cli/check/matrix-connect.ts'
import { startUpstream } from '../../../sources/resolver/upstream.ts'
import { type Given, offlineOf, service } from '../clusterset.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const closed = (server: Server) => new Promise((resolve) => server.close(resolve))

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => closed(server))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Accepts, and says nothing. */
const listening = () =>
  portOf(
    createServer((socket) =>
      socket
        .on('error', () => {})
        .resume()
        .end(),
    ),
  )

/** Answers over HTTP with the status that the path names. */
const web = () =>
  portOf(createHttp(({ url = '' }, reply) => reply.writeHead(Number(url.slice(1)) || 200).end('x')))

const at = (...documents: readonly string[]): Given => ({
  keys: 'network: flat',
  files: { 'all.yaml': documents.join('\n---\n') },
})

/** Two clusters that have a service at that port. */
const twice = (port: number): Readonly<Record<string, Given>> => ({
  east: at(service({ port })),
  west: at(service({ n: 2, port })),
})

const NAMES = [
  'east.cart.shop.global',
  'west.cart.shop.global',
  'cart.shop.svc.clusterset.local',
  'cart.shop.global',
]

const records = (names: readonly string[], data = '127.0.0.1'): readonly Answer[] =>
  names.map((name) => ({ name, type: 'A', ttl: 5, data }))

async function resolving(found: readonly Answer[]): Promise<string> {
  const { host, port, close } = await startUpstream(found)
  closing.push(close)
  return `${host}:${port}`
}

const LOCAL = 'local: {cluster: east}'

async function connected(
  clusters: Readonly<Record<string, Given>>,
  options: ConnectOptions,
): Promise<ConnectReport> {
  const found = await connectionsFor(await offlineOf(clusters, LOCAL), { connect: true, ...options })
  return found ?? expect.fail('nothing was tried')
}

const levels = (found: ConnectReport) =>
  connectFindings(found).map(({ level, finding }) => `${level} ${finding}`)

test('every cluster’s own name and those that leave it open are resolved and connected to, with real sockets', async () => {
  const port = await listening()
  const found = await connected(twice(port), { server: await resolving(records(NAMES)) })
  expect(found.from).toBe('east')
  expect(found.tried.map(({ service, to, name }) => [service, to, name])).toEqual([
    ['shop/cart', 'east', NAMES[0]],
    ['shop/cart', 'west', NAMES[1]],
    ['shop/cart', 'clusterset.local', NAMES[2]],
    ['shop/cart', 'global', NAMES[3]],
  ])
  for (const { addresses, unresolved, connects } of found.tried)
    expect({ addresses, unresolved, connects }).toEqual({
      addresses: ['127.0.0.1'],
      unresolved: null,
      connects: [{ host: '127.0.0.1', port, failure: null, status: null }],
    })
  expect(levels(found)).toEqual(['ok 4 names resolve here, and whoever they lead to answers'])
  expect(
    printConnections(found, false),
  ).toBe(`From here, where names are answered as in east: how many names resolve, and of those how many are connected to.
TO                RESOLVED  CONNECTED
east              1/1       1/1
west              1/1       1/1
clusterset.local  1/1       1/1
global            1/1       1/1

Names:
  shop/cart → east: ${NAMES[0]} at 127.0.0.1:${port}: connected
  shop/cart → west: ${NAMES[1]} at 127.0.0.1:${port}: connected
  shop/cart → clusterset.local: ${NAMES[2]} at 127.0.0.1:${port}: connected
  shop/cart → global: ${NAMES[3]} at 127.0.0.1:${port}: connected
`)
})

test('names of federations are tried where one of their clusters exports the service', async () => {
  const zones = 'zones: {federations: {fed: {clusters: [west]}, none: {clusters: []}}}'
  const { world } = await offlineOf(
    { east: { keys: 'network: flat', files: {} }, west: at(service({ n: 2, port: 80 })) },
    `${LOCAL}\n${zones}`,
  )
  const tried = namesToTry(world, null).map(({ to, name }) => `${to} ${name}`)
  expect(tried).toContain('fed.svc.cluster.local cart.shop.fed.svc.cluster.local')
  expect(tried.join()).not.toContain('none.svc')
})

const entry = (name: string, namespace: string, host: string, endpoints: readonly string[], port = 5432) =>
  `{apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: {name: ${name}, namespace: ${namespace}}, spec: {hosts: ["${host}"], ports: [{number: ${port}, name: pg, protocol: TCP}], resolution: STATIC, endpoints: [${endpoints.map((one, n) => `{address: 10.5.0.${n + 1}, ${one}}`).join(', ')}]}}`

const OF_EAST = `${LOCAL}\nistio: {cluster: east}\nzones: {entries: [mesh.internal, corp.example]}`

test('hosts of zones.entries, wildcards too, and services that ServiceEntries alone make are tried, and each of their places', async () => {
  const port = await listening()
  const here = [`locality: us-east-1, ports: {pg: ${port}}`]
  const objects = [
    entry('db', 'istio-system', 'db.mesh.internal', ['locality: us-east-1', 'locality: us-west-1'], port),
    entry('all', 'istio-system', '*.corp.example', ['locality: us-east-1'], port),
    entry('pg', 'shop', 'pg.shop.global', ['locality: us-east-1'], port),
    // Its port is served elsewhere: no address but its place's.
    entry('moved', 'shop', 'moved.shop.global', here, 80),
    // Beside an export, and on a network that is not ours.
    entry('cart', 'shop', 'cart.shop.global', ['locality: us-east-1', 'network: far'], 80),
    // By the rules of trust it is of no service, and in no zone.
    entry('mine', 'shop', 'mine.mesh.internal', ['locality: us-east-1'], port),
  ]
  const clusters = { east: at(service({ port: 80 }), ...objects) }
  const wanted = [
    ['*.corp.example', 'corp.example', '*.corp.example', port],
    ['db.mesh.internal', 'us-east-1', 'us-east-1.db.mesh.internal', port],
    ['db.mesh.internal', 'us-west-1', 'us-west-1.db.mesh.internal', port],
    ['db.mesh.internal', 'mesh.internal', 'db.mesh.internal', port],
    ['shop/cart', 'east', 'east.cart.shop.global', 80],
    ['shop/cart', 'us-east-1', 'us-east-1.cart.shop.global', 80],
    ['shop/cart', 'clusterset.local', 'cart.shop.svc.clusterset.local', 80],
    ['shop/cart', 'global', 'cart.shop.global', 80],
    ['shop/moved', 'us-east-1', 'us-east-1.moved.shop.global', port],
    ['shop/pg', 'us-east-1', 'us-east-1.pg.shop.global', port],
    ['shop/pg', 'global', 'pg.shop.global', port],
  ] as const
  const offline = await offlineOf(clusters, OF_EAST)
  const server = await resolving(records(wanted.map(([, , name]) => name)))
  const found = await connectionsFor(offline, { connect: true, server, dial: async () => null })
  expect(found?.tried.map(({ service, to, name, port: at }) => [service, to, name, at])).toEqual(wanted)
  expect(
    found?.tried.every(({ unresolved, addresses }) => unresolved === null && addresses.length === 1),
  ).toBe(true)
  const one = await connectionsFor(offline, { connect: 'DB.mesh.internal', server })
  expect(one?.tried.map(({ name }) => name)).toEqual(wanted.slice(1, 4).map(([, , name]) => name))
  expect(one && levels(one)).toEqual(['ok 3 names resolve here, and whoever they lead to answers'])
  const pg = await connectionsFor(offline, { connect: 'shop/pg', server })
  expect(pg?.tried).toHaveLength(2)
  await expect(connectionsFor(offline, { connect: 'mine.mesh.internal', server })).rejects.toMatchObject({
    status: 2,
    message: expect.stringContaining('or a host below zones.entries'),
  })
})

test('a clusterset IP that another implementation gave a service that nobody exports is tried', async () => {
  const foreign =
    '{apiVersion: multicluster.x-k8s.io/v1alpha1, kind: ServiceImport, metadata: {name: old, namespace: shop}, spec: {type: ClusterSetIP, ips: [10.9.0.1], ports: [{name: http, protocol: TCP, port: 8080}]}}'
  const found = await connected({ east: at(foreign) }, { server: await resolving([]) })
  expect(found.tried.map(({ service, to, port }) => [service, to, port])).toEqual([
    ['shop/old', 'clusterset.local', 8080],
    ['shop/old', 'global', 8080],
  ])
})

test('what to do of a name that does not resolve is by who was asked', async () => {
  const remedies = (server: string | null) => {
    const name = { service: 'shop/cart', to: 'global', name: 'x', port: 80, unresolved: 'no' }
    const tried = [{ ...name, addresses: [], more: 0, connects: [] }]
    return connectFindings({ from: 'east', server, http: null, tried }).map(({ remedy }) => remedy)
  }
  expect(remedies(null)).toEqual([
    expect.stringMatching(/^let this host's resolvers forward .* with --server$/),
  ])
  expect(remedies('10.0.0.1:53')).toEqual([
    expect.stringMatching(/^see that 10\.0\.0\.1:53, which --server names/),
  ])
})

test('a name that does not resolve here is broken, with its remedy; one where nobody listens too', async () => {
  const port = await portOf(createServer())
  await closing.pop()?.()
  const [, ...others] = NAMES
  const found = await connected(twice(port), { server: await resolving(records(others)) })
  const [first, second] = connectFindings(found)
  expect(first).toMatchObject({
    level: 'broken',
    subject: 'shop/cart',
    finding: `${NAMES[0]}: there is no such name (NXDOMAIN)`,
    remedy: expect.stringContaining('meridian corefile'),
  })
  expect(second?.finding).toBe(`${NAMES[1]} at 127.0.0.1:${port}: refused: nothing listens there`)
  expect(printConnections(found, false)).toContain(
    'east              0/1       0/0\nwest              1/1       0/1\n',
  )
})

test('some addresses that do not answer are a warning', async () => {
  const port = await listening()
  const two = [...records(NAMES), ...records(NAMES.slice(0, 1), '127.0.0.2')]
  const found = await connected(twice(port), { server: await resolving(two) })
  expect(levels(found)).toEqual([`warning ${NAMES[0]} at 127.0.0.2:${port}: refused: nothing listens there`])
})

test.each([
  ['/', '200', 'ok'],
  ['/301', '301', 'ok'],
  ['/404', '404', 'broken'],
  ['/503', '503', 'broken'],
])('over HTTP %s is answered %s, which is %s', async (http, status, level) => {
  const port = await web()
  const found = await connected(twice(port), { http, server: await resolving(records(NAMES)) })
  expect(found.http).toBe(http)
  expect(new Set(connectFindings(found).map((one) => one.level))).toEqual(new Set([level]))
  expect(printConnections(found, false)).toMatch(
    new RegExp(`^TO +RESOLVED +CONNECTED +STATUS\neast +1/1 +1/1 +${status}$`, 'm'),
  )
})

test.each([
  ['/a b?c=d e', '/a%20b?c=d%20e'],
  ['/für', '/f%C3%BCr'],
  ['/a%20b', '/a%20b'],
  ['//other', '//other'],
  ['/', '/'],
])('for %s who answers is asked for %s', async (http, asked) => {
  const paths: string[] = []
  const port = await portOf(createHttp(({ url = '' }, reply) => reply.end(String(paths.push(url)))))
  const found = await connected(twice(port), { http, server: await resolving(records(NAMES)) })
  expect(found.tried).not.toEqual([])
  expect(new Set(paths)).toEqual(new Set([asked]))
})

test('who accepts and speaks no HTTP has no status', async () => {
  const port = await listening()
  const found = await connected(twice(port), { http: true, server: await resolving(records(NAMES)) })
  expect(found.tried[0]?.connects[0]).toMatchObject({ status: null, failure: expect.stringMatching(/\S/) })
  expect(connectFindings(found).every(({ level }) => level === 'broken')).toBe(true)
})

test('one service alone is looked at where it is named, and one that there is not is a mistake', async () => {
  const port = await listening()
  const clusters = { east: at(service({ port }), service({ key: 'shop/other', n: 3, port })) }
  const server = await resolving(records(NAMES))
  const found = await connected(clusters, { connect: 'shop/cart', server })
  expect(new Set(found.tried.map((one) => one.service))).toEqual(new Set(['shop/cart']))
  await expect(connected(clusters, { connect: 'shop/carts', server })).rejects.toMatchObject({
    status: 2,
    message: expect.stringContaining('--connect shop/carts: no cluster exports a service of that name'),
  })
})

test('what leads nowhere from here is not tried: no ready endpoint, no network, another protocol is resolved alone', async () => {
  const clusters = {
    east: at(service({ ready: [false] }), service({ key: 'shop/udp', n: 4 }).replaceAll('TCP', 'UDP')),
    west: { files: { 'all.yaml': service({ key: 'shop/far', n: 2 }) } },
  }
  const names = ['east.udp.shop.global', 'udp.shop.svc.clusterset.local', 'udp.shop.global']
  const found = await connected(clusters, { server: await resolving(records(names)) })
  expect(found.tried.map(({ name, port, connects }) => [name, port, connects])).toEqual(
    names.map((name) => [name, null, []]),
  )
  expect(printConnections(found, true)).toContain('has 127.0.0.1; nothing of TCP is there\n')
  const nothing = await connected({ east: at(service({ ready: [false] })) }, {})
  expect(levels(nothing)).toEqual(['warning no name leads anywhere from east: nothing was tried'])
})

test('a share is tried by the name that SRV records lead to; where there is none, by its cluster’s own zone', async () => {
  const db = service({ key: 'shop/db', n: 3, spec: 'clusterIP: None' })
  const names = async (keys: string) => {
    const offline = await offlineOf({ east: at(service(), db) }, `${LOCAL}\n${keys}`)
    const found = await connectionsFor(offline, { connect: true, server: await resolving([]) })
    return found?.tried.map(({ to, name }) => `${to} ${name}`).filter((line) => line.startsWith('east '))
  }
  expect(await names('')).toEqual(['east east.cart.shop.global', 'east db.shop.svc.east.local'])
  expect(await names('zones: {global: null}')).toEqual([
    'east cart.shop.svc.east.local',
    'east db.shop.svc.east.local',
  ])
  expect(await names('zones: {cluster: null}')).toEqual(['east east.cart.shop.global'])
})

test('never more than 16 connects are open at once, each place is tried once, and of one name twenty', async () => {
  const services = Array.from({ length: 20 }, (_, i) => service({ key: `shop/s${i}`, n: i }))
  const names = Array.from({ length: 20 }, (_, i) => [`east.s${i}.shop.global`, `s${i}.shop.global`]).flat()
  const many = names.flatMap((name, n) => records([name], `127.0.1.${n >> 1}`))
  const long = Array.from({ length: 25 }, (_, n) =>
    records(['s0.shop.svc.clusterset.local'], `127.0.2.${n}`),
  ).flat()
  const dialled: string[] = []
  let open = 0
  let most = 0
  const found = await connected(
    { east: at(...services) },
    {
      server: await resolving([...many, ...long]),
      dial: async (host) => {
        dialled.push(host)
        open += 1
        most = Math.max(most, open)
        await new Promise((resolve) => setImmediate(resolve))
        open -= 1
        return null
      },
    },
  )
  expect(most).toBe(16)
  expect(dialled).toHaveLength(new Set(dialled).size)
  const headed = found.tried.find(({ to, service }) => to === 'clusterset.local' && service === 'shop/s0')
  expect([headed?.addresses.length, headed?.more]).toEqual([20, 5])
  expect(printConnections(found, true)).toContain('5 more addresses were not tried')
})

test.each([
  [20, 0],
  [21, 1],
  [200, 180],
])('of a name with %i addresses %i are left', async (count, left) => {
  const port = await listening()
  const [name = ''] = NAMES
  const all = Array.from({ length: count }, (_, n) => records([name], `127.0.3.${n}`)).flat()
  const found = await connected(
    { east: at(service({ port })) },
    { server: await resolving(all), dial: async () => null },
  )
  const [first] = found.tried
  expect([first?.connects.length, first?.more]).toEqual([20, left])
})

test.each([
  [16, 16],
  [17, 16],
  [160, 16],
])('of %i places %i are connected to at once, by names as in a matrix', async (count, together) => {
  const services = Array.from({ length: count }, (_, i) =>
    service({ key: `shop/s${i}`, n: 1, addresses: [`10.1.0.${i}`] }).replaceAll('10.96.0.1', `10.96.1.${i}`),
  )
  const offline = await offlineOf({ east: at(...services) }, `${LOCAL}\nzones: {global: null}`)
  const names = Array.from({ length: count }, (_, i) => `s${i}.shop.svc.east.local`)
  const all = names.flatMap((name, i) => records([name], `127.0.4.${i}`))
  let [open, most, dialled] = [0, 0, 0]
  const dial = async (): Promise<null> => {
    dialled += 1
    most = Math.max(most, ++open)
    await new Promise((resolve) => setImmediate(resolve))
    open -= 1
    return null
  }
  await connectionsFor(offline, { connect: true, server: await resolving(all), dial })
  expect([most, dialled]).toEqual([together, count])
  most = 0
  const cell = { from: 'a', to: 'b', services: 1, reached: 1, routes: [], obstacles: [], connects: null }
  const samples = names.map((name) => ({ service: name, host: name, port: 1 }))
  await connectMatrix({ clusters: [], cells: [{ ...cell, samples }] }, dial)
  expect([most, dialled]).toEqual([together, 2 * count])
})

test.each([
  [179_999, null],
  [180_000, 'not tried: the time for all was over'],
  [1_800_000, 'not tried: the time for all was over'],
])('what would be tried after %i ms: %s', async (ms, failure) => {
  let asked = 0
  const found = await connected(twice(80), {
    server: await resolving(records(NAMES)),
    now: () => (asked++ === 0 ? 0 : ms),
    dial: async () => null,
  })
  const [first] = found.tried
  expect(first?.unresolved ?? first?.connects[0]?.failure ?? null).toBe(failure)
})

describe('a place that is silent', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => void vi.useRealTimers())

  const outcomeOf = <T>(of: Promise<T>) => {
    const seen: T[] = []
    void of.then((one) => seen.push(one))
    return async () => {
      await new Promise((resolve) => setImmediate(resolve))
      return seen
    }
  }

  test('is waited for one second until it is connected to, and no longer', async () => {
    const seen = outcomeOf(dialTCP('192.0.2.1', 80, () => new Socket()))
    vi.advanceTimersByTime(999)
    expect(await seen()).toEqual([])
    vi.advanceTimersByTime(1)
    expect(await seen()).toEqual(['no answer within 1 s'])
    vi.advanceTimersByTime(10_000)
    expect(await seen()).toHaveLength(1)
  })

  test('and three until it says a status', async () => {
    const silent = await portOf(createHttp(() => undefined))
    const seen = outcomeOf(fetchStatus({ host: '127.0.0.1', port: silent, name: 'x', path: '/' }))
    vi.advanceTimersByTime(2999)
    expect(await seen()).toEqual([])
    vi.advanceTimersByTime(1)
    expect(await seen()).toEqual([{ failure: 'no status within 3 s' }])
    vi.advanceTimersByTime(30_000)
    expect(await seen()).toHaveLength(1)
  })
})

test('what the time for all is over for is not tried, and is a warning: with its remedy', async () => {
  const server = await resolving(records(NAMES))
  let asked = 0
  const late = await connected(twice(80), { server, now: () => (asked++ === 0 ? 0 : 180_000) })
  expect(levels(late)).toEqual(NAMES.map((name) => `warning ${name}: not tried: the time for all was over`))
  expect(connectFindings(late)[0]?.remedy).toContain('--connect NAMESPACE/NAME')
})

test('check tells of it as of all else: a table or JSON, and its status; a matrix only where it is asked for', async () => {
  const port = await listening()
  const offline = await offlineOf(twice(port), LOCAL)
  const server = await resolving(records(NAMES.slice(1)))
  const one = { connect: 'shop/cart', server } as const
  const text = await checkCommand(offline, one)
  expect(text.status).toBe(1)
  expect(text.text).toMatch(/^broken +shop\/cart +east\.cart\.shop\.global: there is no such name/m)
  expect(text.text).toContain('From here, where names are answered as in east')
  const json = JSON.parse((await checkCommand(offline, { ...one, output: 'json' })).text)
  expect(json).toMatchObject({ matrix: null, connections: { from: 'east', http: null } })
  expect(json.connections.tried).toHaveLength(4)
  expect((await check(offline)).connections).toBeNull()
})

test('a resolver that is silent is waited for no longer than it may take, and told', async () => {
  const { createSocket } = await import('node:dgram')
  const silent = createSocket('udp4').on('error', () => {})
  await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve))
  closing.push(() => silent.close())
  const found = await connected({ east: at(service()) }, { server: `127.0.0.1:${silent.address().port}` })
  expect(found.tried.every(({ unresolved }) => unresolved === 'no answer in time')).toBe(true)
})

test('what ServiceEntries export for a cluster without a Service is tried, from that cluster too', async () => {
  const api = entry('api', 'shop', 'api.shop.svc.east.local', ['locality: us-east-1'], 80)
  const { world } = await offlineOf(
    { east: at(api) },
    `${LOCAL}\nistio: {cluster: east, entries: {export: true}}`,
  )
  expect(namesToTry(world, null).map(({ name }) => name)).toEqual([
    'east.api.shop.global',
    'api.shop.svc.clusterset.local',
    'api.shop.global',
  ])
})
