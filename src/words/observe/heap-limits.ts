import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import type { ResourceLimits } from 'node:worker_threads'

const MEBIBYTE = 2 ** 20

/** What the heaps of threads may hold, in MiB. */
interface HeapLimits {
  readonly main: number
  readonly reader: number
  /** Each thread that answers. */
  readonly answering: number
}

/** Less holds neither what one cluster may say at a time nor what is answered from. */
const LEAST_READER = 108
const LEAST_ANSWERING = 64

/**
 * By what main may hold, in bytes. A reader holds what is under way; a world as it is answered from takes a tenth of what it
 * takes main.
 */
export function heapLimitsOf(mainBytes: number): HeapLimits {
  const main = Math.floor(mainBytes / MEBIBYTE)
  return {
    main,
    reader: Math.max(LEAST_READER, Math.floor(main / 2)),
    answering: Math.max(LEAST_ANSWERING, Math.floor(main / 4)),
  }
}

/** As main was started. */
export const heapLimits = (): HeapLimits => heapLimitsOf(getHeapStatistics().heap_size_limit)

/**
 * What is read or answered leaves nothing behind, so a small young generation is as good as a large one. Left alone, V8
 * lets it grow with the machine's memory, and a thread that needs 12 MB holds 150.
 */
const YOUNG_MB = 12

const MAINS = ['--max-old-space-size', '--max-heap-size', '--min-semi-space-size', '--max-semi-space-size']

/**
 * Before any thread is started: V8 puts flags that the process was started with above the limits of a thread. Main's heap
 * took them when it was made, and keeps to them.
 */
export function leaveFlagsToMain(): void {
  for (const flag of MAINS) setFlagsFromString(`${flag}=0`)
}

/** Of a thread whose heap may hold so many MiB. */
export const limitedTo = (heapMb: number): ResourceLimits => ({
  maxOldGenerationSizeMb: heapMb - YOUNG_MB,
  maxYoungGenerationSizeMb: YOUNG_MB,
})
