import { createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { check } from '../../../../src/app/cli/check/check.ts'
import { type Cell, type Matrix, matrixOf } from '../../../../src/app/cli/check/matrix.ts'
import { connectMatrix } from '../../../../src/app/cli/check/matrix-connect.ts'
import { printMatrix } from '../../../../src/app/cli/check/matrix-print.ts'
import { type Given, offlineOf, service } from '../clusterset.ts'

const at = (keys: string, ...documents: readonly string[]): Given => ({
  keys,
  files: { 'all.yaml': documents.join('\n---\n') },
})

/** East has four services; west is on its network, north on none. */
const CLUSTERS = {
  'cluster-east': at(
    'network: flat',
    service({ key: 'shop/cart', n: 1 }),
    service({ key: 'shop/shifted', n: 2, target: 8080 }),
    service({ key: 'shop/db', n: 3, spec: 'clusterIP: None' }),
    service({ key: 'shop/here', n: 4, spec: 'internalTrafficPolicy: Local' }),
  ),
  'cluster-west': at('network: flat', service({ key: 'shop/cart', n: 5 })),
  'cluster-north': at('locality: eu-1'),
}

const matrix = async (clusters: Readonly<Record<string, Given>> = CLUSTERS): Promise<Matrix> =>
  matrixOf((await offlineOf(clusters)).world)

function cell({ cells }: Matrix, from: string, to: string): Cell {
  const found = cells.find((one) => one.from === from && one.to === to)
  if (found === undefined) throw new Error(`no cell ${from} → ${to}`)
  return found
}

const servers: Server[] = []

const closeAll = () =>
  Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))

afterEach(async () => {
  await closeAll()
})

async function listening(): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => {}).end())
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

test('Headless services are reached whatever their traffic policy, as look-ups of their names say', async () => {
  const db = service({ key: 'shop/db', n: 3, spec: 'clusterIP: None, internalTrafficPolicy: Local' })
  const two = { 'cluster-east': at('network: flat', db), 'cluster-west': at('network: flat') }
  expect(cell(await matrix(two), 'cluster-west', 'cluster-east')).toMatchObject({
    reached: 1,
    routes: [{ route: 'endpoints', services: 1 }],
    obstacles: [],
  })
})

test('a cluster reaches itself by ClusterIPs, and Headless services by their endpoints', async () => {
  expect(cell(await matrix(), 'cluster-east', 'cluster-east')).toMatchObject({
    services: 4,
    reached: 4,
    routes: [
      { route: 'clusterIP', services: 3 },
      { route: 'endpoints', services: 1 },
    ],
    obstacles: [],
  })
})

test('another one is reached as far as there are routes, and the rest has reasons', async () => {
  const found = cell(await matrix(), 'cluster-west', 'cluster-east')
  expect(found).toMatchObject({ services: 4, reached: 2, routes: [{ route: 'endpoints', services: 2 }] })
  expect(found.obstacles).toEqual([
    { services: 1, example: 'shop/here', reason: 'internalTrafficPolicy is Local' },
    { services: 1, example: 'shop/shifted', reason: expect.stringContaining('port 80 ≠ target 8080') },
  ])
})

test('a cluster that shares no network reaches nothing, and the commonest reason comes first', async () => {
  const found = cell(await matrix(), 'cluster-north', 'cluster-east')
  expect(found).toMatchObject({ services: 4, reached: 0, routes: [] })
  expect(found.obstacles[0]).toMatchObject({
    services: 2,
    reason: expect.stringContaining('names no network'),
  })
})

test('the table has a row for each cluster of clients and a column for each of services', async () => {
  const text = printMatrix(await matrix(), false)
  expect(text).toMatch(/^FROM \\ TO +cluster-east +cluster-west +cluster-north$/m)
  expect(text).toMatch(/^cluster-west +2\/4 endpoints +1\/1 clusterIP +-$/m)
  expect(text).toMatch(/^cluster-north +0\/4 none +0\/1 none +-$/m)
  expect(text).toContain('  cluster-west → cluster-east: shop/here: internalTrafficPolicy is Local\n')
  expect(text).not.toContain('TCP')
})

test('long lists of obstacles are cut unless all are asked for', async () => {
  const many = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`c${i}`, at('', service({ n: i }))]))
  const clusters = Object.fromEntries(Object.entries(many).map(([id, { files }]) => [id, { files }]))
  const found = await matrix(clusters)
  expect(printMatrix(found, false)).toContain('  and 10 more: --verbose shows all\n')
  expect(printMatrix(found, true).match(/ → /g)).toHaveLength(30)
})

test('a sample is a TCP address of the route, a few of each pair', async () => {
  const services = Array.from({ length: 5 }, (_, i) => service({ key: `shop/s${i}`, n: i }))
  const found = await matrix({
    'cluster-east': at('network: flat', ...services),
    'cluster-west': at('network: flat'),
  })
  expect(cell(found, 'cluster-west', 'cluster-east').samples).toEqual([
    { service: 'shop/s0', host: '10.1.0.1', port: 80 },
    { service: 'shop/s1', host: '10.1.1.1', port: 80 },
    { service: 'shop/s2', host: '10.1.2.1', port: 80 },
  ])
})

