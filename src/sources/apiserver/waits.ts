import { setTimeout as sleep } from 'node:timers/promises'
import { backoff, jittered } from '../../words/threads/index.ts'
import { isAnswer, type RequestFailure } from './failure.ts'
import type { ApiServerLimits } from './types.ts'

/**
 * Unix milliseconds by a clock that only goes forward: one that is set, as by NTP or after a sleep of the machine, makes
 * no loss younger and no absence longer.
 */
export const steadyNow = (): number => performance.timeOrigin + performance.now()

/** Resolves when the time is over or the signal aborted. */
export const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  sleep(ms, undefined, { signal }).catch(() => undefined)

/** How long to wait after each of the failures that follow one another. */
export class RetryWaits {
  /** How many there were in a row. */
  failures = 0
  /** Of them, those since the server last came a step nearer: they decide how long is waited. */
  #stuck = 0
  #last: RequestFailure | undefined
  readonly #limits: ApiServerLimits
  readonly #random: () => number

  constructor(limits: ApiServerLimits, random: () => number) {
    this.#limits = limits
    this.#random = random
  }

  /** What comes next is the first failure. */
  forget(): void {
    this.failures = 0
    this.#stuck = 0
    this.#last = undefined
  }

  after(failure: RequestFailure): number {
    const last = this.#last
    this.#last = failure
    this.failures += 1
    // One that refused connections and now says no is starting: it says 403 and 429 for a moment each.
    const nearer = last !== undefined && !isAnswer(last) && isAnswer(failure)
    this.#stuck = nearer ? 1 : this.#stuck + 1
    return this.#after(failure, last)
  }

  #after({ reason, retryAfterMs = 0 }: RequestFailure, last: RequestFailure | undefined): number {
    const { shrunkMs, beyondMs, backoffMs, retryAfterMs: mostMs } = this.#limits
    if (reason === 'budget') return jittered(beyondMs, this.#random)
    if (reason === 'shrunk') return jittered(shrunkMs, this.#random)
    // A version that was compacted away is nobody's fault, unless the list that followed is no better.
    if (reason === 'expired' && last?.reason !== 'expired') return 0
    // Never under the least, however few failed, nor over the most: a server that is back is heard again soon.
    const wait = backoff(backoffMs, this.#stuck, this.#random, backoffMs[0])
    return Math.max(wait, Math.min(jittered(retryAfterMs, this.#random), mostMs))
  }
}
