import { PlainQuery } from './plain.ts'
import { hashFrom } from './shelf.ts'

/** As many as come at a time; those behind them are read when it is their turn. */
export const MOST_AHEAD = 64

/** Reads queries, several before it is their turn; they have it in the same order. */
export class Ahead {
  readonly #queries: readonly PlainQuery[] = Array.from({ length: MOST_AHEAD }, () => new PlainQuery())
  readonly #arePlain = new Uint8Array(MOST_AHEAD)
  readonly #ats = new Int32Array(MOST_AHEAD)
  readonly #ends = new Int32Array(MOST_AHEAD)
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
    const i = this.#count
    const query = this.#queries[i]
    if (query === undefined) return
    const isPlain = query.read(view, at, end)
    const isOwn = !isPlain || query.subnetLength === 0
    this.#arePlain[i] = isPlain ? 1 : 0
    this.#ats[i] = at
    this.#ends[i] = end
    this.hashes[i] = hashFrom(query.hash, isOwn ? this.viewpoint : this.#viewpointOf(query))
    this.#count++
  }

  /** It is that one's turn, whether or not it was expected; false: it is not plain. */
  turnTo(view: DataView, at: number, end: number): boolean {
    const i = this.#next
    const expected = i < this.#count ? this.#queries[i] : undefined
    if (expected !== undefined && this.#ats[i] === at && this.#ends[i] === end && this.#view === view) {
      this.#next++
      this.query = expected
      return this.#arePlain[i] === 1
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
