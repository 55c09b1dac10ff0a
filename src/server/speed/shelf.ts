import { isSameOctets } from '../wire/index.ts'
import type { Generation, Origin } from './generation.ts'
import type { PlainQuery } from './plain.ts'
import { RingBuffer } from './ring-buffer.ts'

/** In the ring buffer: two numbers of 16 bits and six of 32, then the question, then the draws. */
const PIECE = {
  question: 0,
  draws: 2,
  zone: 4,
  viewpoint: 8,
  epoch: 12,
  generation: 16,
  service: 20,
  count: 24,
  head: 28,
} as const

/** In the table, a set of four slots is a line of cache: of each its hash, and where its piece lies in which lap. */
const SET = { hash: 0, at: 4, lap: 8, oldest: 12, words: 16 } as const
/** To a set: the fewest slots. */
export const WAYS = 4

/** Of a question's hash and a viewpoint: a question that is asked from many places has a set for each. */
export const hashFrom = (hash: number, viewpoint: number): number => hash ^ Math.imul(viewpoint, 0x9e3779b1)

/**
 * Packed draws by question and viewpoint: open addressing in sets of four, of which the oldest goes for a new one, over a
 * ring buffer. Takes the memory that it takes, whatever is kept.
 */
export class ReplyShelf {
  readonly #slots: Int32Array
  readonly #last: number
  readonly #ring: RingBuffer
  readonly #generation: Generation

  /** `slots`: a power of two, four at least; `octets`: a multiple of four. */
  constructor(generation: Generation, slots: number, octets: number) {
    this.#generation = generation
    this.#slots = new Int32Array((slots / WAYS) * SET.words)
    this.#last = slots / WAYS - 1
    this.#ring = new RingBuffer(octets)
  }

  /** Where pieces lie. */
  get view(): DataView {
    return this.#ring.view
  }

  /** How many draws there are, of the piece at `at`. */
  count(at: number): number {
    return this.#ring.view.getUint16(at + PIECE.draws)
  }

  /** The number that it was kept with. */
  zone(at: number): number {
    return this.#ring.view.getUint32(at + PIECE.zone)
  }

  /** Where the piece lies that holds still; -1: nowhere. */
  find(query: PlainQuery, viewpoint: number): number {
    const hash = hashFrom(query.hash, viewpoint)
    const set = this.#setAt(hash)
    for (let way = 0; way < WAYS; way++) {
      if (this.#slots[set + SET.hash + way] !== hash) continue
      const at = this.#slots[set + SET.at + way] ?? 0
      if (!this.#isFor(set, way, at, query, viewpoint)) continue
      return this.#holds(at) ? at : -1
    }
    return -1
  }

  /**
   * Loads what `find` will look at, and where nothing is here what that of `next` will: of all at once, each waits for
   * memory as long as one would. What it returns is made of that, so that no compiler leaves it out, and means nothing.
   */
  fetch(hashes: Int32Array, count: number, next: ReplyShelf): number {
    let sum = 0
    for (let i = 0; i < count; i++) sum ^= this.#fetchSet(hashes[i] ?? 0)
    for (let i = 0; i < count; i++) {
      const at = this.#placeOf(hashes[i] ?? 0)
      sum ^= at < 0 ? next.#fetchSet(hashes[i] ?? 0) : this.#ring.fetch(at)
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
    origin: Origin,
    draws: readonly Uint8Array[],
  ): void {
    const ring = this.#ring
    const length = draws.reduce((sum, draw) => sum + draw.length, 0)
    ring.reserve(drawsAt(0, query.questionLength) + length)
    this.#write(query, viewpoint, zone, origin, draws)
    const hash = hashFrom(query.hash, viewpoint)
    const set = this.#setAt(hash)
    const way = this.#wayFor(set, hash, query, viewpoint)
    this.#slots[set + SET.hash + way] = hash
    this.#slots[set + SET.at + way] = ring.at
    this.#slots[set + SET.lap + way] = ring.lap
  }

  #isFor(set: number, way: number, at: number, query: PlainQuery, viewpoint: number): boolean {
    if (!this.#ring.has(at, this.#slots[set + SET.lap + way] ?? 0)) return false
    const { view } = this.#ring
    const length = query.questionLength
    if (view.getUint16(at + PIECE.question) !== length) return false
    if (view.getUint32(at + PIECE.viewpoint) !== viewpoint) return false
    return isSameOctets(view, at + PIECE.head, query.question, 0, length)
  }

  #holds(at: number): boolean {
    const { view } = this.#ring
    const { epoch, number } = this.#generation
    if (view.getInt32(at + PIECE.epoch) !== epoch) return false
    if (view.getInt32(at + PIECE.generation) === number) return true
    const count = view.getInt32(at + PIECE.count)
    if (this.#generation.marks.count(view.getInt32(at + PIECE.service)) !== count) return false
    view.setInt32(at + PIECE.generation, number)
    return true
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

  #wayFor(set: number, hash: number, query: PlainQuery, viewpoint: number): number {
    for (let way = 0; way < WAYS; way++) {
      const isSame = this.#slots[set + SET.hash + way] === hash
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
    { service, count }: Origin,
    draws: readonly Uint8Array[],
  ): void {
    const { view, octets, at } = this.#ring
    view.setUint16(at + PIECE.question, questionLength)
    view.setUint16(at + PIECE.draws, draws.length)
    view.setUint32(at + PIECE.zone, zone)
    view.setUint32(at + PIECE.viewpoint, viewpoint)
    view.setInt32(at + PIECE.epoch, this.#generation.epoch)
    view.setInt32(at + PIECE.generation, this.#generation.number)
    view.setInt32(at + PIECE.service, service)
    view.setInt32(at + PIECE.count, count)
    octets.set(new Uint8Array(question.buffer, 0, questionLength), at + PIECE.head)
    let to = drawsAt(at, questionLength)
    for (const draw of draws) {
      octets.set(draw, to)
      to += draw.length
    }
  }
}

/** Where the draws begin of a piece at `at`. */
export const drawsAt = (at: number, questionLength: number): number =>
  at + PIECE.head + ((questionLength + 3) & ~3)
