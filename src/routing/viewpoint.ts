import type { Viewpoint } from '../clusterset/index.ts'
import { type Address, bitsOf, contains, mask, type Prefix } from '../dns/index.ts'

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
 * the scope of an answer to a client subnet (RFC 7871 section 7.2.1). It grows while the other half does not differ.
 */
export function scopeOf(address: Address, map: readonly ClientMapping[], local: Viewpoint): number {
  const own = viewpointOf(address, map, local)
  let length: number = bitsOf(address)
  while (length > 0 && isUniform(flip(address, length), own, map, local)) length--
  return length
}

/** Whether every address of a block has a viewpoint; looks only where prefixes of the map lie inside it. */
function isUniform(
  block: Prefix,
  viewpoint: Viewpoint,
  map: readonly ClientMapping[],
  local: Viewpoint,
): boolean {
  const inside = map.filter(({ prefix }) => prefix.length > block.length && contains(block, prefix.base))
  if (inside.length === 0) return coveringViewpoint(block, map, local) === viewpoint
  const length = block.length + 1
  const first = { base: block.base, length }
  const around = map.filter(({ prefix }) => prefix.length <= block.length && contains(prefix, block.base))
  const rest = [...around, ...inside]
  return [first, flip(block.base, length)].every((half) => isUniform(half, viewpoint, rest, local))
}

/** The viewpoint of a block in which no prefix of the map lies. */
const coveringViewpoint = (block: Prefix, map: readonly ClientMapping[], local: Viewpoint): Viewpoint =>
  longest(map.filter(({ prefix }) => prefix.length <= block.length && contains(prefix, block.base)))
    ?.viewpoint ?? local

/** The block of that length beside the one the address is in: the other half of the next shorter one. */
function flip(address: Address, length: number): Prefix {
  const base = mask(address, length)
  const at = (length - 1) >> 3
  const octet = base.charCodeAt(at) ^ (0x80 >> ((length - 1) & 7))
  return { base: base.slice(0, at) + String.fromCharCode(octet) + base.slice(at + 1), length }
}
