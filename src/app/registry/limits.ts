import { getHeapStatistics } from 'node:v8'
import { LIMITS } from '../../sources/apiserver/index.ts'
import type { RegistryLimits, RegistryProblem } from './types.ts'

/** What registries may take. */
export const REGISTRY_LIMITS: RegistryLimits = {
  ...LIMITS,
  // Its objects are small, but for what they hold as text, and are read on the main thread.
  pageBytes: 2 ** 19,
  objectBytes: 2 ** 21,
  values: 20_000,
  identityMs: 2_000,
  askAgainMs: 30_000,
  confirmMs: 600_000,
  clusters: clustersFor(getHeapStatistics().heap_size_limit),
}

/** One for each MiB of the heap: a member takes some 300 KiB in all threads, though it says nothing. */
function clustersFor(heapBytes: number): number {
  return Math.min(5_000, Math.max(100, Math.floor(heapBytes / 2 ** 20)))
}

/** Clusters of several registries, each of which has no more than count. */
export const tooMany = (beyond: number, most: number): readonly RegistryProblem[] =>
  beyond === 0
    ? []
    : [
        {
          about: 'cluster',
          place: 'registries',
          message: `they have ${most + beyond} clusters together, of which the oldest ${most} count`,
          remedy: 'take those away that are no clusters: more count with a larger heap',
        },
      ]
