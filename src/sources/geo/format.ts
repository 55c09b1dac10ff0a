import type { GeoFacts } from '../../words/clusterset/index.ts'

// MaxMind DB, version 2.0 (https://maxmind.github.io/MaxMind-DB/), as much of it as says where an address is. A file is
// whatever somebody wrote: each octet is looked at within the bounds of its part, and no loop is longer than the file.

/** Why a database cannot be believed, in words. */
export class GeoFormatError extends Error {}

/** What a database says of itself. */
export interface GeoMetadata {
  readonly type: string
  /** Unix seconds. */
  readonly builtAt: number
  readonly nodes: number
  readonly recordSize: number
  readonly ipVersion: number
}

/** Behind the last of these, which lies in the last 128 KiB. */
const MARKER = [0xab, 0xcd, 0xef, ...new TextEncoder().encode('MaxMind.com')]
const MOST_METADATA = 128 * 1024

const KIND = {
  pointer: 1,
  text: 2,
  double: 3,
  uint16: 5,
  uint32: 6,
  map: 7,
  int32: 8,
  uint64: 9,
  list: 11,
  flag: 14,
  float: 15,
}

/** One value: of which kind, how large, and where what it holds begins. A pointer's size is where it leads. */
interface Head {
  readonly kind: number
  readonly size: number
  readonly at: number
}

/** A part of a file in which values lie, one behind the other, and pointers count from its beginning. */
export class GeoValues {
  readonly #octets: Uint8Array
  readonly #view: DataView
  readonly #most: number
  #looks = 0
  /** At how many looks the record in hand is too long. */
  #end: number

  constructor(octets: Uint8Array) {
    this.#octets = octets
    this.#view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
    this.#most = 100_000 + 64 * octets.byteLength
    this.#end = this.#most
  }

  get length(): number {
    return this.#octets.length
  }

  /** How many values have been looked at, each as often as it was: what all of it has cost. */
  get looks(): number {
    return this.#looks
  }

  /** What is looked at from now on is one record's. */
  beginRecord(): void {
    this.#end = this.#looks + MOST_LOOKS
  }

  text(at: number | undefined): string | null {
    const head = at === undefined ? undefined : this.#head(at)
    if (head?.kind !== KIND.text || head.size > LONGEST_TEXT) return null
    this.#within(head.at + head.size)
    return String.fromCharCode(...this.#octets.subarray(head.at, head.at + head.size))
  }

  number(at: number | undefined): number | null {
    const head = at === undefined ? undefined : this.#head(at)
    if (head === undefined) return null
    this.#within(head.at + head.size)
    switch (head.kind) {
      case KIND.double:
        return head.size === 8 ? this.#view.getFloat64(head.at) : null
      case KIND.float:
        return head.size === 4 ? this.#view.getFloat32(head.at) : null
      case KIND.uint16:
      case KIND.uint32:
      case KIND.uint64:
        return head.size > 8 ? null : this.#whole(head)
      default:
        return null
    }
  }

  /** Where the value of a key of a map begins; undefined: it is no map, or has no such key. */
  field(at: number | undefined, name: string): number | undefined {
    const head = at === undefined ? undefined : this.#head(at)
    if (head?.kind !== KIND.map) return undefined
    let next = head.at
    for (let i = 0; i < head.size; i++) {
      const value = this.#past(next)
      if (this.text(next) === name) return value
      next = this.#past(value)
    }
    return undefined
  }

  /** Where the first of a list begins. */
  first(at: number | undefined): number | undefined {
    const head = at === undefined ? undefined : this.#head(at)
    return head?.kind === KIND.list && head.size > 0 ? head.at : undefined
  }

  /** What stands there, behind a pointer if that is one. */
  #head(at: number): Head {
    const head = this.#read(at)
    if (head.kind !== KIND.pointer) return head
    const there = this.#read(head.size)
    if (there.kind === KIND.pointer) throw new GeoFormatError('a pointer in it leads to a pointer')
    return there
  }

