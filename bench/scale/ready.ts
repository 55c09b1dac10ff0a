import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { median } from '../statistics.ts'
import { type Clusters, openClusters } from './clusters.ts'
import { partOf } from './memory.ts'
import { count, row, verdict } from './report.ts'
import { startServer } from './server.ts'
import type { Size } from './world.ts'

/** So many seconds at most from `state.dir`, with so many endpoints. */
const TARGET = { seconds: 2, endpoints: 100_000 }

/** From disk, of which the median counts. */
const STARTS = 5

/** What it takes from start to ready, in seconds. */
interface Took {
  readonly wall: number
  readonly cpu: number
}

interface Ready {
  readonly apiServers: Took
  /** From the last views on disk, while no API server is there. */
  readonly disk: Took
}

const HEAD = row('seconds from start to /readyz 200', ['API servers', 'CPU', 'state.dir', 'CPU'])

/** Prints how soon servers are ready that read a tenth and all of `size`. */
export async function measureReady(size: Size, heapMiB: number | null, isShort: boolean): Promise<void> {
  console.log(`\nReady\n${HEAD}`)
  for (const part of isShort ? [size] : [partOf(size, 10), size]) {
    const { apiServers, disk } = await measure(part, heapMiB)
    const cells = [apiServers, disk].flatMap(({ wall, cpu }) => [wall.toFixed(2), cpu.toFixed(2)])
    console.log(row(`${count(part.endpoints)} endpoints`, cells))
    if (part.endpoints === TARGET.endpoints)
      console.log(`  from state.dir: ${verdict(disk.wall, TARGET.seconds, 's')}`)
  }
}

async function measure(size: Size, heapMiB: number | null): Promise<Ready> {
  await using clusters = await openClusters(size)
  const state = `${clusters.dir}/state`
  mkdirSync(state)
  const configuration = clusters.configuration(state)
  const apiServers = await readyAfter(configuration, heapMiB, () => saved(state, size.clusters))
  await allDown(clusters, size)
  const starts: Took[] = []
  for (let i = 0; i < STARTS; i++)
    starts.push(await readyAfter(configuration, heapMiB, async () => undefined))
  rmSync(state, { recursive: true })
  return {
    apiServers,
    disk: { wall: median(starts.map(({ wall }) => wall)), cpu: median(starts.map(({ cpu }) => cpu)) },
  }
}

/** The server runs until `then` is done. */
async function readyAfter(
  configuration: string,
  heapMiB: number | null,
  then: () => Promise<void>,
): Promise<Took> {
  await using server = await startServer(configuration, heapMiB)
  await then()
  return { wall: server.readyMs / 1000, cpu: server.readyCpu }
}

/** Resolves when every cluster's view is on disk, whole. */
async function saved(state: string, clusters: number): Promise<void> {
  const isWhole = (): boolean => {
    const files = readdirSync(state)
    const isUnfinished = files.some((file) => file.endsWith('.draft'))
    return !isUnfinished && files.filter((file) => file.endsWith('.view')).length === clusters
  }
  while (!isWhole()) await sleep(200)
}

async function allDown(clusters: Clusters, size: Size): Promise<void> {
  for (let cluster = 0; cluster < size.clusters; cluster++) await clusters.order({ kind: 'down', cluster })
}
