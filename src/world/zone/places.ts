import type { Address, Family } from '../../values/dns/index.ts'
import { remembered } from '../../values/table/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { Endpoint, Ready } from '../inventory/index.ts'

export interface ClusterEndpoint {
  readonly cluster: ClusterId
  readonly endpoint: Endpoint
}

/** One cluster's ready endpoints of a service, each read when it is asked for. */
export interface ClusterShare {
  readonly cluster: ClusterId
  readonly ready: Ready
  /** Only those that have one of these lists of ports count; undefined: all. */
  readonly lists?: ReadonlySet<number>
}

/** What is read one by one, as an array is. */
export interface Pool<T> extends Iterable<T> {
  readonly length: number
  readonly at: (i: number) => T | undefined
  readonly keys: () => Iterable<number>
}

/** Some endpoints of some clusters, as numbers: none is read before it is asked for. */
export class EndpointPlaces implements Pool<ClusterEndpoint> {
  readonly shares: readonly ClusterShare[]
  /** Which share, and which of its endpoints. */
  readonly #all: readonly number[]

  constructor(shares: readonly ClusterShare[], all: readonly number[]) {
    this.shares = shares
    this.#all = all
  }

  get length(): number {
    return this.#all.length
  }

  /** Which of `shares`. */
  shareAt(k: number): number {
    return Math.floor((this.#all[k] ?? 0) / STEP)
  }

  /** Which of the share's endpoints. */
  indexAt(k: number): number {
    return (this.#all[k] ?? 0) % STEP
  }

  readonly at = (k: number): ClusterEndpoint | undefined => {
    const share = k < this.#all.length ? this.shares[this.shareAt(k)] : undefined
    return share && { cluster: share.cluster, endpoint: share.ready.endpoint(this.indexAt(k)) }
  }

  readonly keys = (): Iterable<number> => numbersTo(this.length);

  *[Symbol.iterator](): Generator<ClusterEndpoint> {
    for (let k = 0; k < this.#all.length; k++) {
      const one = this.at(k)
      if (one !== undefined) yield one
    }
  }

  /** Which shares they are of, in order. */
  sharesOf(): readonly number[] {
    const seen = new Set<number>()
    for (let k = 0; k < this.length; k++) seen.add(this.shareAt(k))
    return [...seen]
  }

  /** Those of some of the shares. */
  within(shares: ReadonlySet<number>): EndpointPlaces {
    return new EndpointPlaces(
      this.shares,
      this.#all.filter((_, k) => shares.has(this.shareAt(k))),
    )
  }

  /** How many addresses they have, without reading one. */
  countAddresses(): number {
    if (this.shares.every(({ ready }) => ready.isSingle)) return this.length
    let count = 0
    for (let k = 0; k < this.length; k++)
      count += this.shares[this.shareAt(k)]?.ready.addressesOf(this.indexAt(k)) ?? 0
    return count
  }

  /** Their addresses of a family, if each has one alone; else all of them, read at once. */
  addresses(family: Family): Pool<Address> {
    const octets = family === 4 ? 4 : 16
    if (!this.shares.every(({ ready }) => ready.isSingle))
      return Array.from(this, ({ endpoint }) => endpoint.addresses)
        .flat()
        .filter(({ length }) => length === octets)
    const known = this.#byFamily.get(family) ?? new Addresses(this.#withAddressesOf(octets))
    this.#byFamily.set(family, known)
    return known
  }
  readonly #byFamily = new Map<Family, Addresses>()

  #withAddressesOf(octets: number): EndpointPlaces {
    if (this.shares.every(({ ready }) => ready.width === octets)) return this
    const all = this.#all.filter(
      (_, k) => this.shares[this.shareAt(k)]?.ready.address(this.indexAt(k)).length === octets,
    )
    return new EndpointPlaces(this.shares, all)
  }
}

/** Of endpoints that have one each. */
class Addresses implements Pool<Address> {
  readonly #places: EndpointPlaces

  constructor(places: EndpointPlaces) {
    this.#places = places
  }

  get length(): number {
    return this.#places.length
  }

  readonly at = (k: number): Address | undefined =>
    this.#places.shares[this.#places.shareAt(k)]?.ready.address(this.#places.indexAt(k))

  readonly keys = (): Iterable<number> => numbersTo(this.length);

  *[Symbol.iterator](): Generator<Address> {
    for (let k = 0; k < this.length; k++) yield this.at(k) ?? ''
  }
}

/**
 * The addresses of ranks of endpoints, each once: where it is best. Endpoints may share one; which they are is found out
 * once, so that chance orders addresses and not endpoints.
 */
export function addressesByRank(ranks: readonly EndpointPlaces[], family: Family): readonly Pool<Address>[] {
  const byFamily = distinctByFamily(ranks)
  const known = byFamily.get(family) ?? distinctOf(ranks, family)
  byFamily.set(family, known)
  return known
}

const distinctByFamily = remembered(
  (_: readonly EndpointPlaces[]): Map<Family, readonly Pool<Address>[]> => new Map(),
)

function distinctOf(ranks: readonly EndpointPlaces[], family: Family): readonly Pool<Address>[] {
  const pools = ranks.map((rank) => rank.addresses(family))
  const [share, ...others] = new Set(ranks.flatMap((rank) => rank.sharesOf()))
  const isOfOne = share !== undefined && others.length === 0
  if (isOfOne && ranks[0]?.shares[share]?.ready.isDistinct === true) return pools
  const seen = new Set<Address>()
  return pools.map((pool) => {
    const own = Array.from(pool).filter((address) => seen.size < seen.add(address).size)
    return own.length === pool.length ? pool : own
  })
}

function* numbersTo(length: number): Generator<number> {
  for (let i = 0; i < length; i++) yield i
}

/** More endpoints than a share has: a number of both is one of 53 bits. */
const STEP = 2 ** 20

/** The number that stands for an endpoint of a share. */
export const placeOf = (share: number, endpoint: number): number => share * STEP + endpoint

/** Those of a share's endpoints that count, by what `groupOf` says of the zone they are in. */
export function gather(
  groups: Map<number, number[]>,
  { ready, lists }: ClusterShare,
  share: number,
  groupOf: (zone: number) => number,
): void {
  const byZone = ready.zones.map((_, zone) => groupOf(zone))
  for (let i = 0; i < ready.length; i++) {
    if (lists !== undefined && !lists.has(ready.listOf(i))) continue
    const group = byZone[ready.zoneOf(i)] ?? 0
    const own = groups.get(group)
    if (own === undefined) groups.set(group, [placeOf(share, i)])
    else own.push(placeOf(share, i))
  }
}
