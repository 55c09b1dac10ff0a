import type { MeridianServer } from '../servers.ts'
import { openClusters } from './clusters.ts'
import { type Resident, settled } from './process.ts'
import { count, mebibytes, row, verdict } from './report.ts'
import { metricsOf, startServer } from './server.ts'
import type { Size } from './world.ts'

/** What a server's process takes, in bytes. */
interface Memory {
  /** All of it, workers included. */
  readonly resident: Resident
  readonly main: Footprint
  readonly answering: Footprint
}

/** A thread's heap in use, and what its objects hold outside of it. */
interface Footprint {
  readonly heap: number
  readonly outside: number
}

/** At most so much for a million endpoints, in GiB. */
const TARGET = 1.5
const MILLION = 1_000_000

const HEAD = row('MiB', ['resident', 'peak', 'main heap', 'outside', 'thread heap', 'outside', 'octets/ep'])

/** Prints what servers take that hold nothing, a hundredth, a tenth and all of `size`. */
export async function measureMemory(size: Size, heapMiB: number | null, isShort: boolean): Promise<void> {
  console.log(`\nMemory, ready and settled\n${HEAD}`)
  const empty = await measure({ ...size, services: 0, endpoints: 0 }, heapMiB, isShort)
  console.log(memoryRow(`no services in ${size.clusters} clusters`, empty, null))
  for (const part of [100, 10, 1].map((share) => partOf(size, share)).filter(isWorth)) {
    const memory = await measure(part, heapMiB, isShort)
    const each = (memory.resident.now - empty.resident.now) / part.endpoints
    console.log(memoryRow(`${count(part.endpoints)} endpoints`, memory, each))
    if (part.endpoints === MILLION)
      console.log(`  a million endpoints: ${verdict(memory.resident.now / 2 ** 30, TARGET, 'GiB')}`)
  }
}

/** Fewer drown in what a server takes that holds nothing. */
const isWorth = ({ endpoints }: Size): boolean => endpoints >= 1000

/** One in so many of its services. */
export const partOf = (size: Size, share: number): Size => ({
  ...size,
  services: Math.ceil(size.services / share),
  endpoints: Math.ceil(size.endpoints / share),
})

async function measure(size: Size, heapMiB: number | null, isShort: boolean): Promise<Memory> {
  await using clusters = await openClusters(size)
  await using server = await startServer(clusters.configuration(null), heapMiB)
  return await memoryOf(server, isShort)
}

const memoryRow = (title: string, { resident, main, answering }: Memory, each: number | null): string => {
  const bytes = [resident.now, resident.peak, main.heap, main.outside, answering.heap, answering.outside]
  return row(title, [...bytes.map(mebibytes), each === null ? '' : each.toFixed(0)])
}

/** Of a server that is ready, once it has settled. */
async function memoryOf(server: MeridianServer, isShort: boolean): Promise<Memory> {
  const resident = await settled(server.pid, isShort)
  const metrics = await metricsOf(server)
  const figure = (name: string): number => metrics.get(name) ?? Number.NaN
  const answering = (part: string): number =>
    figure(`meridian_answering_memory_bytes{thread="0",part="${part}"}`)
  return {
    resident,
    main: { heap: figure('nodejs_heap_size_used_bytes'), outside: figure('nodejs_external_memory_bytes') },
    answering: { heap: answering('heap'), outside: answering('outside') },
  }
}
