/**
 * What of one source is on the thread that reads it, in bytes, by what it is: lines and pages that are under way, lists
 * that have not ended, what waits to be told. An estimate, as that of what is kept.
 */
export class Load {
  readonly #parts = new Map<string, number>()
  readonly #changed: (bytes: number) => void
  #bytes = 0

  /** `changed` is told of all of it together. */
  constructor(changed: (bytes: number) => void = () => undefined) {
    this.#changed = changed
  }

  get bytes(): number {
    return this.#bytes
  }

  /** So much is there of one part, in place of what there was. */
  set(part: string, bytes: number): void {
    const before = this.#parts.get(part) ?? 0
    if (bytes === before) return
    if (bytes === 0) this.#parts.delete(part)
    else this.#parts.set(part, bytes)
    this.#bytes += bytes - before
    this.#changed(this.#bytes)
  }
}
