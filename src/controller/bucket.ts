/** How many writes one API server is sent: so many a second, and so many at once after a rest. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/** A token bucket. Times in milliseconds of any clock that only goes forward. */
export class Bucket {
  readonly #rate: Rate
  #tokens: number
  #at: number

  constructor(rate: Rate, now: number) {
    this.#rate = rate
    this.#tokens = rate.burst
    this.#at = now
  }

  /** Takes a token, now or from those to come; returns how long until it may be spent. */
  take(now: number): number {
    const { perSecond, burst } = this.#rate
    const gained = (Math.max(0, now - this.#at) / 1000) * perSecond
    this.#tokens = Math.min(burst, this.#tokens + gained) - 1
    this.#at = Math.max(now, this.#at)
    return this.#tokens >= 0 ? 0 : (-this.#tokens / perSecond) * 1000
  }
}
