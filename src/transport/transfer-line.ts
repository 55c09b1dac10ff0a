/** Zone transfers under way, and those who wait for one to end. */
export class TransferLine<T> {
  readonly #most: number
  readonly #longest: number
  readonly #admitted: (one: T) => void
  readonly #running = new Set<T>()
  readonly #waiting = new Set<T>()

  constructor(most: number, longest: number, admitted: (one: T) => void) {
    this.#most = most
    this.#longest = longest
    this.#admitted = admitted
  }

  /** False when the line is full. */
  join(one: T): boolean {
    if (this.#waiting.size >= this.#longest) return false
    this.#waiting.add(one)
    this.#admit()
    return true
  }

  runs(one: T): boolean {
    return this.#running.has(one)
  }

  leave(one: T): void {
    this.#waiting.delete(one)
    if (this.#running.delete(one)) this.#admit()
  }

  #admit(): void {
    for (const one of this.#waiting) {
      if (this.#running.size >= this.#most) return
      this.#waiting.delete(one)
      this.#running.add(one)
      this.#admitted(one)
    }
  }
}
