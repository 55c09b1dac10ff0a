import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Clusters, openClusters } from './clusters.ts'
import { partOf } from './memory.ts'
import { count, row, verdict } from './report.ts'
import { startServer } from './server.ts'
import type { Size } from './world.ts'

/** So many seconds at most from `state.dir`, with so many endpoints. */
const TARGET = { seconds: 2, endpoints: 100_000 }

/** Times from start to ready, in seconds. */
interface Ready {
  readonly apiServers: number
  /** From the last views on disk, while no API server is there. */
  readonly disk: number
}

const HEAD = row('seconds from start to /readyz 200', ['API servers', 'state.dir'])

/** Prints how soon servers are ready that read a tenth and all of `size`. */
export async function measureReady(size: Size, heapMiB: number | null, isShort: boolean): Promise<void> {
  console.log(`\nReady\n${HEAD}`)
  for (const part of isShort ? [size] : [partOf(size, 10), size]) {
    const { apiServers, disk } = await measure(part, heapMiB)
    console.log(row(`${count(part.endpoints)} endpoints`, [apiServers.toFixed(2), disk.toFixed(2)]))
    if (part.endpoints === TARGET.endpoints)
      console.log(`  from state.dir: ${verdict(disk, TARGET.seconds, 's')}`)
  }
}

async function measure(size: Size, heapMiB: number | null): Promise<Ready> {
  await using clusters = await openClusters(size)
  const state = `${clusters.dir}/state`
  mkdirSync(state)
  const configuration = clusters.configuration(state)
  const apiServers = await readyAfter(configuration, heapMiB, () => saved(state, size.clusters))
  await allDown(clusters, size)
  const disk = await readyAfter(configuration, heapMiB, async () => undefined)
  rmSync(state, { recursive: true })
  return { apiServers, disk }
}

/** In seconds; the server runs until `then` is done. */
async function readyAfter(
  configuration: string,
  heapMiB: number | null,
  then: () => Promise<void>,
): Promise<number> {
  await using server = await startServer(configuration, heapMiB)
  await then()
  return server.readyMs / 1000
}

/** Resolves when every cluster's view is on disk, whole. */
async function saved(state: string, clusters: number): Promise<void> {
  const isWhole = (): boolean => {
    const files = readdirSync(state)
    return files.length === clusters && files.every((file) => file.endsWith('.view'))
  }
  while (!isWhole()) await sleep(200)
  // Views that changed after they were written are written once more.
  await sleep(SAVE_EVERY_MS)
  while (!isWhole()) await sleep(200)
}

/** A little more than how often a view is saved. */
const SAVE_EVERY_MS = 6000

async function allDown(clusters: Clusters, size: Size): Promise<void> {
  for (let cluster = 0; cluster < size.clusters; cluster++) await clusters.order({ kind: 'down', cluster })
}