  /** Where the next value begins. */
  #past(at: number): number {
    let next = at
    for (let open = 1; open > 0; open--) {
      const head = this.#read(next)
      next = head.at
      if (head.kind === KIND.map) open += 2 * head.size
      else if (head.kind === KIND.list) open += head.size
      else if (head.kind !== KIND.pointer && head.kind !== KIND.flag) next += head.size
    }
    return next
  }

  #read(at: number): Head {
    this.#looks++
    if (this.#looks > this.#most) throw new GeoFormatError('its records are longer than it is')
    if (this.#looks > this.#end) throw new GeoFormatError(RECORD_TOO_LONG)
    const control = this.#octet(at)
    const kind = control >> 5
    if (kind === KIND.pointer) return this.#pointer(at, control)
    const isFurther = kind === 0
    const size = control & 0x1f
    const behind = at + (isFurther ? 2 : 1)
    const real = isFurther ? 7 + this.#octet(at + 1) : kind
    if (size < 29) return { kind: real, size, at: behind }
    const more = size - 28
    this.#within(behind + more)
    return { kind: real, size: (BASES[more] ?? 0) + this.#big(behind, more), at: behind + more }
  }

  #pointer(at: number, control: number): Head {
    const more = ((control >> 3) & 3) + 1
    this.#within(at + 1 + more)
    const low = this.#big(at + 1, more)
    const high = more === 4 ? 0 : (control & 7) * 256 ** more
    return { kind: KIND.pointer, size: high + low + (POINTER_BASES[more] ?? 0), at: at + 1 + more }
  }

  #whole({ at, size }: Head): number {
    return this.#big(at, size)
  }

  #big(at: number, size: number): number {
    let value = 0
    for (let i = 0; i < size; i++) value = value * 256 + this.#octet(at + i)
    return value
  }

  #octet(at: number): number {
    const octet = this.#octets[at]
    if (octet === undefined) throw new GeoFormatError('a record in it ends beyond the file')
    return octet
  }

  #within(end: number): void {
    if (end > this.#octets.length) throw new GeoFormatError('a record in it ends beyond the file')
  }
}

/** For one record: one of a city, with its names in eight languages, takes some hundred. */
const MOST_LOOKS = 20_000
const RECORD_TOO_LONG = `a record in it takes more than ${MOST_LOOKS} looks to read, and one of a city some hundred: take a database of cities or countries`
/** Codes are of a few letters, types of some words. */
const LONGEST_TEXT = 255
/** What sizes of one, two and three octets more begin at. */
const BASES = [0, 29, 285, 65_821]
const POINTER_BASES = [0, 0, 2048, 526_336, 0]

/** What a record says of where its addresses are. */
export function factsAt(values: GeoValues, at: number): GeoFacts {
  values.beginRecord()
  const country = values.field(at, 'country') ?? values.field(at, 'registered_country')
  const location = values.field(at, 'location')
  const latitude = values.number(values.field(location, 'latitude'))
  const longitude = values.number(values.field(location, 'longitude'))
  const isPoint =
    latitude !== null && longitude !== null && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
  return {
    continent: values.text(values.field(values.field(at, 'continent'), 'code')),
    country: values.text(values.field(country, 'iso_code')),
    subdivision: values.text(values.field(values.first(values.field(at, 'subdivisions')), 'iso_code')),
    coordinates: isPoint ? { latitude, longitude } : null,
  }
}

/** What a file says of itself, and where that begins. */
export function metadataOf(octets: Uint8Array): { readonly metadata: GeoMetadata; readonly at: number } {
  const at = lastMarker(octets)
  if (at === undefined) throw new GeoFormatError('it is no MaxMind DB, or only the beginning of one')
  const values = new GeoValues(octets.subarray(at + MARKER.length))
  values.beginRecord()
  const field = (name: string) => values.field(0, name)
  const number = (name: string) => values.number(field(name)) ?? 0
  const metadata: GeoMetadata = {
    type: values.text(field('database_type')) ?? '',
    builtAt: number('build_epoch'),
    nodes: number('node_count'),
    recordSize: number('record_size'),
    ipVersion: number('ip_version'),
  }
  if (number('binary_format_major_version') !== 2) throw new GeoFormatError('it is of another version than 2')
  if (![24, 28, 32].includes(metadata.recordSize) || ![4, 6].includes(metadata.ipVersion))
    throw new GeoFormatError('what it says of its tree cannot be')
  return { metadata, at }
}

function lastMarker(octets: Uint8Array): number | undefined {
  const least = Math.max(0, octets.length - MOST_METADATA)
  for (let at = octets.length - MARKER.length; at >= least; at--)
    if (MARKER.every((octet, i) => octets[at + i] === octet)) return at
  return undefined
}
