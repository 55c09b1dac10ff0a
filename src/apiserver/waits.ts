import { setTimeout as sleep } from 'node:timers/promises'
import type { Limits } from './types.ts'

/**
 * A random wait after so many failures in a row: never under the least, so that nothing ever spins, and never
 * over the most, so that a server which is back is heard again soon. Random, so that not all ask at once.
 */
export function backoff([from, to]: Limits['backoffMs'], failures: number, random: () => number): number {
  const upTo = Math.min(to, from * 2 ** Math.min(failures, 30))
  return from + random() * (upTo - from)
}

/** A period with a tenth of chance in it. */
export const jittered = (ms: number, random: () => number): number => ms * (1 + random() / 10)

/** Resolves when the time is over or the signal aborted. */
export const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  sleep(ms, undefined, { signal }).catch(() => undefined)
