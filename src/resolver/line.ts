/** Runs so many at a time; the others stand in line, nobody twice. `run` must not reject. */
export class Line<T> {
  readonly #atOnce: number
  readonly #run: (one: T) => Promise<void>
  readonly #waiting = new Set<T>()
  #running = 0

  constructor(atOnce: number, run: (one: T) => Promise<void>) {
    this.#atOnce = atOnce
    this.#run = run
  }

  join(one: T): void {
    this.#waiting.add(one)
    this.#next()
  }

  leave(one: T): void {
    this.#waiting.delete(one)
  }

  #next(): void {
    for (const one of this.#waiting) {
      if (this.#running >= this.#atOnce) return
      this.#waiting.delete(one)
      this.#running += 1
      void this.#run(one).finally(() => {
        this.#running -= 1
        this.#next()
      })
    }
  }
}
