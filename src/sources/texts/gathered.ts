const NONE = new Uint8Array(0)

/** Parts of fewer bytes than that, so many of them, are sent by nobody who has something to say. */
const CRUMB = 16
const MOST_CRUMBS = 4096

/** Whether bytes come in crumbs, each of which costs as much as a part of any size. */
export const areCrumbs = (parts: number, bytes: number): boolean =>
  parts > MOST_CRUMBS && bytes < CRUMB * parts

/**
 * Bytes that somebody else sends in parts. They are copied into one buffer: a part may be a few bytes of all that was read
 * from a socket at once, and would keep that alive.
 */
export class Gathered {
  readonly #most: number
  #bytes = NONE
  #parts = 0
  #length = 0

  constructor(most: number) {
    this.#most = most
  }

  get length(): number {
    return this.#length
  }

  get crumbles(): boolean {
    return areCrumbs(this.#parts, this.#length)
  }

  /** All of them, good until the next one is added. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** false: these would be too many, and are not taken. */
  add(part: Uint8Array): boolean {
    const end = this.#length + part.length
    if (end > this.#most) return false
    if (end > this.#bytes.length) this.#grow(end)
    this.#bytes.set(part, this.#length)
    this.#length = end
    this.#parts++
    return true
  }

  clear(): void {
    this.#bytes = NONE
    this.#parts = 0
    this.#length = 0
  }

  #grow(least: number): void {
    const grown = new Uint8Array(Math.min(this.#most, Math.max(least, 2 * this.#length)))
    grown.set(this.bytes)
    this.#bytes = grown
  }
}
