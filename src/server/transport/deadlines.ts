/**
 * Those who have so many milliseconds for one thing. Everybody gets equally long, so the order in which they
 * began is the order in which time runs out, and one timer that calls `sweep` serves thousands.
 */
export class Deadlines<T> {
  readonly #ms: number
  readonly #expired: (one: T) => void
  readonly #due = new Map<T, number>()

  constructor(ms: number, expired: (one: T) => void) {
    this.#ms = ms
    this.#expired = expired
  }

  get size(): number {
    return this.#due.size
  }

  /** Begins, unless it has begun before. */
  start(one: T): void {
    if (!this.#due.has(one)) this.#due.set(one, performance.now() + this.#ms)
  }

  restart(one: T): void {
    this.#due.delete(one)
    this.start(one)
  }

  stop(one: T): void {
    this.#due.delete(one)
  }

  /** Whose time runs out first. */
  oldest(): T | undefined {
    return this.#due.keys().next().value
  }

  /** Whose time runs out first, first. */
  [Symbol.iterator](): IterableIterator<T> {
    return this.#due.keys()
  }

  sweep(): void {
    const now = performance.now()
    for (const [one, due] of this.#due) {
      if (due > now) return
      this.#due.delete(one)
      this.#expired(one)
    }
  }
}
