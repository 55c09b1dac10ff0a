import { PlainQuery } from './plain.ts'
import { hashFrom } from './shelf.ts'

/** As many as come at a time; those behind them are read when it is their turn. */
export const MOST_AHEAD = 64

/** A query that is expected: where it stands, and what it says if it is plain. */
class Expected {
  readonly query = new PlainQuery()
  isPlain = false
  at = 0
  end = 0
}

/** Reads queries, several before it is their turn; they have it in the same order. */
export class Ahead {
  readonly #expected: readonly Expected[] = Array.from({ length: MOST_AHEAD }, () => new Expected())
  readonly #own = new PlainQuery()
  #view: DataView | undefined
  #count = 0
  #next = 0
  readonly #viewpointOf: (query: PlainQuery) => number
  /** By which they are looked for; of one that is not plain it means nothing. */
  readonly hashes = new Int32Array(MOST_AHEAD)
  /** The one whose turn it is. */
  query = this.#own

  /** The number of the viewpoint from which whoever has no subnet asks, as far as it is known before its turn. */
  viewpoint = 0

  /** `viewpointOf`: of a query that has a client subnet. */
  constructor(viewpointOf: (query: PlainQuery) => number) {
    this.#viewpointOf = viewpointOf
  }

  /** How many were read, if it is not yet the turn of any; else 0. */
  get fresh(): number {
    return this.#next === 0 ? this.#count : 0
  }

  /** Once it was the turn of one, those that are read next are of another round, and what is left is forgotten. */
  expect(view: DataView, at: number, end: number): void {
    if (this.#next > 0 || view !== this.#view) this.#begin(view)
    const expected = this.#expected[this.#count]
    if (expected === undefined) return
    const { query } = expected
    const isPlain = query.read(view, at, end)
    const isOwn = !isPlain || query.subnetLength === 0
    expected.isPlain = isPlain
    expected.at = at
    expected.end = end
    this.hashes[this.#count] = hashFrom(query.hash, isOwn ? this.viewpoint : this.#viewpointOf(query))
    this.#count++
  }

  /** It is that one's turn, whether or not it was expected; false: it is not plain. */
  turnTo(view: DataView, at: number, end: number): boolean {
    const expected = this.#next < this.#count ? this.#expected[this.#next] : undefined
    if (expected?.at === at && expected.end === end && this.#view === view) {
      this.#next++
      this.query = expected.query
      return expected.isPlain
    }
    this.#begin(view)
    this.query = this.#own
    return this.query.read(view, at, end)
  }

  #begin(view: DataView): void {
    this.#view = view
    this.#count = 0
    this.#next = 0
  }
}
