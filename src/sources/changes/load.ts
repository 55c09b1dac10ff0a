/**
 * What of one source is on the thread that reads it, in octets, by what it is: lines and pages that are under way, lists
 * that have not ended, what waits to be told. An estimate, as that of what is kept.
 */
export class Load {
  readonly #parts = new Map<string, number>()
  readonly #changed: (octets: number) => void
  #octets = 0

  /** `changed` is told of all of it together. */
  constructor(changed: (octets: number) => void = () => undefined) {
    this.#changed = changed
  }

  get octets(): number {
    return this.#octets
  }

  /** So much is there of one part, in place of what there was. */
  set(part: string, octets: number): void {
    const before = this.#parts.get(part) ?? 0
    if (octets === before) return
    if (octets === 0) this.#parts.delete(part)
    else this.#parts.set(part, octets)
    this.#octets += octets - before
    this.#changed(this.#octets)
  }
}
