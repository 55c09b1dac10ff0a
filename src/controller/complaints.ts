import type { Problem } from '../sources/changes/index.ts'

/** What a person should mend of the writes to one cluster: each told once, until one of its sort has worked. */
export class Complaints {
  readonly #told = new Map<string, string>()
  readonly #tell: (message: string) => void

  constructor(tell: (message: string) => void) {
    this.#tell = tell
  }

  /** `sort`: verb, kind and result; those of one verb and kind are mended together. */
  failed(sort: string, message: string): void {
    if (!this.#told.has(sort)) this.#tell(message)
    this.#told.set(sort, message)
  }

  worked(verbAndKind: string): void {
    for (const sort of this.#told.keys()) if (sort.startsWith(`${verbAndKind} `)) this.#told.delete(sort)
  }

  clear(): void {
    this.#told.clear()
  }

  list(place: string): readonly Problem[] {
    return [...this.#told.values()].map((message) => ({ place, message }))
  }
}
