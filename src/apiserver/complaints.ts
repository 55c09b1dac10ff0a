import type { Problem } from '../source/index.ts'
import { type Failure, isUrgent } from './failure.ts'

/** What a person should mend: in the objects of a cluster, and on the way to its API server. */
export class Complaints {
  readonly #objects = new Map<string, string>()
  readonly #failures = new Map<string, string>()

  unreadable(kind: string, key: string, problem: string | null): void {
    const id = `${kind} ${key}`
    if (problem === null) this.#objects.delete(id)
    else this.#objects.set(id, `${problem}; until that is mended, its last good version is in force`)
  }

  /** Once is chance, unless it is of a sort that does not pass. */
  failed(kind: string, failure: Failure, inARow: number): void {
    if (inARow > 1 || isUrgent(failure)) this.#failures.set(kind, failure.message)
  }

  recovered(kind: string): void {
    this.#failures.delete(kind)
  }

  /** `place` is the API server's URL. */
  at(place: string): readonly Problem[] {
    const messages = [...new Set(this.#failures.values()), ...this.#objects.values()]
    return messages.map((message) => ({ place, message }))
  }
}
