// `npm run bench:sizes`: CPU time of a reply by the size of its service, as an answering thread makes it: when it was
// asked for before, and when the service changed since. In process, without sockets; ends by itself. `-- SHAPE`: those
// whose names have that in them.
import { clientRulesOf } from '../src/config/index.ts'
import { createLog, createTelemetry } from '../src/observe/index.ts'
import { Replica, wholeUpdate } from '../src/replica/index.ts'
import { createResponder, type Peer } from '../src/respond/index.ts'
import { buildQuery, parseReply, type QuerySpec } from '../test/support/client.ts'
import { type LargeSpec, large } from '../test/support/large.ts'
import { made } from '../test/support/world.ts'
import { machine } from './cpu.ts'
import { median } from './statistics.ts'

interface Shape {
  readonly title: string
  readonly spec: Omit<LargeSpec, 'name'>
  readonly question: QuerySpec
  /** All pods have one host name. */
  readonly alike?: boolean
}

const EDNS = { udpPayloadSize: 1232 }
const SRV: QuerySpec = { name: '_p0._tcp.db.default.svc.clusterset.local', type: 'SRV', edns: EDNS }
const ALL_SRV: QuerySpec = { ...SRV, name: 'db.default.svc.clusterset.local' }
const GLOBAL: QuerySpec = { ...SRV, name: 'db.default.global' }
const A: QuerySpec = { ...ALL_SRV, type: 'A' }
const headless = (endpoints: number, more: Partial<LargeSpec> = {}): Shape['spec'] => ({
  clusterIP: null,
  endpoints,
  ...more,
})
const ip = (endpoints: number, ports: number): Shape['spec'] => ({
  clusterIP: '10.101.0.1',
  endpoints,
  ports,
})

const SIZES = [10, 100, 1000, 5000, 50_000] as const

const SHAPES: readonly Shape[] = [
  ...SIZES.map((n) => ({ title: `SRV, ${n} endpoints`, spec: headless(n), question: SRV })),
  ...SIZES.map((n) => ({ title: `A, ${n} endpoints`, spec: headless(n), question: A })),
  ...SIZES.map((n) => ({ title: `A behind a ClusterIP, ${n} endpoints`, spec: ip(n, 1), question: A })),
  ...[1, 100, 1000, 15_000].map((n) => ({
    title: `SRV in .global, ${n} ports`,
    spec: ip(3, n),
    question: GLOBAL,
  })),
  ...[1, 100, 1000].map((n) => ({
    title: `SRV of all ports, ${n} endpoints × 100 ports`,
    spec: headless(n, { ports: 100 }),
    question: ALL_SRV,
  })),
  {
    title: 'SRV of all ports, 900 endpoints × 24 ports',
    spec: headless(900, { ports: 24 }),
    question: ALL_SRV,
  },
  ...[1500, 4000, 40_000].map((n) => ({
    title: `SRV, ${n} endpoints with one host name`,
    spec: headless(n, { hostname: 5 }),
    question: SRV,
    alike: true,
  })),
]

const FIRSTS = 40
const REPEATS = 20
const BATCH = 20
const WARM_UP = 10

function main(): void {
  const only = process.argv[2] ?? ''
  console.log(`CPU milliseconds per reply (median), Node ${process.version}; ${machine()}`)
  console.log(`${''.padEnd(48)}${HEADS.map((head) => head.padStart(12)).join('')}`)
  for (const shape of SHAPES.filter(({ title }) => title.includes(only))) console.log(row(shape))
}

const HEADS = ['UDP first', 'UDP again', 'TCP first', 'TCP again', 'octets']

function row(shape: Shape): string {
  const udp = measure(shape, { transport: 'udp', host: '127.0.0.1' })
  const tcp = measure(shape, { transport: 'tcp', host: '127.0.0.1' })
  const figures = [udp.first, udp.again, tcp.first, tcp.again].map((ms) => ms.toFixed(3).padStart(12))
  return `${shape.title.padEnd(48)}${figures.join('')}${String(tcp.octets).padStart(12)}`
}

/** Of a world and of the one in which one pod is another, in turns. */
function measure(shape: Shape, peer: Peer) {
  const { config, world } = madeOf(shape, 1)
  const updates = [0, 2].map((network) => ({ ...wholeUpdate(madeOf(shape, network).world), parts: {} }))
  const { settings, clusterset, zones, serials } = world
  const replica = new Replica({ settings, clusterset, zones, serials, settled: true })
  const telemetry = createTelemetry(createLog('silent'))
  const { respond } = createResponder({
    snapshot: () => replica.snapshot,
    identity: { version: '', id: null },
    clients: clientRulesOf(config, clusterset.local),
    udpSize: config.dns.udpSize,
    random: Math.random,
    clock: null,
    counters: telemetry.counts,
    bug: (error) => {
      throw error
    },
  })
  const query = buildQuery(shape.question)
  const view = new DataView(query.buffer, query.byteOffset, query.length)
  const out = new DataView(new ArrayBuffer(65_535))
  const ask = (): number => respond(view, 0, query.length, peer, out, 0)
  const [first, again]: [number[], number[]] = [[], []]
  let octets = 0
  for (let i = 0; i < WARM_UP + FIRSTS; i++) {
    const update = updates[i % 2]
    if (update !== undefined) replica.apply(update)
    const answered = timed(ask)
    first.push(answered.ms)
    octets = answered.octets
  }
  const { rcode } = parseReply(new Uint8Array(out.buffer, 0, octets))
  if (rcode !== 'NOERROR') throw new Error(`${shape.title}: ${rcode}`)
  for (let i = 0; i < REPEATS; i++) again.push(timed(ask, BATCH).ms)
  return { first: median(first.slice(WARM_UP)), again: median(again), octets }
}

/** CPU time of this thread alone: others may have the core in between. */
function timed(ask: () => number, times = 1): { readonly ms: number; readonly octets: number } {
  const before = process.threadCpuUsage()
  let octets = 0
  for (let i = 0; i < times; i++) octets = ask()
  const { user, system } = process.threadCpuUsage(before)
  return { ms: (user + system) / 1000 / times, octets }
}

function madeOf({ spec, alike = false }: Shape, network: number) {
  const text = large({ name: 'db', network, perSlice: 1000, ...spec })
  const objects = alike
    ? JSON.stringify(JSON.parse(text), (key, value) => (key === 'hostname' ? 'web' : value))
    : text
  return made({
    clusters: {
      east: { 'db.json': large({ name: 'x', clusterIP: '10.101.0.9', endpoints: 1 }) },
      west: { 'db.json': objects },
    },
  })
}

main()
