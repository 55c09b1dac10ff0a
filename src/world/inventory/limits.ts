import type { Address } from '../../values/dns/index.ts'
import { hashOf, lastRemembered, rememberedLately } from '../../values/table/index.ts'
import type { ClusterEndpoints, Endpoint } from './endpoint-types.ts'
import { packReady } from './pack-ready.ts'
import { Ready, readyIn } from './ready.ts'

/** Endpoints in one service's answers at most, of each family. */
export const MOST_ENDPOINTS = 5000

/** Ports of a service at most. */
export const MOST_PORTS = 1000

/** The rule by which an endpoint is left out that is one of too many. */
export const BEYOND_ENDPOINTS = 'beyond the 5,000 endpoints that a service answers with'

/** The rule by which a port of endpoints is. */
export const BEYOND_PORTS = 'a port beyond the first 1,000 of a service'

/** Addresses of one endpoint at most, of each family: as many as one slice may give it. */
const MOST_ADDRESSES = 100

/** The rule by which an address of an endpoint is left out. */
export const BEYOND_ADDRESSES = 'beyond the first 100 addresses of an endpoint'

export const isFull = (addresses: readonly Address[]): boolean => addresses.length >= MOST_ADDRESSES

/** Addresses of a service's slices that are looked at, in each cluster: ten times what answers. */
const MOST_LOOKED_AT = 50_000

/** The rule by which endpoints are left out that nobody looks at. */
export const BEYOND_LOOKED_AT = 'beyond the first 50,000 addresses in the EndpointSlices of a service'

/** Clusters that a service is mirrored from, at most: whoever may write slices names as many as there are slices. */
const MOST_SOURCES = 1000

/** The first by name, in that order, of what is said of each. */
export const firstSources = <T>(bySource: ReadonlyMap<string, T>): readonly (readonly [string, T])[] =>
  [...bySource].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, MOST_SOURCES)

/** The rules by which a service has more than counts. */
export const BEYOND: ReadonlySet<string> = new Set([
  BEYOND_ENDPOINTS,
  BEYOND_PORTS,
  BEYOND_ADDRESSES,
  BEYOND_LOOKED_AT,
])

/** What of a service in one cluster may still be looked at: however much it has, it costs no more of others' time. */
export class EndpointAllowance {
  #left = MOST_LOOKED_AT

  /** Whether all of it is spent. */
  get spent(): boolean {
    return this.#left === 0
  }

  /** false: there is not so much left, and nothing after it is looked at either. */
  take(addresses: number): boolean {
    const taken = addresses <= this.#left
    this.#left = taken ? this.#left - addresses : 0
    return taken
  }
}

/**
 * So many of each family, in their order: those whose addresses come first by their hash. The same ones wherever that is
 * asked, and where a few come or go a few others do.
 */
export function chosen<T>(
  all: readonly T[],
  addressOf: (one: T) => Address,
  most = MOST_ENDPOINTS,
): readonly T[] {
  if (all.length <= most) return all
  const left = [...Map.groupBy(all, (one) => addressOf(one).length).values()].flatMap((family) =>
    family.length <= most ? [] : byHash(family, addressOf).slice(most),
  )
  if (left.length === 0) return all
  const beyond = new Set(left)
  return all.filter((one) => !beyond.has(one))
}

function byHash<T>(all: readonly T[], addressOf: (one: T) => Address): readonly T[] {
  const hashed = all.map((one) => ({ one, hash: hashOf(addressOf(one)) >>> 0 }))
  return hashed
    .sort((a, b) => a.hash - b.hash || (addressOf(a.one) < addressOf(b.one) ? -1 : 1))
    .map(({ one }) => one)
}

/**
 * What clusters have together, where that is more than a service answers with: each keeps its part of it, and what some do
 * not need is the others'. Null: all of it. A cluster whose part is as large as it was costs nothing, however many it
 * has: whoever shares a name with it is not kept waiting for that.
 */
export function fairShares(shares: readonly ClusterEndpoints[]): readonly ClusterEndpoints[] | null {
  const lengths = shares.map(({ ready }) => new Ready(ready).length)
  if (lengths.reduce((a, b) => a + b, 0) <= MOST_ENDPOINTS) return null
  const counts = shares.map(countsIn)
  const parts = FAMILIES.map((_, family) => fairSharesOf(counts.map((count) => count[family] ?? 0)))
  const fair = shares.map((share, i) =>
    cutTo(
      share,
      parts.map((part) => part[i] ?? 0),
    ),
  )
  return fair.every(({ ready }, i) => ready === shares[i]?.ready) ? null : fair
}

/** Octets of their addresses. */
const FAMILIES = [4, 16] as const

/** How many a cluster has of each family. */
const countsIn = rememberedLately((share: ClusterEndpoints): readonly number[] => {
  const from = new Ready(share.ready)
  return FAMILIES.map((octets) => {
    if (from.width > 0) return from.width === octets ? from.length : 0
    let count = 0
    for (let i = 0; i < from.length; i++) if (from.address(i).length === octets) count++
    return count
  })
})

const areSameParts = (some: readonly number[], others: readonly number[]): boolean =>
  some.every((part, family) => part === others[family])

/** So many of each family. */
const cutTo = lastRemembered((share: ClusterEndpoints, parts: readonly number[]): ClusterEndpoints => {
  const endpoints = readyIn(share)
  const kept = new Set(
    FAMILIES.flatMap((octets, family) => {
      const own = endpoints.filter((one) => addressOf(one).length === octets)
      return chosen(own, addressOf, parts[family])
    }),
  )
  const { cluster } = share
  const left = endpoints.filter((one) => kept.has(one))
  return left.length === endpoints.length ? share : { cluster, ready: packReady(left) }
}, areSameParts)

const addressOf = ({ addresses: [first = ''] }: Endpoint): Address => first

/** How many each has of 5,000: who has least is asked first, and has no more than an equal part of what is left. */
export function fairSharesOf(counts: readonly number[], most = MOST_ENDPOINTS): readonly number[] {
  const parts = counts.map(() => 0)
  let [left, among] = [most, counts.length]
  for (const [i, count] of [...counts.entries()].sort(([, a], [, b]) => a - b)) {
    const part = Math.min(count, Math.floor(left / among--))
    parts[i] = part
    left -= part
  }
  return parts
}

/** The rule by which an endpoint has one host name alone, though its slices give it several. */
export const SECOND_NAME = 'a second host name of an endpoint'
