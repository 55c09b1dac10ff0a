import type { Address, RR } from '../../values/dns/index.ts'
import type { ClusterId, Viewpoint } from '../../words/clusterset/index.ts'
import type { Zone } from '../../world/zone/index.ts'

/** The asker, as far as an answer may depend on it. */
export interface Asker {
  readonly viewpoint: Viewpoint
  /** For session affinity: the client's address. */
  readonly address: Address
  /** It may see `_explain` names. */
  readonly mayExplain: boolean
}

/** The server's own names (class CH) and what it says of itself. `id` null: it does not tell. */
export interface ServerIdentity {
  readonly version: string
  readonly id: string | null
}

/**
 * What a question comes to. One table (reply.ts) gives each kind its RCODE, AA, SOA and EDE, so that a new kind does
 * not compile until it has decided.
 */
export type Answer =
  | Records
  | { readonly kind: 'identity'; readonly answers: readonly RR[] }
  | { readonly kind: 'noData'; readonly zone: Zone }
  | { readonly kind: 'nameError'; readonly zone: Zone }
  | { readonly kind: 'noRoute'; readonly zone: Zone; readonly reason: string }
  /** A transfer of what is no zone of ours. */
  | { readonly kind: 'notAZone' }
  | { readonly kind: 'refused'; readonly because: 'outOfZone' | 'prohibited' | 'class' | 'transfer' }
  | { readonly kind: 'notReady'; readonly zone: Zone; readonly reason: string }

/** What an answer follows: nobody, where the asker stands, or the very address that asks. */
export type Follows = 'nobody' | 'viewpoint' | 'asker'

interface Records {
  readonly kind: 'records'
  readonly zone: Zone
  /** The most useful first. */
  readonly answers: readonly RR[]
  /** `answers` falls into runs of so many whose order is left to chance; none: it stands. */
  readonly runs: readonly number[]
  readonly additional: readonly RR[]
  /** Clusters whose addresses the answer holds. */
  readonly clusters: readonly ClusterId[]
  /** `cluster-west last heard from …`, for each of them that is not live. */
  readonly dated: readonly string[]
  readonly follows: Follows
  /** There are more than these, which are more than the message holds that they were made for. */
  readonly more?: boolean
}
