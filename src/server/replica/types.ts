import type { Address, Name, Serial } from '../../values/dns/index.ts'
import type { Cluster, Clusterset } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import type { KeptPointer, Snapshot } from '../../world/zone/index.ts'
import type { Encoded } from './encoded.ts'

/** A clusterset without what is known of host names: one cluster has thousands, and they change every second. */
export type ReplicaGround = Omit<Clusterset, 'resolved' | 'unresolved' | 'ground'>

/**
 * What crosses from the thread that watches to one that answers: what changed between two worlds. Values that
 * postMessage copies; the entries and the addresses of host names, which are the bulk, are octets that it moves.
 */
export interface Update {
  /** Services that are new or otherwise than before, each whole. */
  readonly entries: Encoded
  /**
   * Services of which nobody says anything any more. Their entries are dropped; what followed from them is in the
   * other parts.
   */
  readonly gone: readonly ServiceKey[]
  /** Counts as they are now, not differences; 0: there is none any more. */
  readonly tally: readonly (readonly [key: string, count: number])[]
  /** PTR records as they are now; undefined: the address has none any more. */
  readonly pointers: readonly (readonly [Address, KeptPointer | undefined])[]
  /** Addresses of host names; one that has none any more has no octets. */
  readonly resolved: Encoded
  /** Why a host name has no addresses, or old ones; undefined: it has them. */
  readonly unresolved: readonly (readonly [Name, reason: string | undefined])[]
  /** Services whose host names those are, of which something else may be answered now. */
  readonly renamed: readonly ServiceKey[]
  /** Clusters that stand otherwise, where which there are and all else of the clusterset is the same. */
  readonly members: readonly Cluster[]
  /** The serials of zones that moved; undefined: the zone is gone. */
  readonly serials: readonly (readonly [zone: Name, Serial | undefined])[]
  /** What the operator declares, each whole if it changed. A part that is not here is as it was. */
  readonly parts: Partial<Declared>
}

/** Told which services a replica has otherwise than before, at the very time from which its snapshot says so. */
export interface Onlooker {
  /** There was none of that key. */
  came(key: ServiceKey): void
  /** It, or what follows from it. */
  changed(key: ServiceKey): void
  /** There is none of it any more. */
  went(key: ServiceKey): void
}

/** What a replica begins with, before any service is known to it. */
export type Parts = Declared & Pick<Snapshot, 'serials'>

/** What an operator or a registry decides, and no object of a cluster: it changes seldom, and crosses whole. */
type Declared = Pick<Snapshot, 'settings' | 'zones' | 'settled'> & { readonly clusterset: ReplicaGround }
