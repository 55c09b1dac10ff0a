// `npm run bench:relist`: how long answers take while a cluster relists, with a thread that answers and without.
// Loopback only, ends by itself. `-- two`: only with one.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { machine } from './cpu.ts'
import { openCluster, RELIST, type RelistCluster } from './relist-cluster.ts'
import type { Latencies, Told } from './relist-load.ts'
import type { FromServer } from './relist-server.ts'
import { printTurns, type Turn } from './relist-turns.ts'
import { startEcho } from './servers.ts'

const QUIET_MS = 5000
const RELISTS = 3
const DEADLINE_MS = 120_000

const WAYS = [
  ['one', 'one thread does it all'],
  ['two', 'one thread watches, another answers'],
] as const

const HEADS = ['p50', 'p99', 'p99.9', 'max', 'lost'].map((head) => head.padStart(9)).join('')

async function bench(): Promise<void> {
  const { services, slices, endpoints, perSecond } = RELIST
  console.log(`${services} services with ${slices} EndpointSlices of ${endpoints} endpoints in one cluster, which relists ${RELISTS} times, every slice changed
${perSecond} queries for A records per second over UDP on 127.0.0.1, from a process of its own, whatever is unanswered
Beside it as many to a bare echo in another process: what of the delays is the machine's, whose cores all share
Node ${process.version}; ${machine()}; nothing pinned

${'milliseconds'.padEnd(38)}${'queries'.padStart(9)}${HEADS}`)
  const only = process.argv[2]
  for (const [threads, title] of WAYS.filter(([way]) => only === undefined || way === only)) {
    const { quiet, relisting, relists, turns } = await measure(threads)
    console.log(title)
    printRows('quiet', quiet)
    printRows('relisting', relisting)
    console.log(`  relists (the watching thread's longest pause): ${relists.map(printRelist).join(', ')}`)
    if (threads === 'two') {
      console.log(`  the answering thread's longest turn, quiet: ${printTurns(turns.quiet)}`)
      console.log(`  the answering thread's longest turn, relisting: ${printTurns(turns.relisting)}`)
    }
  }
}

function printRows(title: string, [server, echo]: Told): void {
  console.log(row(`  ${title}`, server))
  console.log(row(`  ${title}, echo`, echo))
}

const row = (title: string, { count, p50, p99, p999, max, lost }: Latencies): string =>
  [
    title.padEnd(38),
    String(count).padStart(9),
    ...[p50, p99, p999, max].map((ms) => ms.toFixed(2).padStart(9)),
    String(lost).padStart(9),
  ].join('')

/** Milliseconds from the first page to the last change served, and the longest that the watching thread did nothing else. */
interface Relist {
  readonly took: number
  readonly longest: number
}

const printRelist = ({ took, longest }: Relist): string =>
  `${(took / 1000).toFixed(1)} s (${longest.toFixed(0)} ms)`

async function measure(threads: 'one' | 'two') {
  await using cluster = await openCluster()
  await using echo = await startEcho([])
  await using server = start('relist-server', [threads, cluster.kubeconfig])
  const { port } = await heard(server.child, 'listening')
  await heard(server.child, 'synced')
  await using load = start('relist-load', [String(port), String(echo.port)])
  await ask(load.child, () => wait(1000))
  const turns = turnsOf(server.child)
  const [quiet] = await ask(load.child, () => wait(QUIET_MS))
  const quietTurns = turns.splice(0)
  const [relisting, relists] = await ask(load.child, async () => {
    const done: Relist[] = []
    while (done.length < RELISTS) done.push(await relist(cluster, server.child))
    return done
  })
  return { quiet, relisting, relists, turns: { quiet: quietTurns, relisting: turns } }
}

/** Filled as the server tells of them. */
function turnsOf(server: ChildProcess): Turn[] {
  const turns: Turn[] = []
  server.on('message', (message: FromServer) => {
    if (message.kind === 'turn') turns.push(message.turn)
  })
  return turns
}

async function relist(cluster: RelistCluster, server: ChildProcess): Promise<Relist> {
  const over = derived(server, RELIST.slices)
  await cluster.relist()
  const started = performance.now()
  const longest = await over
  return { took: performance.now() - started, longest }
}

/** What was measured while something went on, and what came of that. */
async function ask<T>(load: ChildProcess, during: () => Promise<T>): Promise<readonly [Told, T]> {
  load.send('begin')
  const result = await during()
  const told = once(load, 'message', { signal: AbortSignal.timeout(DEADLINE_MS) })
  load.send('end')
  const [latencies]: Told[] = await told
  if (latencies === undefined) throw new Error('the load measured nothing')
  return [latencies, result]
}

type Said<K> = Extract<FromServer, { readonly kind: K }>

/** The server's next message of a kind. */
async function heard<K extends FromServer['kind']>(server: ChildProcess, kind: K): Promise<Said<K>> {
  const signal = AbortSignal.timeout(DEADLINE_MS)
  const isOf = (message: FromServer): message is Said<K> => message.kind === kind
  for (;;) {
    const [message]: FromServer[] = await once(server, 'message', { signal })
    if (message !== undefined && isOf(message)) return message
  }
}

/** Resolves when so many changes of slices are served, with the longest pause meanwhile, in milliseconds. */
async function derived(server: ChildProcess, count: number): Promise<number> {
  let longest = 0
  for (let left = count; left > 0; ) {
    const { slices, ms } = await heard(server, 'derived')
    left -= slices
    longest = Math.max(longest, ms)
  }
  return longest
}

function start(program: string, args: readonly string[]): AsyncDisposable & { readonly child: ChildProcess } {
  const child = fork(new URL(`${program}.ts`, import.meta.url), args)
  process.once('exit', () => child.kill('SIGKILL'))
  child.once('exit', (status) => {
    if (status === null || status === 0) return
    console.error(`${program} ended with status ${status}`)
    process.exit(1)
  })
  return {
    child,
    [Symbol.asyncDispose]: async () => {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))
await bench()
