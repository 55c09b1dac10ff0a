import type { ServiceKey } from '../kube/index.ts'
import { shuffleRun } from '../routing/index.ts'
import type { PlainQuery } from '../wire/index.ts'
import type { Snapshot } from '../zone/index.ts'
import type { Era } from './era.ts'
import type { DrawnLot } from './lot.ts'
import { Slab } from './slab.ts'

/**
 * A reply is a function of the question, the viewpoint, the service's entry, the clusters' states and the draw. So
 * what a question comes to for a viewpoint is kept, encoded, and holds while the identities that it was made from
 * are those of the snapshot: nothing is ever invalidated, what does not match is made anew.
 */
export interface Template {
  readonly service: ServiceKey
  /** As `identityOf` says. */
  readonly entry: unknown
  readonly zone: string
  /** Packed. */
  readonly lots: readonly Uint8Array[]
}

/** Slots of the table. A service has three templates for each of its names: A, AAAA, SRV. */
const SLOTS = 65_536
/** Octets for all templates; one of a ClusterSetIP's address takes some 130. */
const OCTETS = 16 << 20
/** A template is kept if its lots are no longer than that in all. */
export const MOST_OCTETS = 4096
/** More lots than that are longer: to work them all out for each query would cost more than the query. */
export const MOST_LOTS = MOST_OCTETS / 64
/** There is no room for more: a record takes sixteen octets at least. */
export const MOST_ANSWERS = MOST_OCTETS / 16

