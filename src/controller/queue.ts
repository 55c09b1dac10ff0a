import { doubled } from '../apiserver/index.ts'
/** How long a key waits after each failure in a row: the first and the most, in milliseconds. */
export interface Backoff {
  readonly fromMs: number
  readonly toMs: number
}

interface Waiting {
  /** When it was added first: what the age counts from. */
  readonly since: number
  /** Not before. */
  readonly due: number
}

/**
 * Keys that need another look, each once however often it is added: level-triggered. A key that is added while it is
 * looked at is looked at again; one that failed waits longer each time, unless it is added anew. Bound by the keys that
 * there are. Times in milliseconds of any clock that only goes forward.
 */
export class WorkQueue<K> {
  readonly #backoff: Backoff
  readonly #random: () => number
  /** In order of arrival. */
  readonly #ready = new Map<K, Waiting>()
  readonly #later = new Map<K, Waiting>()
  readonly #busy = new Map<K, number>()
  readonly #again = new Set<K>()
  readonly #failures = new Map<K, number>()
  /** No key of `#later` is due before. */
  #laterFrom = Number.POSITIVE_INFINITY

  constructor(backoff: Backoff, random: () => number) {
    this.#backoff = backoff
    this.#random = random
  }

  add(key: K, now: number): void {
    if (this.#busy.has(key)) this.#again.add(key)
    else if (!this.#ready.has(key)) {
      const since = Math.min(now, this.#later.get(key)?.since ?? now)
      this.#later.delete(key)
      this.#ready.set(key, { since, due: now })
    }
  }

  /** The key that waits longest of those that are due; it is busy until `done` or `failed`. */
  take(now: number): K | undefined {
    this.#ripen(now)
    const [next] = this.#ready
    if (next === undefined) return undefined
    const [key, { since }] = next
    this.#ready.delete(key)
    this.#busy.set(key, since)
    return key
  }

  /** `lookAgainMs`: how soon it is due again though nobody adds it; null: not at all. */
  done(key: K, now: number, lookAgainMs: number | null = null): void {
    this.#busy.delete(key)
    this.#failures.delete(key)
    if (lookAgainMs !== null) this.#postpone(key, now + lookAgainMs, now + lookAgainMs)
    this.#addAgain(key, now)
  }

  /** It is due again after a while; returns how long. `leastMs`: what the server asked for. */
  failed(key: K, now: number, leastMs = 0): number {
    const since = this.#busy.get(key) ?? now
    const failures = (this.#failures.get(key) ?? 0) + 1
    this.#failures.set(key, failures)
    this.#busy.delete(key)
    const { fromMs, toMs } = this.#backoff
    const most = doubled([fromMs, toMs], failures - 1)
    // From half of it on: never at once, and never all together.
    const wait = Math.max(leastMs, most * (0.5 + this.#random() / 2))
    this.#postpone(key, since, now + wait)
    this.#addAgain(key, now)
    return wait
  }

  /** It was not its fault: due at once, and as old as it was. */
  putBack(key: K, now: number): void {
    const since = this.#busy.get(key) ?? now
    this.#busy.delete(key)
    this.#again.delete(key)
    this.#ready.set(key, { since, due: now })
  }

  #addAgain(key: K, now: number): void {
    if (this.#again.delete(key)) this.add(key, now)
  }

  #postpone(key: K, since: number, due: number): void {
    this.#later.set(key, { since, due })
    this.#laterFrom = Math.min(this.#laterFrom, due)
  }

  #ripen(now: number): void {
    if (now < this.#laterFrom) return
    this.#laterFrom = Number.POSITIVE_INFINITY
    for (const [key, waiting] of this.#later) {
      if (waiting.due > now) this.#laterFrom = Math.min(this.#laterFrom, waiting.due)
      else {
        this.#later.delete(key)
        this.#ready.set(key, waiting)
      }
    }
  }

  /** Nothing is known of before; whoever is still at a key does not say so any more. */
  clear(): void {
    for (const keys of [this.#ready, this.#later, this.#busy, this.#again, this.#failures]) keys.clear()
    this.#laterFrom = Number.POSITIVE_INFINITY
  }

  /** Keys that wait for a look or have one now; not those that are merely due again some time. */
  depth(now: number): number {
    return [...this.#since()].filter((since) => since <= now).length
  }

  /** How many have failed and not succeeded since. */
  get failing(): number {
    return this.#failures.size
  }

  /** For how many milliseconds the oldest of them has waited; 0 when none does. */
  age(now: number): number {
    let oldest = now
    for (const since of this.#since()) oldest = Math.min(oldest, since)
    return now - oldest
  }

  *#since(): Generator<number> {
    yield* this.#busy.values()
    for (const { since } of this.#later.values()) yield since
    for (const { since } of this.#ready.values()) yield since
  }

  /** When to look for the next key; null: when one is added. */
  nextDue(now: number): number | null {
    if (this.#ready.size > 0) return now
    return this.#later.size === 0 ? null : this.#laterFrom
  }
}
