import type { ServiceKey } from '../../words/kube/index.ts'
import type { Snapshot } from '../../world/zone/index.ts'
import type { Era } from './era.ts'
import type { PlainQuery } from './plain.ts'
import { Slab } from './slab.ts'

/** Of what a piece was made: `entry` as `identityOf` says. */
export interface Origin {
  readonly service: ServiceKey
  readonly entry: unknown
}

/** In the slab: two numbers of 16 bits and four of 32, then the question, then the lots. */
const PIECE = {
  question: 0,
  lots: 2,
  zone: 4,
  viewpoint: 8,
  epoch: 12,
  generation: 16,
  head: 20,
} as const

/** In the table, a set of four slots is a line of cache: of each its hash, and where its piece lies in which lap. */
const SET = { hash: 0, at: 4, lap: 8, oldest: 12, words: 16 } as const
/** To a set: the fewest slots. */
export const WAYS = 4

/**
 * Packed lots by question and viewpoint: open addressing in sets of four, of which the oldest goes for a new one, over a
 * slab. Takes the memory that it takes, whatever is kept.
 */
export class Shelf {
  readonly #slots: Int32Array
  readonly #last: number
  readonly #origins: (Origin | undefined)[]
  readonly #slab: Slab
  readonly #era: Era

  /** `slots`: a power of two, four at least; `octets`: a multiple of four. */
  constructor(era: Era, slots: number, octets: number) {
    this.#era = era
    this.#slots = new Int32Array((slots / WAYS) * SET.words)
    this.#last = slots / WAYS - 1
    this.#origins = new Array<Origin | undefined>(slots).fill(undefined)
    this.#slab = new Slab(octets)
  }

  /** Where pieces lie. */
  get view(): DataView {
    return this.#slab.view
  }

  /** How many lots there are, of the piece at `at`. */
  count(at: number): number {
    return this.#slab.view.getUint16(at + PIECE.lots)
  }

  /** The number that it was kept with. */
  zone(at: number): number {
    return this.#slab.view.getUint32(at + PIECE.zone)
  }

  /** Where the piece lies that holds in the snapshot; -1: nowhere. */
  find(query: PlainQuery, viewpoint: number, snapshot: Snapshot): number {
    const set = this.#setOf(query)
    for (let way = 0; way < WAYS; way++) {
      if (this.#slots[set + SET.hash + way] !== query.hash) continue
      const at = this.#slots[set + SET.at + way] ?? 0
      if (!this.#isFor(set, way, at, query, viewpoint)) continue
      return this.#holds(at, originAt(set, way), snapshot) ? at : -1
    }
    return -1
  }

  /**
   * Loads what `find` will look at, and where nothing is here what that of `next` will: of all at once, each waits for
   * memory as long as one would. What it returns is made of that, so that no compiler leaves it out, and means nothing.
   */
  fetch(hashes: Int32Array, count: number, next: Shelf): number {
    let sum = 0
    for (let i = 0; i < count; i++) sum ^= this.#fetchSet(hashes[i] ?? 0)
    for (let i = 0; i < count; i++) {
      const at = this.#placeOf(hashes[i] ?? 0)
      sum ^= at < 0 ? next.#fetchSet(hashes[i] ?? 0) : this.#slab.fetch(at)
    }
    return sum
  }

  #fetchSet(hash: number): number {
    return this.#slots[this.#setAt(hash)] ?? 0
  }

  keep(
    query: PlainQuery,
    viewpoint: number,
    zone: number,
    { service, entry }: Origin,
    lots: readonly Uint8Array[],
  ): void {
    const slab = this.#slab
    const length = lots.reduce((sum, lot) => sum + lot.length, 0)
    slab.allot(lotsAt(0, query.questionLength) + length)
    this.#write(query, viewpoint, zone, lots)
    const set = this.#setOf(query)
    const way = this.#wayFor(set, query, viewpoint)
    this.#slots[set + SET.hash + way] = query.hash
    this.#slots[set + SET.at + way] = slab.at
    this.#slots[set + SET.lap + way] = slab.lap
    this.#origins[originAt(set, way)] = { service, entry }
  }

  #isFor(set: number, way: number, at: number, query: PlainQuery, viewpoint: number): boolean {
    if (!this.#slab.has(at, this.#slots[set + SET.lap + way] ?? 0)) return false
    const { view } = this.#slab
    const length = query.questionLength
    if (view.getUint16(at + PIECE.question) !== length) return false
    if (view.getUint32(at + PIECE.viewpoint) !== viewpoint) return false
    const { question } = query
    const from = at + PIECE.head
    const last = length - 4
    for (let i = 0; i < last; i += 4) if (view.getInt32(from + i) !== question.getInt32(i)) return false
    return view.getInt32(from + last) === question.getInt32(last)
  }

  #holds(at: number, origin: number, snapshot: Snapshot): boolean {
    const { view } = this.#slab
    const { epoch, generation } = this.#era
    if (view.getInt32(at + PIECE.epoch) !== epoch) return false
    if (view.getInt32(at + PIECE.generation) === generation) return true
    const from = this.#origins[origin]
    if (from === undefined || snapshot.entries.identityOf(from.service) !== from.entry) return false
    view.setInt32(at + PIECE.generation, generation)
    return true
  }

  #setOf({ hash }: PlainQuery): number {
    return this.#setAt(hash)
  }

  #setAt(hash: number): number {
    return (hash & this.#last) * SET.words
  }

  /** Where a piece of that hash was put; -1: nowhere. */
  #placeOf(hash: number): number {
    const set = this.#setAt(hash)
    for (let way = 0; way < WAYS; way++)
      if (this.#slots[set + SET.hash + way] === hash) return this.#slots[set + SET.at + way] ?? 0
    return -1
  }

  #wayFor(set: number, query: PlainQuery, viewpoint: number): number {
    for (let way = 0; way < WAYS; way++) {
      const isSame = this.#slots[set + SET.hash + way] === query.hash
      if (isSame && this.#isFor(set, way, this.#slots[set + SET.at + way] ?? 0, query, viewpoint)) return way
    }
    const oldest = this.#slots[set + SET.oldest] ?? 0
    this.#slots[set + SET.oldest] = (oldest + 1) % WAYS
    return oldest
  }

  #write(
    { question, questionLength }: PlainQuery,
    viewpoint: number,
    zone: number,
    lots: readonly Uint8Array[],
  ): void {
    const { view, octets, at } = this.#slab
    view.setUint16(at + PIECE.question, questionLength)
    view.setUint16(at + PIECE.lots, lots.length)
    view.setUint32(at + PIECE.zone, zone)
    view.setUint32(at + PIECE.viewpoint, viewpoint)
    view.setInt32(at + PIECE.epoch, this.#era.epoch)
    view.setInt32(at + PIECE.generation, this.#era.generation)
    octets.set(new Uint8Array(question.buffer, 0, questionLength), at + PIECE.head)
    let to = lotsAt(at, questionLength)
    for (const lot of lots) {
      octets.set(lot, to)
      to += lot.length
    }
  }
}

const originAt = (set: number, way: number): number => (set / SET.words) * WAYS + way

/** Where the lots begin of a piece at `at`. */
export const lotsAt = (at: number, questionLength: number): number =>
  at + PIECE.head + ((questionLength + 3) & ~3)
