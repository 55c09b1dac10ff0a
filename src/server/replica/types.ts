import type { Address, Name, Serial } from '../../values/dns/index.ts'
import type { Cluster, Clusterset } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import type { Pointer, Snapshot } from '../../world/zone/index.ts'
import type { Encoded } from './encoded.ts'

/** A clusterset without what is known of host names: one cluster has thousands, and they change every second. */
export type ReplicaGround = Omit<Clusterset, 'resolved' | 'unresolved' | 'ground'>

/**
 * What crosses from the thread that watches to one that answers: what changed between two worlds. Values that
 * postMessage copies; the entries and the addresses of host names, which are the bulk, are octets that it moves.
 */
export interface Update {
  readonly entries: Encoded
  readonly gone: readonly ServiceKey[]
  readonly tally: readonly (readonly [key: string, count: number])[]
  readonly pointers: readonly (readonly [Address, Pointer | undefined])[]
  /** Addresses of host names; one that has none any more has no octets. */
  readonly resolved: Encoded
  readonly unresolved: readonly (readonly [Name, reason: string | undefined])[]
  /** Services whose host names those are. */
  readonly renamed: readonly ServiceKey[]
  /** Clusters that stand otherwise, where which there are and all else of the clusterset is the same. */
  readonly members: readonly Cluster[]
  readonly serials: readonly (readonly [zone: Name, Serial | undefined])[]
  /** What the operator declares, each whole if it changed. */
  readonly parts: Partial<Declared>
}

/** Told which services a replica has otherwise than before, at the very time from which its snapshot says so. */
export interface Onlooker {
  came(key: ServiceKey): void
  /** It, or what follows from it. */
  changed(key: ServiceKey): void
  went(key: ServiceKey): void
}

/** What a replica begins with. */
export type Parts = Declared & Pick<Snapshot, 'serials'>

type Declared = Pick<Snapshot, 'settings' | 'zones' | 'settled'> & { readonly clusterset: ReplicaGround }