/** In the slab: two numbers of 16 bits and four of 32, then the question, then the lots. */
const TEMPLATE = {
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
const WAYS = 4

/**
 * Templates by question and viewpoint: open addressing in sets of four, of which the oldest goes for a new one, over a
 * slab. Takes the memory that it takes, whatever is asked; a name that does not exist takes no place.
 */
export class Templates {
  readonly #slots: Int32Array
  readonly #last: number
  readonly #origins: (Origin | undefined)[]
  readonly #slab: Slab
  readonly #zones = new Numbered<string>()
  readonly #viewpoints = new Numbered<object>()
  readonly #era: Era

  /** `slots` and `octets`: powers of two. */
  constructor(era: Era, slots = SLOTS, octets = OCTETS) {
    this.#era = era
    this.#slots = new Int32Array((slots / WAYS) * SET.words)
    this.#last = slots / WAYS - 1
    this.#origins = new Array<Origin | undefined>(slots).fill(undefined)
    this.#slab = new Slab(octets)
  }

  /** Draws into `lot` from the template that holds in the snapshot; false: there is none. */
  draw(
    query: PlainQuery,
    viewpoint: number,
    snapshot: Snapshot,
    random: () => number,
    lot: DrawnLot,
  ): boolean {
    const at = this.#find(query, viewpoint, snapshot)
    if (at < 0) return false
    const { view } = this.#slab
    const lots = lotsAt(at, query.questionLength)
    lot.draw(view, lots, view.getUint16(at + TEMPLATE.lots), view.getUint32(at + TEMPLATE.zone), random)
    if (lot.runs > 0) shuffleRuns(lot, random)
    return true
  }

  /** False for one that is too long. */
  keep(query: PlainQuery, viewpoint: number, template: Template): boolean {
    const length = template.lots.reduce((sum, lot) => sum + lot.length, 0)
    if (length > MOST_OCTETS) return false
    const slab = this.#slab
    slab.allot(lotsAt(0, query.questionLength) + length)
    this.#write(query, viewpoint, template)
    const set = this.#setOf(query)
    const way = this.#wayFor(set, query, viewpoint)
    this.#slots[set + SET.hash + way] = query.hash
    this.#slots[set + SET.at + way] = slab.at
    this.#slots[set + SET.lap + way] = slab.lap
    this.#origins[originOf(set, way)] = { service: template.service, entry: template.entry }
    return true
  }

  viewpointNumber(viewpoint: object): number {
    return this.#viewpoints.of(viewpoint)
  }

  zoneNumber(zone: string): number {
    return this.#zones.of(zone)
  }

  zoneAt(number: number): string {
    return this.#zones.at(number) ?? ''
  }

  /** Where the template lies that holds; -1: nowhere. */
  #find(query: PlainQuery, viewpoint: number, snapshot: Snapshot): number {
    const set = this.#setOf(query)
    for (let way = 0; way < WAYS; way++) {
      if (this.#slots[set + SET.hash + way] !== query.hash) continue
      const at = this.#slots[set + SET.at + way] ?? 0
      if (!this.#isFor(set, way, at, query, viewpoint)) continue
      return this.#holds(at, originOf(set, way), snapshot) ? at : -1
    }
    return -1
  }

  #isFor(set: number, way: number, at: number, query: PlainQuery, viewpoint: number): boolean {
    if (!this.#slab.has(at, this.#slots[set + SET.lap + way] ?? 0)) return false
    const { view } = this.#slab
    const length = query.questionLength
    if (view.getUint16(at + TEMPLATE.question) !== length) return false
    if (view.getUint32(at + TEMPLATE.viewpoint) !== viewpoint) return false
    const { question } = query
    const from = at + TEMPLATE.head
    const last = length - 4
    for (let i = 0; i < last; i += 4) if (view.getInt32(from + i) !== question.getInt32(i)) return false
    return view.getInt32(from + last) === question.getInt32(last)
  }

  #holds(at: number, origin: number, snapshot: Snapshot): boolean {
    const { view } = this.#slab
    const { epoch, generation } = this.#era
    if (view.getInt32(at + TEMPLATE.epoch) !== epoch) return false
    if (view.getInt32(at + TEMPLATE.generation) === generation) return true
    const from = this.#origins[origin]
    if (from === undefined || snapshot.entries.identityOf(from.service) !== from.entry) return false
    view.setInt32(at + TEMPLATE.generation, generation)
    return true
  }

  #setOf({ hash }: PlainQuery): number {
    return (hash & this.#last) * SET.words
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

  #write({ question, questionLength }: PlainQuery, viewpoint: number, { zone, lots }: Template): void {
    const { view, octets, at } = this.#slab
    view.setUint16(at + TEMPLATE.question, questionLength)
    view.setUint16(at + TEMPLATE.lots, lots.length)
    view.setUint32(at + TEMPLATE.zone, this.zoneNumber(zone))
    view.setUint32(at + TEMPLATE.viewpoint, viewpoint)
    view.setInt32(at + TEMPLATE.epoch, this.#era.epoch)
    view.setInt32(at + TEMPLATE.generation, this.#era.generation)
    octets.set(new Uint8Array(question.buffer, 0, questionLength), at + TEMPLATE.head)
    let to = lotsAt(at, questionLength)
    for (const lot of lots) {
      octets.set(lot, to)
      to += lot.length
    }
  }
}

/** Of what a template was made. */
type Origin = Pick<Template, 'service' | 'entry'>

const originOf = (set: number, way: number): number => (set / SET.words) * WAYS + way

const lotsAt = (at: number, questionLength: number): number =>
  at + TEMPLATE.head + ((questionLength + 3) & ~3)

/** Values by number, and their numbers. There are as many as a configuration has. */
class Numbered<T> {
  readonly #numbers = new Map<T, number>()
  readonly #values: T[] = []

  of(value: T): number {
    const known = this.#numbers.get(value)
    if (known !== undefined) return known
    const number = this.#values.push(value) - 1
    this.#numbers.set(value, number)
    return number
  }

  at(number: number): T | undefined {
    return this.#values[number]
  }
}

const order = new Uint16Array(MOST_ANSWERS)

/** The order that `shuffle` gives to each run. */
function shuffleRuns(lot: DrawnLot, random: () => number): void {
  let from = 0
  for (let i = 0; i < lot.runs; i++) {
    const length = lot.run(i)
    for (let k = 0; k < length; k++) order[from + k] = from + k
    shuffleRun(order, from, length, random)
    from += length
  }
  lot.order = order
}
