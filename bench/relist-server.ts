// A server whose one cluster is an API server: `one` thread does everything, or of `two` one answers.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { BroadcastChannel } from 'node:worker_threads'
import { clientRulesOf, parseConfig, planOf, watchSpecsOf } from '../src/app/config/index.ts'
import { Flow, Members } from '../src/app/flow/index.ts'
import { createResponder } from '../src/server/replies/index.ts'
import { type MakeAcceptor, udpHere } from '../src/server/transport/index.ts'
import { WorkerPool } from '../src/server/workers/worker-pool.ts'
import { AnswerCounts, createLog } from '../src/words/observe/index.ts'
import { emptyWorld, settle, type World } from '../src/world/zone/index.ts'
import { readHere } from '../test/support/reader.ts'
import { shown } from '../test/support/speed.ts'
import { CHANNEL, type Turn } from './relist-turns.ts'

/** What it tells the bench: where it listens, and how many slices that changed are served. */
export type FromServer =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'synced' }
  /** `ms`: the longest that the watching thread did nothing else since this was last told. */
  | { readonly kind: 'derived'; readonly slices: number; readonly ms: number }
  /** Of the answering thread, a long one. */
  | { readonly kind: 'turn'; readonly turn: Turn }

const [threads, kubeconfig = ''] = process.argv.slice(2)
const path = join(mkdtempSync(join(tmpdir(), 'relist-')), 'kubeconfig')
writeFileSync(path, kubeconfig)
const config = parseConfig(
  JSON.stringify({ clusters: [{ id: 'east', source: { kubeconfig: { path } } }] }),
  'bench',
)
const plan = planOf(config)
const identity = { version: 'bench', id: null }
const settings = { identity, clients: clientRulesOf(config, plan.clusterset.local), udpSize: 1232 }

let world: World = settle(emptyWorld(plan, Date.now()))
const [makeUdp, follow] = threads === 'two' ? await elsewhere() : here()
tell({ kind: 'listening', port: await makeUdp('127.0.0.1', []).open(0) })

let heard = false
const flow = new Flow(plan, { world: become, names: () => undefined, fault: () => undefined }, Date.now())
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
let [derived, waiting] = [0, false]
await new Members({
  reader: readHere(),
  flow,
  store: null,
  log: createLog('silent'),
  programmed: () => {
    derived++
    if (!waiting) setImmediate(report)
    waiting = true
  },
  failed: () => undefined,
  bug: console.error,
}).assign(watchSpecsOf(config))

function report(): void {
  tell({ kind: 'derived', slices: derived, ms: delay.max / 1e6 })
  ;[derived, waiting] = [0, false]
  delay.reset()
}

function become(next: World): void {
  world = next
  follow(next)
  if (heard || !next.settled) return
  heard = true
  tell({ kind: 'synced' })
}

async function elsewhere(): Promise<readonly [MakeAcceptor, (world: World) => void]> {
  const told = new BroadcastChannel(CHANNEL)
  told.onmessage = ({ data }: { readonly data: Turn }) => tell({ kind: 'turn', turn: data })
  const answering = await WorkerPool.start(new URL('relist-thread.ts', import.meta.url), {
    ...settings,
    world,
    udp: 'batches',
    addresses: 1,
    workers: 1,
    warning: console.error,
    bug: console.error,
    crashed: console.error,
  })
  return [answering.makeUdp, answering.follow]
}

function here(): readonly [MakeAcceptor, (world: World) => void] {
  const { snapshot, speed } = shown(() => world)
  const { respond } = createResponder(
    {
      ...settings,
      snapshot,
      random: Math.random,
      clock: () => performance.now() / 1000,
      counters: new AnswerCounts(),
      bug: console.error,
    },
    speed,
  )
  const events = { dropped: () => undefined, warning: console.error, connections: () => undefined }
  return [udpHere({ udpSize: settings.udpSize, respond, events }), () => undefined]
}

function tell(message: FromServer): void {
  process.send?.(message)
}
