/** Somebody with work that can be done piece by piece. */
export interface TurnTaker {
  /** Does at most `share` pieces and returns how many. */
  turn(share: number): number
}

/** Messages per connection before the next connection has its turn, and in all before the sockets are read again. */
const SHARE = 32
const PER_ROUND = 128

/** Who waits for a turn. However much one client sends, the others and UDP are served in between. */
export class Turns {
  readonly #waiting = new Set<TurnTaker>()
  #scheduled = false

  add(one: TurnTaker): void {
    this.#waiting.add(one)
    this.#schedule()
  }

  remove(one: TurnTaker): void {
    this.#waiting.delete(one)
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => this.#round())
  }

  #round(): void {
    this.#scheduled = false
    let left = PER_ROUND
    for (const one of this.#waiting) {
      if (left <= 0) break
      this.#waiting.delete(one)
      left -= Math.max(1, one.turn(Math.min(SHARE, left)))
    }
    if (this.#waiting.size > 0) this.#schedule()
  }
}
