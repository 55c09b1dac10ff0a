import type { Address, RR } from '../../values/dns/index.ts'
import type { ClusterId, Viewpoint } from '../../words/clusterset/index.ts'
import type { Zone } from '../../world/zone/index.ts'

/**
 * The asker, as far as an answer may depend on it: `server/replies/asker.ts` makes it of an address and a client subnet.
 */
export interface Asker {
  /** The cluster whose clients they are, and where in it they stand. */
  readonly viewpoint: Viewpoint
  /**
   * For session affinity: the client's address. The same client is led to the same cluster again for as long as
   * that is there.
   */
  readonly address: Address
  /** Whether it may see `_explain` names: for others those are REFUSED (answers.md 2, row 12). */
  readonly mayExplain: boolean
}

/** What the server says of itself: by names of its own in class CH (answers.md 2, row 14), and by NSID. */
export interface ServerIdentity {
  /** What `version.bind` is told (RFC 4892). */
  readonly version: string
  /**
   * What NSID (RFC 5001) and `id.server` are told, the host's name unless `dns.id` says otherwise; null: it does not
   * tell.
   */
  readonly id: string | null
}

/**
 * What a question comes to. One table (reply.ts) gives each kind its RCODE, AA, SOA and EDE, so that a new kind does
 * not compile until it has decided.
 */
export type Answer =
  | Records
  /** What the server says of itself, for one of its own names in class CH (RFC 4892). */
  | { readonly kind: 'identity'; readonly answers: readonly RR[] }
  /** The name is there, and has no record of the type (RFC 2308, 2.2). */
  | { readonly kind: 'noData'; readonly zone: Zone }
  /** There is no such name, nor any below it (RFC 8020). */
  | { readonly kind: 'nameError'; readonly zone: Zone }
  /** The service is there, and the asker can be led to nobody; `reason`: for its EDE text. */
  | { readonly kind: 'noRoute'; readonly zone: Zone; readonly reason: string }
  /** A transfer of what is no zone of ours. */
  | { readonly kind: 'notAZone' }
  /** `outOfZone`: of no zone of ours; `prohibited`: an explanation, and `transfer`: a zone, for whom they are not. */
  | { readonly kind: 'refused'; readonly because: 'outOfZone' | 'prohibited' | 'class' | 'transfer' }
  /** Nothing is said of the name before a cluster that may have it was heard: SERVFAIL, with `reason`. */
  | { readonly kind: 'notReady'; readonly zone: Zone; readonly reason: string }

/** What an answer follows: nobody, where the asker stands, or the very address that asks. */
export type Follows = 'nobody' | 'viewpoint' | 'asker'

/** Records of the name, one at least. */
interface Records {
  readonly kind: 'records'
  /** The zone that the name lies in: the answer has authority (AA). */
  readonly zone: Zone
  /** The most useful first. */
  readonly answers: readonly RR[]
  /** `answers` falls into runs of so many whose order is left to chance; none: it stands. */
  readonly runs: readonly number[]
  /** Addresses of targets, of use to the asker. */
  readonly additional: readonly RR[]
  /** Clusters whose addresses the answer holds. */
  readonly clusters: readonly ClusterId[]
  /** `cluster-west last heard from …`, for each of them that is not live. */
  readonly dated: readonly string[]
  /** Whom a cache may give it to: a client subnet is told how wide it holds by this. */
  readonly follows: Follows
  /** There are more than these, which are more than the message holds that they were made for. */
  readonly more?: boolean
}
