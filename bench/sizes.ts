// `npm run bench:sizes`: CPU time of a reply by the size of its service, as an answering thread makes it: when it was
// asked for before, and when the service changed since. In process, without sockets; ends by itself. `-- SHAPE`: those
// whose names have that in them.
import { clientRulesOf } from '../src/app/config/index.ts'
import { Replica, wholeUpdate } from '../src/server/replica/index.ts'
import { createResponder, type Peer } from '../src/server/replies/index.ts'
import { Marks, speedBy } from '../src/server/speed/index.ts'
import { TCP, UDP } from '../src/server/transport/index.ts'
import { createLog, createTelemetry } from '../src/words/observe/index.ts'
import { buildQuery, parseReply } from '../test/support/client.ts'
import { identityOf } from '../test/support/values.ts'
import { made } from '../test/support/world.ts'
import { machine } from './cpu.ts'
import { SHAPES, type Shape } from './sizes/shapes.ts'
import { median } from './statistics.ts'

const FIRSTS = 40
const REPEATS = 20
const BATCH = 20
const WARM_UP = 10

function main(): void {
  const only = process.argv[2] ?? ''
  console.log(`CPU milliseconds per reply (median), Node ${process.version}; ${machine()}`)
  console.log(`${''.padEnd(60)}${HEADS.map((head) => head.padStart(12)).join('')}`)
  for (const shape of SHAPES.filter(({ title }) => title.includes(only))) console.log(row(shape))
}

const HEADS = ['UDP first', 'UDP again', 'TCP first', 'TCP again', 'octets']

function row(shape: Shape): string {
  const udp = measure(shape, { transport: UDP, host: '127.0.0.1' })
  const tcp = measure(shape, { transport: TCP, host: '127.0.0.1' })
  const figures = [udp.first, udp.again, tcp.first, tcp.again].map((ms) => ms.toFixed(3).padStart(12))
  return `${shape.title.padEnd(60)}${figures.join('')}${String(tcp.octets).padStart(12)}`
}

/** Of a world and of the one in which one pod is another, in turns. */
function measure(shape: Shape, peer: Peer) {
  const { config, world } = made(shape.world(1))
  const updates = [0, 2].map((network) => ({ ...wholeUpdate(made(shape.world(network)).world), parts: {} }))
  const { settings, clusterset, zones, serials } = world
  const marks = new Marks()
  const replica = new Replica({ settings, clusterset, zones, serials, settled: true }, marks)
  const telemetry = createTelemetry(createLog('silent'))
  const { respond } = createResponder(
    {
      snapshot: () => replica.snapshot,
      identity: identityOf(),
      clients: clientRulesOf(config, clusterset.local),
      udpSize: config.dns.udpSize,
      random: Math.random,
      clock: null,
      counters: telemetry.counts,
      bug: (error) => {
        throw error
      },
    },
    speedBy(marks),
  )
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
  const { rcode, answers } = parseReply(new Uint8Array(out.buffer, 0, octets))
  if (rcode !== 'NOERROR' || (answers.length === 0) !== (shape.isEmpty ?? false))
    throw new Error(`${shape.title}: ${rcode}, ${answers.length} answers`)
  for (let i = 0; i < REPEATS; i++) again.push(timed(ask, BATCH).ms)
  return { first: median(first.slice(WARM_UP)), again: median(again), octets }
}

/** CPU time of this thread alone: others may have the core in between. */
function timed(ask: () => number, times = 1): { readonly ms: number; readonly octets: number } {
  const before = threadTime()
  let octets = 0
  for (let i = 0; i < times; i++) octets = ask()
  return { ms: (threadTime() - before) / 1000 / times, octets }
}

/** Microseconds. Linux brings a thread's own time up to now when the process's is asked for, and else at each tick. */
function threadTime(): number {
  process.cpuUsage()
  const { user, system } = process.threadCpuUsage()
  return user + system
}

main()
