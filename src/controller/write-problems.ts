import { distinctProblems, type SourceProblem } from '../sources/changes/index.ts'

interface WriteProblem {
  readonly message: string
  /** null: the API server. */
  readonly place: string | null
}

/** What a person should mend of the writes to one cluster: each told once, until one of its sort has worked. */
export class WriteProblems {
  readonly #reported = new Map<string, WriteProblem>()
  readonly #report: (problem: WriteProblem) => void

  constructor(report: (problem: WriteProblem) => void) {
    this.#report = report
  }

  /** `sort`: verb, kind and result; those of one verb and kind are mended together. */
  failed(sort: string, problem: WriteProblem): void {
    if (!this.#reported.has(sort)) this.#report(problem)
    this.#reported.set(sort, problem)
  }

  worked(verbAndKind: string): void {
    for (const sort of this.#reported.keys())
      if (sort.startsWith(`${verbAndKind} `)) this.#reported.delete(sort)
  }

  clear(): void {
    this.#reported.clear()
  }

  /** `server`: the place of those that name no other. */
  list(server: string): readonly SourceProblem[] {
    const problems = [...this.#reported.values()]
    return distinctProblems(problems.map(({ message, place }) => ({ place: place ?? server, message })))
  }
}
