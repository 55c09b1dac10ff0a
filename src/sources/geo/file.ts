import { open } from 'node:fs/promises'
import { totalmem } from 'node:os'
import type { GeoRules, GeoTable } from '../../words/clusterset/index.ts'
import { Slices } from '../../words/threads/index.ts'
import { GeoFormatError } from './format.ts'
import { tableOf } from './table.ts'
import { GeoTree } from './tree.ts'

/** A database that was read whole, and found right. */
export interface GeoReading {
  readonly table: GeoTable
  readonly type: string
  /** When it was made, Unix seconds. */
  readonly builtAt: number
}

/** Those of cities are a tenth of it. */
export const LARGEST = 512 * 2 ** 20

/** A file is read whole, beside all else that is in memory. */
const PART_OF_MEMORY = 4

/** The most octets that one may have where there is so much memory, that of the container or of the machine. */
export const largestFor = (memory: number): number => Math.min(LARGEST, Math.floor(memory / PART_OF_MEMORY))

const QUARTER = "a quarter of this process's memory: give it more, or take a smaller database"
const WHATEVER = 'however much memory there is: take a smaller database'

/** Where nothing limits a process, the limit is unknown or beyond all numbers. */
const memoryHere = (): number => Math.min(process.constrainedMemory() || totalmem(), totalmem())

/** How long it works before everybody else has a turn. */
const SLICE_MS = 5

/** Reads a database. Rejects, with a sentence for whoever runs the server, if it cannot be believed whole. */
export async function readGeo(
  path: string,
  rules: GeoRules,
  most = largestFor(memoryHere()),
): Promise<GeoReading> {
  const tree = new GeoTree(await octetsOf(path, most))
  const making = tableOf(tree, rules)
  const slices = new Slices(SLICE_MS)
  for (;;) {
    const step = making.next()
    const { type, builtAt } = tree.metadata
    if (step.done === true) return { table: step.value, type, builtAt }
    if (slices.isOver) await slices.next()
  }
}

async function octetsOf(path: string, most: number): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const before = await file.stat()
    if (!before.isFile()) throw new GeoFormatError('it is no regular file')
    if (before.size > most)
      throw new GeoFormatError(
        `it has ${before.size} octets, and ${most} are the most, ${most < LARGEST ? QUARTER : WHATEVER}`,
      )
    const octets = await file.readFile()
    // Whoever writes it in place is not done yet.
    const { size, mtimeMs } = await file.stat()
    if (size !== octets.length || mtimeMs !== before.mtimeMs) throw new GeoFormatError('it is being written')
    return octets
  } finally {
    await file.close()
  }
}
