import type { Problem } from '../changes/index.ts'
import { type Failure, isUrgent } from './failure.ts'
import type { Fault } from './narrow.ts'

/**
 * What a person should mend: in the objects of a cluster, and on the way to its API server. A part is what one
 * reflector keeps; what is wrong with several in the same words is told once.
 */
export class Complaints {
  readonly #objects = new Map<string, Omit<Problem, 'place'>>()
  readonly #failures = new Map<string, string>()

  unreadable(part: string, key: string, fault: Fault | null): void {
    const id = `${part} ${key}`
    if (fault === null) this.#objects.delete(id)
    else if (fault.inPart) this.#objects.set(id, { message: fault.problem, costs: 'part' })
    else {
      const message = `${fault.problem}; until that is mended, its last good version is in force`
      this.#objects.set(id, { message })
    }
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
    const failures = [...new Set(this.#failures.values())].map((message) => ({ message }))
    return [...failures, ...this.#objects.values()].map((reported) => ({ place, ...reported }))
  }
}
