import { type GeoRules, type GeoRuns, type GeoTable, placeOfFacts } from '../../words/clusterset/index.ts'
import { factsAt, GeoFormatError } from './format.ts'
import type { GeoTree } from './tree.ts'

/**
 * The places of all addresses by a database, in steps. Each node of its tree and each record is read, so that whatever
 * is wrong with it is found here, and never by a query.
 */
export function* tableOf(tree: GeoTree, rules: GeoRules): Generator<void, GeoTable> {
  const known = new Map<number, number>()
  let placed = 0
  const placeOf = (record: number | null): number => {
    if (record === null) return 0
    const before = known.get(record)
    if (before !== undefined) return before
    const facts = factsAt(tree.values, record)
    const { continent, country, coordinates } = facts
    if (rules.map === null ? coordinates !== null : continent !== null || country !== null) placed++
    const place = placeOfFacts(rules, facts)
    known.set(record, place)
    return place
  }
  const [v4, v6] = [new Gathering(1), new Gathering(4)]
  yield* tree.runs(4, (start, record) => v4.add(start, placeOf(record)))
  yield* tree.runs(6, (start, record) => v6.add(start, placeOf(record)))
  if (placed === 0) {
    const lacking = rules.map === null ? 'coordinates' : 'continents and countries'
    throw new GeoFormatError(`its type is ${tree.metadata.type}: no record of it has ${lacking}`)
  }
  return { v4: v4.runs(), v6: v6.runs(), viewpoints: rules.viewpoints }
}

/** Runs as they come, those of one place joined. */
class Gathering {
  readonly #width: number
  #starts = new Uint32Array(1024)
  #places = new Uint16Array(1024)
  #count = 0

  constructor(width: 1 | 4) {
    this.#width = width
    this.#starts = new Uint32Array(1024 * width)
  }

  add(start: Uint32Array, place: number): void {
    if (this.#count > 0 && this.#places[this.#count - 1] === place) return
    if (this.#count === this.#places.length) this.#grow()
    for (let i = 0; i < this.#width; i++) this.#starts[this.#count * this.#width + i] = start[i] ?? 0
    this.#places[this.#count++] = place
  }

  /** In memory that threads share. */
  runs(): GeoRuns {
    const starts = new Uint32Array(new SharedArrayBuffer(4 * this.#count * this.#width))
    const places = new Uint16Array(new SharedArrayBuffer(2 * this.#count))
    starts.set(this.#starts.subarray(0, starts.length))
    places.set(this.#places.subarray(0, places.length))
    return { starts, places }
  }

  #grow(): void {
    const [starts, places] = [this.#starts, this.#places]
    this.#starts = new Uint32Array(2 * starts.length)
    this.#starts.set(starts)
    this.#places = new Uint16Array(2 * places.length)
    this.#places.set(places)
  }
}
