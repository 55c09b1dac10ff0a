import { hash } from 'node:crypto'
import type { ServiceKey } from '../../words/kube/index.ts'

/** The Service that gives an import its clusterset IP, named as mcs-api's own controllers name it. */
export const derivedName = (key: ServiceKey): string => `derived-${digest(key)}`

/** An EndpointSlice's name: it is the same for as long as the slice holds the same part of the same cluster's endpoints. */
export const sliceName = (service: string, cluster: string, part: string): string =>
  `${service}-${cluster}-${digest(`${service} ${cluster} ${part}`)}`

/** The first 50 bits of a text's SHA-256, as ten digits of base32hex (RFC 4648, 7) in lower case. */
const digest = (text: string): string => (hashOf(text) >> 14n).toString(32).padStart(10, '0')

const BITS = 64

/** The first 64 bits of a text's SHA-256. */
const hashOf = (text: string): bigint => hash('sha256', text, 'buffer').readBigUInt64BE()

/** A part of many items: those whose hash begins with the bits of `place`. */
interface SlicePart<T> {
  readonly place: string
  readonly items: readonly T[]
}

/**
 * Items in parts of at most `most`, each in the order given. A part is split in two by the next bit of its items'
 * hashes, and by nothing else: an item that comes or goes touches its own part, not those beside it.
 */
export function sliceParts<T>(
  items: readonly T[],
  most: number,
  idOf: (item: T) => string,
): readonly SlicePart<T>[] {
  if (items.length <= most) return [{ place: '', items }]
  return split(
    items.map((item) => ({ item, bits: bitsOf(idOf(item)) })),
    most,
    '',
  )
}

interface Hashed<T> {
  readonly item: T
  readonly bits: string
}

function split<T>(hashed: readonly Hashed<T>[], most: number, place: string): readonly SlicePart<T>[] {
  if (hashed.length <= most || place.length === BITS) {
    return hashed.length === 0 ? [] : [{ place, items: hashed.map(({ item }) => item) }]
  }
  return ['0', '1'].flatMap((bit) =>
    split(
      hashed.filter(({ bits }) => bits[place.length] === bit),
      most,
      `${place}${bit}`,
    ),
  )
}

const bitsOf = (id: string): string => hashOf(id).toString(2).padStart(BITS, '0')
