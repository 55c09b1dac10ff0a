import {
  type Address,
  bitsOf,
  commonBits,
  lengthsOf,
  mask,
  type Prefix,
  type PrefixLengths,
  prefixKey,
} from '../../values/dns/index.ts'
import { remembered } from '../../values/table/index.ts'
import {
  type Cluster,
  type ClusterId,
  type Locality,
  matchesLocality,
  printLocality,
  type Viewpoint,
} from '../../words/clusterset/index.ts'

/** Clients of a prefix stand somewhere else than the server (`clients.map`). */
export interface ClientMapping {
  readonly prefix: Prefix
  readonly viewpoint: Viewpoint
}

/**
 * Where an address looks from: the longest matching prefix of the map, else `local` (answers.md 4). `most`: no prefix
 * longer than that counts.
 */
export function viewpointOf(
  address: Address,
  map: readonly ClientMapping[],
  local: Viewpoint,
  most: number = bitsOf(address),
): Viewpoint {
  const { lengths, places } = prefixesOf(map)
  for (const length of lengths.get(address.length) ?? []) {
    const place = length > most ? undefined : places.get(prefixKey(mask(address, length), length))
    if (place !== undefined) return place
  }
  return local
}

/**
 * The length of the shortest prefix around an address all of which has the same viewpoint as the address itself:
 * the scope of an answer to a client subnet (RFC 7871, 7.2.1). It reaches neither neighbour of the run of
 * addresses that look from there.
 */
export function scopeOf(address: Address, map: readonly ClientMapping[], local: Viewpoint): number {
  const runs = runsOf(map, local, address.length)
  const at = lastUpTo(runs, address)
  const [start, next] = [runs[at], runs[at + 1]]
  const before = at > 0 && start !== undefined ? commonBits(address, neighbourOf(start, -1)) + 1 : 0
  return Math.max(before, next === undefined ? 0 : commonBits(address, next) + 1)
}

/** A map as it is looked up: any number of clients may ask, each for the first time. */
interface Prefixes {
  readonly lengths: PrefixLengths
  readonly places: ReadonlyMap<string, Viewpoint>
  readonly runs: Map<number, { readonly local: Viewpoint; readonly starts: readonly Address[] }>
}

const prefixesOf = remembered((map: readonly ClientMapping[]): Prefixes => {
  const lengths = lengthsOf(map.map(({ prefix }) => prefix))
  // Of two of one prefix the first counts.
  const places = map.toReversed().map(({ prefix: { base, length }, viewpoint }) => {
    return [prefixKey(base, length), viewpoint] as const
  })
  return { lengths, places: new Map(places), runs: new Map() }
})

/** The addresses of a family at which the viewpoint becomes another, in order; the first is the lowest of all. */
function runsOf(map: readonly ClientMapping[], local: Viewpoint, octets: number): readonly Address[] {
  const { runs } = prefixesOf(map)
  const known = runs.get(octets)
  if (known?.local === local) return known.starts
  const own = map.filter(({ prefix }) => prefix.base.length === octets)
  const edges = own.flatMap(({ prefix }) => [prefix.base, afterOf(prefix)])
  const lowest = '\0'.repeat(octets)
  const starts: Address[] = []
  let before: Viewpoint | undefined
  for (const edge of [...new Set([lowest, ...edges])].sort()) {
    const viewpoint = viewpointOf(edge, map, local)
    // After the last address comes the lowest again, which is there already.
    if (viewpoint !== before) starts.push(edge)
    before = viewpoint
  }
  runs.set(octets, { local, starts })
  return starts
}

/** The address after the last one of a prefix. */
export function afterOf({ base, length }: Prefix): Address {
  const last = Array.from(base, (octet, i) => {
    const own = Math.min(8, Math.max(0, length - 8 * i))
    return String.fromCharCode(octet.charCodeAt(0) | (0xff >> own))
  })
  return neighbourOf(last.join(''), 1)
}

/** The next address, or the one before; the lowest and the highest are neighbours. */
export function neighbourOf(address: Address, by: 1 | -1): Address {
  let at = address.length - 1
  const turned = by === 1 ? 0xff : 0
  while (at >= 0 && address.charCodeAt(at) === turned) at--
  const rest = String.fromCharCode(0xff - turned).repeat(address.length - 1 - Math.max(at, -1))
  return at < 0 ? rest : address.slice(0, at) + String.fromCharCode(address.charCodeAt(at) + by) + rest
}

/** Where the last one stands that is not above an address. */
export function lastUpTo(starts: readonly Address[], address: Address): number {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? '') <= address) low = middle
    else high = middle - 1
  }
  return low
}

/** The cluster that stands nearest to a locality; the server's own where it is as near as any. */
export function clusterAt(
  locality: Locality,
  local: ClusterId,
  members: Iterable<Pick<Cluster, 'id' | 'locality'>>,
): ClusterId {
  const parts = printLocality(locality).split('/')
  const all = [...members].sort((a, b) => Number(b.id === local) - Number(a.id === local))
  for (let length = parts.length; length > 0; length--) {
    const found = all.find((one) => matchesLocality(parts.slice(0, length).join('/'), one.locality))
    if (found !== undefined) return found.id
  }
  return local
}
