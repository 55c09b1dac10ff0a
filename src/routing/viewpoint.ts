import type { Viewpoint } from '../clusterset/index.ts'
import { type Address, bitsOf, commonBits, contains, type Prefix } from '../dns/index.ts'

/** Clients of a prefix stand somewhere else than the server (`clients.map`). */
export interface ClientMapping {
  readonly prefix: Prefix
  readonly viewpoint: Viewpoint
}

/** Where an address looks from: the longest matching prefix of the map, else `local` (answers.md 4). */
export function viewpointOf(address: Address, map: readonly ClientMapping[], local: Viewpoint): Viewpoint {
  return longest(map.filter(({ prefix }) => contains(prefix, address)))?.viewpoint ?? local
}

const longest = (matches: readonly ClientMapping[]): ClientMapping | undefined =>
  matches.reduce<ClientMapping | undefined>(
    (best, one) => (best === undefined || one.prefix.length > best.prefix.length ? one : best),
    undefined,
  )

/**
 * The length of the shortest prefix around an address all of which has the same viewpoint as the address itself:
 * the scope of an answer to a client subnet (RFC 7871 section 7.2.1).
 */
export function scopeOf(address: Address, map: readonly ClientMapping[], local: Viewpoint): number {
  const own = viewpointOf(address, map, local)
  const strangers = map.filter(({ viewpoint }) => viewpoint !== own)
  for (let length = 0; length < bitsOf(address); length++) {
    const inside = strangers.some(
      ({ prefix }) =>
        prefix.length >= length && commonBits(prefix.base, address) >= length && sameFamily(prefix, address),
    )
    if (!inside && coveringViewpoint(address, length, map, local) === own) return length
  }
  return bitsOf(address)
}

const sameFamily = (prefix: Prefix, address: Address): boolean => prefix.base.length === address.length

/** The viewpoint of whatever in address/length no longer prefix of the map covers. */
const coveringViewpoint = (
  address: Address,
  length: number,
  map: readonly ClientMapping[],
  local: Viewpoint,
): Viewpoint =>
  longest(map.filter(({ prefix }) => prefix.length <= length && contains(prefix, address)))?.viewpoint ??
  local
