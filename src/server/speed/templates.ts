import { shuffleRun } from '../../answer/routing/index.ts'
import type { Viewpoint } from '../../words/clusterset/index.ts'
import type { Generation, Origin } from './generation.ts'
import type { PlainQuery } from './plain.ts'
import type { DrawnReply } from './reply-draw.ts'
import { ROOM_OF_A_SERVER } from './room.ts'
import { drawsAt, ReplyShelf, WAYS } from './shelf.ts'

/**
 * A reply is a function of the question, the viewpoint, the service's entry, the clusters' states and the draw. So
 * what a question comes to for a viewpoint is kept, encoded, and holds while the identities that it was made from
 * are those of the snapshot: nothing is ever invalidated, what does not match is made anew.
 */
export interface Template extends Origin {
  readonly zone: string
  /** One of its replies is longer than most that are sent over UDP may be. */
  readonly isLong: boolean
  /** Packed. */
  readonly draws: readonly Uint8Array[]
}

/** Of slots and octets, for templates of long replies. */
const LONG_PART = 8
/** Octets of a reply above which it is long. */
export const LONG_REPLY = 1232
/** A template is kept if its draws are no longer than that in all. */
export const MOST_OCTETS = 4096
/** More draws than that are longer: to work them all out for each query would cost more than the query. */
export const MOST_DRAWS = MOST_OCTETS / 64
/** There is no room for more: a record takes sixteen octets at least. */
export const MOST_ANSWERS = MOST_OCTETS / 16

/**
 * Templates by question and viewpoint, those of long replies apart: however many of them are asked for, they take the place
 * of none that is short. Takes the memory that it takes, whatever is asked; a name that does not exist takes no place.
 */
export class Templates {
  readonly #short: ReplyShelf
  readonly #long: ReplyShelf
  readonly #zones = new Numbered<string>()
  readonly #viewpoints = new Numbered<Viewpoint>()
  #fetched = 0

  /** `slots` and `octets`: powers of two. */
  constructor(generation: Generation, slots = ROOM_OF_A_SERVER.slots, octets = ROOM_OF_A_SERVER.octets) {
    const longOctets = octets / LONG_PART
    this.#short = new ReplyShelf(generation, slots, octets - longOctets)
    this.#long = new ReplyShelf(generation, Math.max(WAYS, slots / LONG_PART), longOctets)
  }

  /** Draws into `drawn` from the template that holds; false: there is none. */
  draw(query: PlainQuery, viewpoint: number, random: () => number, drawn: DrawnReply): boolean {
    return (
      drawFrom(this.#short, query, viewpoint, random, drawn) ||
      drawFrom(this.#long, query, viewpoint, random, drawn)
    )
  }

  /** Loads what `draw` will look at of so many questions, mostly. */
  fetch(hashes: Int32Array, count: number): void {
    this.#fetched ^= this.#short.fetch(hashes, count, this.#long)
  }

  /** False for one that is too long. */
  keep(query: PlainQuery, viewpoint: number, template: Template): boolean {
    const { zone, draws, isLong } = template
    if (draws.reduce((sum, drawn) => sum + drawn.length, 0) > MOST_OCTETS) return false
    const shelf = isLong ? this.#long : this.#short
    shelf.keep(query, viewpoint, this.zoneNumber(zone), template, draws)
    return true
  }

  viewpointNumber(viewpoint: Viewpoint): number {
    return this.#viewpoints.of(viewpoint)
  }

  viewpointAt(number: number): Viewpoint | undefined {
    return this.#viewpoints.at(number)
  }

  zoneNumber(zone: string): number {
    return this.#zones.of(zone)
  }

  zoneAt(number: number): string {
    return this.#zones.at(number) ?? ''
  }
}

function drawFrom(
  shelf: ReplyShelf,
  query: PlainQuery,
  viewpoint: number,
  random: () => number,
  drawn: DrawnReply,
): boolean {
  const at = shelf.find(query, viewpoint)
  if (at < 0) return false
  drawn.draw(shelf.view, drawsAt(at, query.questionLength), shelf.count(at), shelf.zone(at), random)
  if (drawn.runs > 0) shuffleRuns(drawn, random)
  return true
}

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
function shuffleRuns(drawn: DrawnReply, random: () => number): void {
  let from = 0
  for (let i = 0; i < drawn.runs; i++) {
    const length = drawn.run(i)
    for (let k = 0; k < length; k++) order[from + k] = from + k
    shuffleRun(order, from, length, random)
    from += length
  }
  drawn.order = order
}
