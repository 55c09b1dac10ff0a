// A server whose one cluster is an API server: `one` thread does everything, or of `two` one answers.
import { startAnswering } from '../src/answering/index.ts'
import { credentialsFrom, watchApiServer } from '../src/apiserver/index.ts'
import { clientRulesOf, clustersetOf, parseConfig, rulesOf, settingsOf } from '../src/config/index.ts'
import { AnswerCounts } from '../src/observe/index.ts'
import { createResponder } from '../src/respond/index.ts'
import { applyChanges, EMPTY_VIEW } from '../src/source/index.ts'
import { type MakeUdp, udpHere } from '../src/transport/index.ts'
import { emptyWorld, settle, step, type World, withFreshness } from '../src/zone/index.ts'

/** What it tells the bench: where it listens, how many slices that changed are derived, and how long that turn was. */
export type FromServer =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'derived'; readonly slices: number; readonly ms: number }

const ID = 'east'
const [threads, kubeconfig = ''] = process.argv.slice(2)
const config = parseConfig(JSON.stringify({ clusters: [{ id: ID, source: { manifests: '.' } }] }), 'bench')
const clusterset = clustersetOf(config)
const identity = { version: 'bench', id: null }
const settings = { identity, clients: clientRulesOf(config, clusterset.local), udpSize: 1232 }

let world: World = settle(emptyWorld(settingsOf(config), clusterset, rulesOf(config), Date.now()))
let view = EMPTY_VIEW

const [makeUdp, follow] = threads === 'two' ? await elsewhere() : here()
const port = await makeUdp('127.0.0.1', []).open(0)
tell({ kind: 'listening', port })

watchApiServer({
  credentials: credentialsFrom({ kind: 'text', kubeconfig }),
  kinds: ['Service', 'EndpointSlice', 'ServiceExport', 'ServiceImport'],
})({
  changed: (changes) => {
    const started = performance.now()
    const applied = applyChanges(view, changes)
    view = applied.view
    become(step(world, new Map([[ID, view]]), applied.dirty, Date.now()))
    const slices = changes.filter((one) => one.op === 'put' && one.object.kind === 'EndpointSlice').length
    tell({ kind: 'derived', slices, ms: performance.now() - started })
  },
  freshness: (freshness) => become(withFreshness(world, ID, freshness, Date.now())),
  problems: () => undefined,
})

function become(next: World): void {
  world = next
  follow(next)
}

async function elsewhere(): Promise<readonly [MakeUdp, (world: World) => void]> {
  const answering = await startAnswering({
    ...settings,
    world,
    warning: console.error,
    bug: console.error,
    crashed: console.error,
  })
  return [answering.makeUdp, answering.follow]
}

function here(): readonly [MakeUdp, (world: World) => void] {
  const { respond } = createResponder({
    ...settings,
    snapshot: () => world,
    random: Math.random,
    clock: () => performance.now() / 1000,
    counters: new AnswerCounts(),
    bug: console.error,
  })
  const events = { dropped: () => undefined, warning: console.error, connections: () => undefined }
  return [udpHere({ udpSize: settings.udpSize, respond, events }), () => undefined]
}

function tell(message: FromServer): void {
  process.send?.(message)
}
