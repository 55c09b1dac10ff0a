import type { SourceProblem } from '../sources/changes/index.ts'

/** What a person should mend of the writes to one cluster: each told once, until one of its sort has worked. */
export class WriteProblems {
  readonly #reported = new Map<string, string>()
  readonly #report: (message: string) => void

  constructor(report: (message: string) => void) {
    this.#report = report
  }

  /** `sort`: verb, kind and result; those of one verb and kind are mended together. */
  failed(sort: string, message: string): void {
    if (!this.#reported.has(sort)) this.#report(message)
    this.#reported.set(sort, message)
  }

  worked(verbAndKind: string): void {
    for (const sort of this.#reported.keys())
      if (sort.startsWith(`${verbAndKind} `)) this.#reported.delete(sort)
  }

  clear(): void {
    this.#reported.clear()
  }

  list(place: string): readonly SourceProblem[] {
    return [...this.#reported.values()].map((message) => ({ place, message }))
  }
}
