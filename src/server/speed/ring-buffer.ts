/** Octets of a line of cache. */
const LINE = 64
/** Behind the end: what is fetched of the last piece need not be looked at. */
const FETCHED = 3 * LINE

/**
 * Octets of a fixed size in which pieces are kept one behind the other, and when the end is reached from the start over
 * what is oldest. A piece is known by where it lies and in which lap it was put there.
 */
export class RingBuffer {
  readonly view: DataView
  readonly octets: Uint8Array
  /** Where the newest piece lies. */
  at = 0
  /** Not 0 nor 1, so that numbers that were never set name no piece. */
  lap = 2
  #next = 0
  readonly #length: number

  constructor(octets: number) {
    this.#length = octets
    this.octets = new Uint8Array(octets + FETCHED)
    this.view = new DataView(this.octets.buffer)
  }

  /** Room for a piece, a multiple of four octets and fewer than all; it lies at `at`, in lap `lap`. */
  reserve(length: number): void {
    if (this.#next + length > this.#length) {
      this.#next = 0
      this.lap++
    }
    this.at = this.#next
    this.#next += length
  }

  /** Loads the lines on which most pieces at `at` lie; what it returns means nothing. */
  fetch(at: number): number {
    const { view } = this
    return view.getInt32(at) ^ view.getInt32(at + LINE) ^ view.getInt32(at + 2 * LINE)
  }

  /** Nothing was put over it since. */
  has(at: number, lap: number): boolean {
    return at < this.#next ? lap === this.lap : lap === this.lap - 1
  }
}
