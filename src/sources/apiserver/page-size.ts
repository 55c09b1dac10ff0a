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
  get mostOctets(): number {
    return this.objects === 1 ? this.#limits.objectOctets : 2 * this.#limits.pageOctets
  }

  learn(objects: number, octets: number): void {
    if (objects === 0) return
    const fitting = Math.floor(this.#limits.pageOctets / (octets / objects))
    this.objects = Math.max(1, Math.min(this.#limits.pageObjects, fitting))
  }

  /** `what`: what it had more of than is taken. */
  tooLong(what = `${this.#limits.objectOctets} octets`): void {
    if (this.objects === 1) {
      const message = `the API server sent an object of more than ${what}`
      throw new RequestFailure('malformed', message)
    }
    this.objects = Math.max(1, Math.floor(this.objects / 4))
  }
}
