import { setTimeout as sleep } from 'node:timers/promises'
import { cpuSeconds } from '../cpu.ts'
import type { MeridianServer } from '../servers.ts'
import { median } from '../statistics.ts'
import { type Clusters, openClusters } from './clusters.ts'
import { partOf } from './memory.ts'
import { settled } from './process.ts'
import { count, row, verdict } from './report.ts'
import { metricsOf, startServer } from './server.ts'
import { untilState } from './state-watch.ts'
import { exportersOf, type Size } from './world.ts'

/** The cost at the whole size, over that at a hundredth. */
const TARGET = 1.2
const SHARES = { whole: [100, 1], short: [2, 1] }
/**
 * So many that the garbage of the start is collected before, and the collections that the changes themselves lead to
 * are counted: at a million endpoints there is one in some ten thousand changes.
 */
const CHANGES = { warmUp: 3000, whole: 10_000, short: 100, everyMs: 10 }
const CYCLES = 5
const IDLE_MS = { whole: 10_000, short: 1000 }

/** CPU of the whole process, in milliseconds. */
interface Costs {
  readonly change: number
  readonly down: number
  readonly up: number
}

const HEAD = row('CPU in ms, what idleness takes subtracted', ['one change', 'lost', 'returned'])

/** Prints what one changed EndpointSlice costs, and a cluster's API server that goes and returns. */
export async function measureChanges(size: Size, heapMiB: number | null, isShort: boolean): Promise<void> {
  for (const state of isShort ? [true] : [false, true]) {
    const way = state ? 'with state.dir' : 'without state.dir'
    console.log(`\nOne changed EndpointSlice; a cluster lost and returned; ${way}\n${HEAD}`)
    const costs: Costs[] = []
    for (const share of isShort ? SHARES.short : SHARES.whole) {
      const part = partOf(size, share)
      const cost = await measure(part, heapMiB, state, isShort)
      costs.push(cost)
      const cells = [cost.change.toFixed(3), cost.down.toFixed(1), cost.up.toFixed(1)]
      console.log(row(`${count(part.services)} services`, cells))
    }
    const [small, large] = costs
    if (!isShort && small !== undefined && large !== undefined)
      console.log(
        `  one change, the second over the first: ${verdict(large.change / small.change, TARGET, '')}`,
      )
  }
}

async function measure(size: Size, heapMiB: number | null, state: boolean, isShort: boolean): Promise<Costs> {
  await using clusters = await openClusters(size)
  await using server = await startServer(
    clusters.configuration(state ? `${clusters.dir}/state` : null),
    heapMiB,
  )
  await settled(server.pid, isShort)
  const changes = isShort ? CHANGES.short : CHANGES.whole
  const idleMs = isShort ? IDLE_MS.short : IDLE_MS.whole
  if (!isShort) await change(clusters, server, CHANGES.warmUp, idleMs)
  const one = await change(clusters, server, changes, idleMs)
  const cycles = isShort ? 1 : CYCLES
  return { change: one, ...(await comesAndGoes(clusters, server, size, cycles, idleMs)) }
}

/** What each of so many changes costs. Fails if one is not served. */
async function change(
  clusters: Clusters,
  server: MeridianServer,
  changes: number,
  idleMs: number,
): Promise<number> {
  const idle = await idleRate(server, idleMs)
  const before = await served(server)
  const cpu = cpuSeconds(server.pid)
  const begun = performance.now()
  await clusters.order({ kind: 'change', changes, everyMs: CHANGES.everyMs })
  await sleep(500)
  const used = 1000 * (cpuSeconds(server.pid) - cpu) - idle * (performance.now() - begun)
  const heard = (await served(server)) - before
  if (heard < changes / 2) throw new Error(`${heard} of ${changes} changes were served one at a time`)
  return used / heard
}

/** CPU milliseconds in a millisecond of doing nothing. */
async function idleRate({ pid }: MeridianServer, idleMs: number): Promise<number> {
  const cpu = cpuSeconds(pid)
  const begun = performance.now()
  await sleep(idleMs)
  return (1000 * (cpuSeconds(pid) - cpu)) / (performance.now() - begun)
}

const served = async (server: MeridianServer): Promise<number> =>
  (await metricsOf(server)).get('meridian_dns_programming_duration_seconds_count') ?? 0

/** A cluster's API server dies and returns, so often; until answers say so, and a moment longer. */
async function comesAndGoes(
  clusters: Clusters,
  server: MeridianServer,
  size: Size,
  cycles: number,
  idleMs: number,
): Promise<Pick<Costs, 'down' | 'up'>> {
  // Not the first: its own cluster is never down for a server.
  const service = Math.min(size.services, size.clusters) - 1
  const [cluster = 0] = exportersOf(size, service)
  const idle = await idleRate(server, idleMs)
  const cost = async (kind: 'down' | 'up', state: string): Promise<number> => {
    const cpu = cpuSeconds(server.pid)
    const begun = performance.now()
    await clusters.order({ kind, cluster })
    await untilState(server.port, service, cluster, state)
    await sleep(500)
    return 1000 * (cpuSeconds(server.pid) - cpu) - idle * (performance.now() - begun)
  }
  const [down, up]: [number[], number[]] = [[], []]
  for (let i = 0; i < cycles; i++) {
    down.push(await cost('down', 'down'))
    up.push(await cost('up', 'live'))
  }
  return { down: median(down), up: median(up) }
}
