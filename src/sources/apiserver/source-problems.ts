import { distinctProblems, type SourceProblem } from '../changes/index.ts'
import { isUrgent, type RequestFailure } from './failure.ts'
import type { ObjectProblem } from './narrow.ts'

/** Objects of a cluster that are told of, whatever it is read by: the list is sent and compared as a whole. */
export const MOST_PROBLEMS_TOLD = 100

const MEANWHILE = {
  whole: 'it counts for nothing: no good version of it is known',
  nothing: 'its last good version is in force',
} as const

/**
 * What a person should mend: in the objects of a cluster, and on the way to its API server. A part is what one
 * reflector keeps; what is wrong with several in the same words is told once.
 */
export class SourceProblems {
  readonly #objects = new Map<string, Omit<SourceProblem, 'place'>>()
  readonly #failures = new Map<string, RequestFailure>()
  /** As it was told last, until something changes. */
  #list: readonly SourceProblem[] | undefined

  unreadable(part: string, key: string, problem: ObjectProblem | null): void {
    const id = `${part} ${key}`
    this.#list = undefined
    if (problem === null) this.#objects.delete(id)
    else if (problem.costs === 'part') this.#objects.set(id, { message: problem.problem, costs: 'part' })
    else
      this.#objects.set(id, {
        message: `${problem.problem}; until that is mended, ${MEANWHILE[problem.costs]}`,
      })
  }

  /** Once is chance, unless it is of a sort that does not pass. */
  failed(part: string, failure: RequestFailure, inARow: number): void {
    if (inARow <= 1 && !isUrgent(failure)) return
    this.#failures.set(part, failure)
    this.#list = undefined
  }

  recovered(part: string): void {
    if (this.#failures.delete(part)) this.#list = undefined
  }

  #failuresToTell(server: string): readonly SourceProblem[] {
    return distinctProblems(
      [...this.#failures.values()].map(({ place, problem, remedy }) => ({
        place: place ?? server,
        message: problem,
        ...(remedy !== undefined && { remedy }),
      })),
    )
  }

  /** `place` is the API server's URL. */
  at(place: string): readonly SourceProblem[] {
    this.#list ??= [
      ...this.#failuresToTell(place),
      ...[...this.#objects.values()].slice(0, MOST_PROBLEMS_TOLD).map((told) => ({ place, ...told })),
    ]
    return this.#list
  }
}
