import type { Address, Family, Name } from '../../values/dns/index.ts'
import type { Table } from '../../values/table/index.ts'

/**
 * The addresses of host names: those that have any, sorted. A new table exactly when something in it changed. Of
 * a family a name has 64 at most; fewer where a party has very many names.
 */
export type Resolved = Table<readonly Address[]>

/**
 * Why names have no addresses, or keep old ones. A new table exactly when something in it changed. By name. Old
 * ones are kept for an hour after they were last confirmed.
 */
export type Unresolved = Table<string>

/** Whose a host name is: a cluster's load balancers, say, and of those a namespace's. */
export interface Party {
  readonly name: string
  /** Parts of one party take turns within it; empty: it is the only one. */
  readonly part: string
}

/** A function that says whose a host name is: parties take turns at look-ups and have equal parts of the names. */
export type PartiesOf = (hostname: Name) => readonly Party[]

/** What a resolver is started with. */
export interface ResolverOptions {
  /** Asked in this order, by address; empty: those of /etc/resolv.conf. */
  readonly upstreams: readonly { readonly host: string; readonly port: number }[]
  /**
   * Whether a name lies in one of the zones answered here. Such names are never asked for. To ask for one would
   * be to ask ourselves.
   */
  readonly isOwn: (hostname: Name) => boolean
  /** Default: all are one party's. */
  readonly partiesOf?: PartiesOf
  /** Told of changes in either table, several at a time. Both are empty before the first call. */
  readonly changed: (resolved: Resolved, unresolved: Unresolved) => void
  /** Why a name has no addresses, or keeps old ones. Not repeated while it fails in the same way. For the log. */
  readonly failed: (hostname: Name, reason: string) => void
  /** What another process knew of names: their addresses by family, and for how many milliseconds none confirmed them. */
  readonly known?: readonly Confirmed[]
  /** Default: the upstreams, through the system's sockets. */
  readonly lookup?: AddressLookup
}

/** Addresses of one family of a name, and how many milliseconds ago the DNS said so. */
export interface Confirmed {
  readonly hostname: Name
  /** All of one family; another family of the name is another of these. */
  readonly addresses: readonly Address[]
  /** Milliseconds since the DNS last gave them. */
  readonly age: number
}

/**
 * One question for the addresses of one family. Rejects with the codes of node:dns. One that never settles is
 * given up on. After 10 s it counts as not answered.
 */
export type AddressLookup = (hostname: Name, family: Family) => Promise<readonly FoundAddress[]>

/** One address record: usual text, TTL in seconds. */
export interface FoundAddress {
  /** IPv4 or IPv6 as text; one that cannot be parsed is left out. */
  readonly address: string
  /** How soon it is asked for again, within bounds of our own. */
  readonly ttl: number
}

/**
 * A resolver at work: it keeps the addresses of a set of host names known. A name is looked up again when its
 * addresses run out, not when somebody asks: no query waits for it.
 */
export interface Resolver {
  /** Replaces the set of names, canonical ones. New ones are looked up at once, those no longer in it forgotten. */
  readonly want: (hostnames: ReadonlySet<Name>) => void
  /** The addresses that are known, for another process. */
  readonly known: () => readonly Confirmed[]
  /** Final. No callback comes after it. */
  readonly stop: () => void
}