test('a sample at a clusterset IP has a port of the ServiceImport, whatever number a cluster has', async () => {
  const imported =
    '{apiVersion: multicluster.x-k8s.io/v1alpha1, kind: ServiceImport, metadata: {name: cart, namespace: shop}, spec: {type: ClusterSetIP, ips: [10.200.0.1], ports: [{name: http, port: 80, protocol: TCP}]}}'
  const found = await matrix({
    'cluster-east': at('network: flat', service({ createdAt: '2020-01-01T00:00:00Z' }), imported),
    'cluster-west': at(
      'network: flat',
      service({ n: 2, port: 8080 }).replace(
        'protocol: TCP}]',
        'protocol: TCP}, {name: alt, port: 80, protocol: TCP}]',
      ),
    ),
  })
  expect(cell(found, 'cluster-east', 'cluster-west').samples).toEqual([
    { service: 'shop/cart', host: '10.200.0.1', port: 80 },
  ])
})

test('a port that is not TCP is no sample', async () => {
  const udp = service().replaceAll('protocol: TCP', 'protocol: UDP')
  const found = await matrix({ 'cluster-east': at('network: flat', udp) })
  expect(cell(found, 'cluster-east', 'cluster-east')).toMatchObject({ reached: 1, samples: [] })
})

test('connects are made to each address once, and told for every pair that leads there', async () => {
  const dialled: string[] = []
  const found = await connectMatrix(await matrix(), async (host, port) => {
    dialled.push(`${host}:${port}`)
    return host === '10.1.1.1' ? 'refused' : null
  })
  expect(dialled.toSorted()).toEqual([...new Set(dialled)].toSorted())
  expect(cell(found, 'cluster-west', 'cluster-east').connects).toEqual([
    { service: 'shop/cart', host: '10.1.1.1', port: 80, failure: 'refused' },
    { service: 'shop/db', host: '10.1.3.1', port: 80, failure: null },
  ])
  const text = printMatrix(found, false)
  expect(text).toMatch(
    /TCP connects, made from this host and not from the clusters: \d+ of \d+ were accepted\./,
  )
  expect(text).toContain('  cluster-west → cluster-east: shop/cart at 10.1.1.1:80: refused\n')
  expect(text).not.toContain('accepted\n')
  expect(printMatrix(found, true)).toContain('shop/db at 10.1.3.1:80: accepted\n')
})

test('never more than 16 connects are open at once', async () => {
  const services = Array.from({ length: 3 }, (_, i) => service({ key: `shop/s${i}`, n: i }))
  const many = Object.fromEntries(
    Array.from({ length: 20 }, (_, c) => [
      `c${c}`,
      at('network: flat', ...services.map((one) => one.replaceAll('10.1.', `10.${c}.`))),
    ]),
  )
  let open = 0
  let most = 0
  await connectMatrix(await matrix(many), async () => {
    open += 1
    most = Math.max(most, open)
    await new Promise((resolve) => setImmediate(resolve))
    open -= 1
    return null
  })
  expect(most).toBe(16)
})

test('a connect to who listens is accepted, to who does not is refused', async () => {
  const deserted = await listening()
  await closeAll()
  const port = await listening()
  const samples = [
    { service: 'shop/cart', host: '127.0.0.1', port },
    { service: 'shop/db', host: '127.0.0.1', port: deserted },
  ]
  const base: Cell = { ...cell(await matrix(), 'cluster-east', 'cluster-west'), samples }
  const { cells } = await connectMatrix({ clusters: [], cells: [base] })
  expect(cells[0]?.connects?.map(({ failure }) => failure)).toEqual([null, 'refused: nothing listens there'])
})

test('the matrix is made when it is asked for, and connects ask for it too', async () => {
  const offline = await offlineOf(CLUSTERS)
  const dial = async () => null
  expect((await check(offline)).matrix).toBeNull()
  expect((await check(offline, { matrix: true })).matrix?.cells[0]?.connects).toBeNull()
  expect((await check(offline, { connect: true, dial })).matrix?.cells[0]?.connects).not.toBeNull()
})

test('of many clusters each cell stands in its row and column', () => {
  const clusters = Array.from({ length: 400 }, (_, i) => `c${i}`)
  const none = { routes: [], obstacles: [], samples: [], connects: null }
  const cells = clusters.flatMap((from, i) =>
    clusters.map((to, j): Cell => ({ ...none, from, to, services: 400, reached: i === 7 ? j : 0 })),
  )
  const row = printMatrix({ clusters, cells }, false)
    .split('\n')
    .find((line) => line.startsWith('c7 '))
  expect(row?.split(/ {2,}/).slice(0, 4)).toEqual(['c7', '0/400 none', '1/400 none', '2/400 none'])
})

test('a service that node ports alone lead to counts as reached, at those, where SRV records tell them', async () => {
  const ported = service({ spec: 'type: NodePort, clusterIP: 10.96.0.10' }).replace(
    /(ports: \[\{name: \w+, port: \d+)/,
    '$1, nodePort: 30080',
  )
  const two = {
    'cluster-east': at('network: flat'),
    'cluster-west': at('reach: nodePort, nodeAddresses: [192.0.2.11]', ported),
  }
  expect(cell(await matrix(two), 'cluster-east', 'cluster-west')).toMatchObject({
    reached: 1,
    routes: [{ route: 'nodePort', services: 1 }],
    samples: [{ service: 'shop/cart', host: '192.0.2.11', port: 30080 }],
  })
  const { world } = await offlineOf(two, 'zones: {global: null}\n')
  expect(cell(await matrixOf(world), 'cluster-east', 'cluster-west')).toMatchObject({
    reached: 0,
    obstacles: [{ reason: 'nodePort: port 80 ≠ nodePort 30080' }],
  })
})
