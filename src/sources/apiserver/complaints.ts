import type { Problem } from '../changes/index.ts'
import { type Failure, isUrgent } from './failure.ts'
import type { Fault } from './narrow.ts'

/** Objects of a cluster that are told of, whatever it is read by: the list is sent and compared as a whole. */
export const MOST_TOLD = 100

const MEANWHILE = {
  whole: 'it counts for nothing: no good version of it is known',
  nothing: 'its last good version is in force',
} as const

/**
 * What a person should mend: in the objects of a cluster, and on the way to its API server. A part is what one
 * reflector keeps; what is wrong with several in the same words is told once.
 */
export class Complaints {
  readonly #objects = new Map<string, Omit<Problem, 'place'>>()
  readonly #failures = new Map<string, string>()
  /** As it was told last, until something changes. */
  #list: readonly Problem[] | undefined

  unreadable(part: string, key: string, fault: Fault | null): void {
    const id = `${part} ${key}`
    this.#list = undefined
    if (fault === null) this.#objects.delete(id)
    else if (fault.costs === 'part') this.#objects.set(id, { message: fault.problem, costs: 'part' })
    else
      this.#objects.set(id, { message: `${fault.problem}; until that is mended, ${MEANWHILE[fault.costs]}` })
  }

  /** Once is chance, unless it is of a sort that does not pass. */
  failed(part: string, failure: Failure, inARow: number): void {
    if (inARow <= 1 && !isUrgent(failure)) return
    this.#failures.set(part, failure.message)
    this.#list = undefined
  }

  recovered(part: string): void {
    if (this.#failures.delete(part)) this.#list = undefined
  }

  #failuresToTell(): readonly Omit<Problem, 'place'>[] {
    return [...new Set(this.#failures.values())].map((message) => ({ message }))
  }

  /** `place` is the API server's URL. */
  at(place: string): readonly Problem[] {
    this.#list ??= [...this.#failuresToTell(), ...[...this.#objects.values()].slice(0, MOST_TOLD)].map(
      (told) => ({
        place,
        ...told,
      }),
    )
    return this.#list
  }
}
