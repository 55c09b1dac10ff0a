import { remembered } from '../../values/table/index.ts'
import type { Viewpoint } from './viewpoint.ts'

/** A point on the globe, in degrees. */
export interface Coordinates {
  readonly latitude: number
  readonly longitude: number
}

/** What a record of a GeoIP database is placed by; what it does not say is null. */
export interface GeoFacts {
  readonly continent: string | null
  readonly country: string | null
  readonly subdivision: string | null
  readonly coordinates: Coordinates | null
}

/** Where clients stand of whom a GeoIP database says where they are; places are numbers in `viewpoints`. */
export interface GeoRules {
  /** By `*`, `EU`, `EU/DE`, `EU/DE/BE`, of which the longest counts; null: by who is nearest. */
  readonly map: ReadonlyMap<string, number> | null
  readonly nearest: readonly { readonly at: Coordinates; readonly place: number }[]
  /** Place 0 is where the server stands. */
  readonly viewpoints: readonly Viewpoint[]
}

/** The places of one family's addresses: each run of them begins where another begins to hold, in order. */
export interface GeoRuns {
  /** Of IPv4 a word each, of IPv6 four. The first is the lowest address of all. */
  readonly starts: Uint32Array
  readonly places: Uint16Array
}

/** A whole database as answers need it. Threads share its octets. */
export interface GeoTable {
  readonly v4: GeoRuns
  readonly v6: GeoRuns
  readonly viewpoints: readonly Viewpoint[]
}

/** The place of a record; 0: it says nothing by which there is one. */
export function placeOfFacts({ map, nearest }: Pick<GeoRules, 'map' | 'nearest'>, facts: GeoFacts): number {
  return map === null ? nearestTo(facts.coordinates, nearest) : longestOf(map, facts)
}

function longestOf(map: ReadonlyMap<string, number>, { continent, country, subdivision }: GeoFacts): number {
  const path = [continent, country, subdivision]
  const length = path.indexOf(null)
  for (let most = length === -1 ? path.length : length; most > 0; most--) {
    const place = map.get(path.slice(0, most).join('/'))
    if (place !== undefined) return place
  }
  return map.get('*') ?? 0
}

/** By great-circle distance; of equals the first. */
function nearestTo(at: Coordinates | null, all: GeoRules['nearest']): number {
  if (at === null) return 0
  const here = onSphere(at)
  let place = 0
  let most = Number.NEGATIVE_INFINITY
  for (const { there, place: which } of spherical(all)) {
    const cosine = cosineOf(here, there)
    if (cosine > most) [place, most] = [which, cosine]
  }
  return place
}

/** The same points, the nearest to one first; of equals in their order. */
export function byDistance<T>(
  from: Coordinates,
  all: readonly T[],
  at: (one: T) => Coordinates,
): readonly T[] {
  const here = onSphere(from)
  return all
    .map((one) => ({ one, cosine: cosineOf(here, onSphere(at(one))) }))
    .sort((a, b) => b.cosine - a.cosine)
    .map(({ one }) => one)
}

type OnSphere = readonly [number, number, number]

/** Of the angle between two points: the larger, the less far they are from each other. */
const cosineOf = (a: OnSphere, b: OnSphere): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

/** There are many records, and few places. */
const spherical = remembered((all: GeoRules['nearest']) =>
  all.map(({ at, place }) => ({ there: onSphere(at), place })),
)

function onSphere({ latitude, longitude }: Coordinates): OnSphere {
  const [phi, lambda] = [latitude * RADIAN, longitude * RADIAN]
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)]
}

const RADIAN = Math.PI / 180

/** The parts of a place in the map of a GeoIP database, as it is looked up: `EU/*` is `EU`. */
export function parseGeoPlace(text: string): string | undefined {
  if (text === '*') return text
  const place = text.endsWith('/*') ? text.slice(0, -2) : text
  return /^(AF|AN|AS|EU|NA|OC|SA)(\/[A-Z]{2}(\/[A-Z0-9]{1,3})?)?$/.test(place) ? place : undefined
}
