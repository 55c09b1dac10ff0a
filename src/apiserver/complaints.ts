import type { Problem } from '../source/index.ts'
import { type Failure, isUrgent } from './failure.ts'

/**
 * What a person should mend: in the objects of a cluster, and on the way to its API server. A part is what one
 * reflector keeps; what is wrong with several in the same words is told once.
 */
export class Complaints {
  readonly #objects = new Map<string, string>()
  readonly #failures = new Map<string, string>()

  unreadable(part: string, key: string, problem: string | null): void {
    const id = `${part} ${key}`
    if (problem === null) this.#objects.delete(id)
    else this.#objects.set(id, `${problem}; until that is mended, its last good version is in force`)
  }

  /** Once is chance, unless it is of a sort that does not pass. */
  failed(part: string, failure: Failure, inARow: number): void {
    if (inARow > 1 || isUrgent(failure)) this.#failures.set(part, failure.message)
  }

  recovered(part: string): void {
    this.#failures.delete(part)
  }

  /** `place` is the API server's URL. */
  at(place: string): readonly Problem[] {
    const messages = [...new Set(this.#failures.values()), ...this.#objects.values()]
    return messages.map((message) => ({ place, message }))
  }
}
