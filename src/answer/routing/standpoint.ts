import { type Address, bitsOf, commonBits, isMapped } from '../../values/dns/index.ts'
import { remembered } from '../../values/table/index.ts'
import type { GeoRuns, GeoTable, Viewpoint } from '../../words/clusterset/index.ts'
import { afterOf, type ClientMapping, lastUpTo, neighbourOf, scopeOf, viewpointOf } from './viewpoint.ts'

/** By what clients' addresses say where they stand (answers.md 4). */
export interface Places {
  readonly local: Viewpoint
  readonly map: readonly ClientMapping[]
  /** null, or absent: no GeoIP database has a say. */
  readonly geo?: GeoTable | null
}

/** Where an address looks from: the longest matching prefix of the map, else its record in the database, else `local`. */
export function standpointOf(address: Address, places: Places, most: number = bitsOf(address)): Viewpoint {
  const { map, local, geo = null } = places
  return viewpointOf(address, map, geo === null ? local : geoViewpoint(address, geo, local), most)
}

/** The length of the shortest prefix around an address all of which looks from where it does, as `scopeOf` has it. */
export function scopeAround(address: Address, places: Places): number {
  const { map, local, geo = null } = places
  if (geo === null) return scopeOf(address, map, local)
  // An IPv4 address that is written as one of IPv6 is that far longer.
  if (isMapped(address)) return 96 + new Around(address.slice(12), { ...places, map: [] }, geo).scope()
  return new Around(address, places, geo).scope()
}

function geoViewpoint(address: Address, { v4, v6, viewpoints }: GeoTable, local: Viewpoint): Viewpoint {
  const meant = isMapped(address) ? address.slice(12) : address
  const runs = meant.length === 4 ? v4 : v6
  const place = runs.places[runOf(runs, meant)] ?? 0
  return place === 0 ? local : (viewpoints[place] ?? local)
}

/** How far the addresses around one look from where it does: between edges of the map all is its, or the database's. */
class Around {
  readonly #address: Address
  readonly #places: Places
  readonly #runs: GeoRuns
  readonly #viewpoint: Viewpoint
  readonly #edges: readonly Address[]

  constructor(address: Address, places: Places, geo: GeoTable) {
    this.#address = address
    this.#places = places
    this.#runs = address.length === 4 ? geo.v4 : geo.v6
    this.#viewpoint = standpointOf(address, places)
    this.#edges = edgesOf(places.map).get(address.length) ?? []
  }

  scope(): number {
    const [below, above] = [this.#strangerBelow(), this.#strangerAbove()]
    return Math.max(
      ...[below, above].map((one) => (one === undefined ? 0 : commonBits(this.#address, one) + 1)),
    )
  }

  /** The next address that looks from elsewhere. */
  #strangerAbove(): Address | undefined {
    let at = this.#address
    for (;;) {
      const edge = this.#edges[lastUpTo(this.#edges, at) + ((this.#edges[0] ?? at) > at ? 0 : 1)]
      const run = this.#isMapped(at) ? undefined : startAt(this.#runs, runOf(this.#runs, at) + 1, at.length)
      const next = edge === undefined || (run !== undefined && run < edge) ? run : edge
      if (next === undefined || this.#isStrange(next)) return next
      at = next
    }
  }

  #strangerBelow(): Address | undefined {
    let at = this.#address
    for (;;) {
      const last = this.#edges[lastUpTo(this.#edges, at)]
      const edge = last === undefined || last > at ? undefined : last
      const run = this.#isMapped(at) ? undefined : startAt(this.#runs, runOf(this.#runs, at), at.length)
      const start = edge === undefined || (run !== undefined && run > edge) ? run : edge
      if (start === undefined || start === '\0'.repeat(at.length)) return undefined
      const before = neighbourOf(start, -1)
      if (this.#isStrange(before)) return before
      at = before
    }
  }

  readonly #isStrange = (address: Address): boolean => standpointOf(address, this.#places) !== this.#viewpoint

  readonly #isMapped = (address: Address): boolean =>
    viewpointOf(address, this.#places.map, NOWHERE) !== NOWHERE
}

const NOWHERE: Viewpoint = { cluster: '', locality: null }

/** Where prefixes of a map begin, and what comes after them, in order, by family. */
const edgesOf = remembered((map: readonly ClientMapping[]): ReadonlyMap<number, readonly Address[]> => {
  const byFamily = Map.groupBy(map, ({ prefix }) => prefix.base.length)
  return new Map(
    [...byFamily].map(([octets, some]) => [
      octets,
      [...new Set(some.flatMap(({ prefix }) => [prefix.base, afterOf(prefix)]))].sort(),
    ]),
  )
})

/** Which run an address is in. */
function runOf({ starts, places }: GeoRuns, address: Address): number {
  const words = wordsOf(address)
  let [low, high] = [0, places.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (isUpTo(starts, middle * words.length, words)) low = middle
    else high = middle - 1
  }
  return low
}

function isUpTo(starts: Uint32Array, from: number, words: readonly number[]): boolean {
  for (const [i, word] of words.entries()) {
    const start = starts[from + i] ?? 0
    if (start !== word) return start < word
  }
  return true
}

const wordsOf = (address: Address): readonly number[] =>
  Array.from({ length: address.length / 4 }, (_, word) => wordAt(address, 4 * word))

const wordAt = (address: Address, at: number): number =>
  ((address.charCodeAt(at) << 24) |
    (address.charCodeAt(at + 1) << 16) |
    (address.charCodeAt(at + 2) << 8) |
    address.charCodeAt(at + 3)) >>>
  0

/** Where a run begins; undefined: there is none of that number. */
function startAt({ starts, places }: GeoRuns, run: number, octets: number): Address | undefined {
  if (run >= places.length) return undefined
  const words = starts.subarray((run * octets) / 4, ((run + 1) * octets) / 4)
  const all = [...words].flatMap((word) => [
    word >>> 24,
    (word >>> 16) & 0xff,
    (word >>> 8) & 0xff,
    word & 0xff,
  ])
  return String.fromCharCode(...all)
}
