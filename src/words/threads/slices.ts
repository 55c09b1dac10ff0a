import { setImmediate as turn } from 'node:timers/promises'

/** Long work in slices of so many milliseconds, between which everything else on this thread has its turn. */
export class Slices {
  readonly #ms: number
  #until: number

  constructor(ms: number) {
    this.#ms = ms
    this.#until = performance.now() + ms
  }

  get isOver(): boolean {
    return performance.now() >= this.#until
  }

  /** Resolves when the next one begins. */
  async next(): Promise<void> {
    await turn()
    this.#until = performance.now() + this.#ms
  }
}
