import { distinctProblems, type SourceProblem } from '../sources/changes/index.ts'
import type { ServiceKey } from '../words/kube/index.ts'

interface WriteProblem {
  readonly message: string
  /** null: the API server. */
  readonly place: string | null
}

/**
 * What a person should mend of the writes to one cluster: each told once, until one of its sort has worked, or nothing of
 * that sort is refused of any service any more.
 */
export class WriteProblems {
  /** By sort, what was refused last of each service. */
  readonly #reported = new Map<string, Map<ServiceKey, WriteProblem>>()
  readonly #report: (problem: WriteProblem) => void

  constructor(report: (problem: WriteProblem) => void) {
    this.#report = report
  }

  /** `sort`: verb, kind and result; those of one verb and kind are mended together. */
  failed(sort: string, service: ServiceKey, problem: WriteProblem): void {
    const problems = this.#reported.get(sort)
    if (problems === undefined) this.#report(problem)
    this.#reported.set(sort, (problems ?? new Map<ServiceKey, WriteProblem>()).set(service, problem))
  }

  worked(verbAndKind: string): void {
    for (const sort of this.#reported.keys())
      if (sort.startsWith(`${verbAndKind} `)) this.#reported.delete(sort)
  }

  /** All that is wanted of a service was looked at, of which just these sorts were refused. */
  passed(service: ServiceKey, refused: ReadonlySet<string>): void {
    for (const [sort, problems] of this.#reported)
      if (!refused.has(sort) && problems.delete(service) && problems.size === 0) this.#reported.delete(sort)
  }

  clear(): void {
    this.#reported.clear()
  }

  /** `server`: the place of those that name no other. */
  list(server: string): readonly SourceProblem[] {
    const latest = [...this.#reported.values()].flatMap((problems) => [...problems.values()].slice(-1))
    return distinctProblems(latest.map(({ message, place }) => ({ place: place ?? server, message })))
  }
}
