import { RequestFailure } from './failure.ts'
import type { ApiServerLimits } from './types.ts'

/** How many objects to ask for at a time, by how large they turned out to be. */
export class PageSize {
  readonly #limits: ApiServerLimits
  objects: number

  constructor(limits: ApiServerLimits) {
    this.#limits = limits
    this.objects = limits.pageObjects
  }

  /** Where a page is broken off. */
  get mostBytes(): number {
    return this.objects === 1 ? this.#limits.objectBytes : 2 * this.#limits.pageBytes
  }

  learn(objects: number, bytes: number): void {
    if (objects === 0) return
    const fitting = Math.floor(this.#limits.pageBytes / (bytes / objects))
    this.objects = Math.max(1, Math.min(this.#limits.pageObjects, fitting))
  }

  /** `what`: what it had more of than is taken. */
  tooLong(what = `${this.#limits.objectBytes} octets`): void {
    if (this.objects === 1) {
      const message = `the API server sent an object of more than ${what}`
      throw new RequestFailure('malformed', message)
    }
    this.objects = Math.max(1, Math.floor(this.objects / 4))
  }
}
