import type { Address } from '../../values/dns/index.ts'
import type { Octets } from '../../values/packed/index.ts'
import type { Meta } from './object-types.ts'
import type { Protocol } from './service-types.ts'

/**
 * A discovery.k8s.io/v1 EndpointSlice: some of a service's endpoints, with the ports that all of them have. A service has as
 * many as it needs; together they are read in `world/inventory/endpoints.ts`.
 */
export interface EndpointSlice extends Meta {
  readonly kind: 'EndpointSlice'
  /** Label `kubernetes.io/service-name`: the Service whose endpoints these are; null: only `importedService` is said. */
  readonly service: string | null
  /**
   * Label `multicluster.kubernetes.io/service-name`: the service whose endpoints an MCS implementation mirrored here from
   * another cluster (KEP-1645); null: these were not mirrored so.
   */
  readonly importedService: string | null
  /** Label `multicluster.kubernetes.io/source-cluster`: the cluster that these were mirrored from; null: its own. */
  readonly sourceCluster: string | null
  /**
   * Label `endpointslice.kubernetes.io/managed-by`, `endpointslice-controller.k8s.io` for what Kubernetes itself writes.
   * Those of some managers are mirrored too (`ignoreManagedBy`). null: not said.
   */
  readonly managedBy: string | null
  /** What all of its addresses are. FQDN is deprecated and holds host names, so none of its endpoints counts. */
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN'
  /** Its endpoints, packed, since there are many: `endpointsIn` gives them as SliceEndpoints. At most 1,000. */
  readonly endpoints: Octets
  /** The ports of each of its endpoints; null: any port, of which no client could be told, so it counts as none. */
  readonly ports: readonly SlicePort[] | null
  /**
   * Annotation `endpoints.kubernetes.io/last-change-trigger-time`, when the change happened that it tells of, in Unix
   * milliseconds: it serves to measure how long changes take. null: absent, or no time.
   */
  readonly triggeredAt: number | null
}

/**
 * One endpoint of a slice, as it is written: which of them count is decided by whoever reads all slices of its service.
 * Conditions keep the three values that they have in the API: null is "not said".
 */
export interface SliceEndpoint {
  /** Its addresses, in order; at most 100. */
  readonly addresses: readonly Address[]
  /** What stands among its addresses and is none, as written: a host name, say. It is counted and told. */
  readonly strays: readonly string[]
  /** Its `hostname`, a DNS label by which a Headless service has it, `db-0`; null: it goes by its address. */
  readonly hostname: string | null
  /**
   * The UID of what it stands for, mostly a pod (`targetRef.uid`), as `uidOf` packs it: by it the slices of a service tell
   * of one endpoint. null: it has none, so it is told by its address.
   */
  readonly uid: string | null
  /** Whether it takes new connections; null counts as true. */
  readonly ready: boolean | null
  /** Whether it answers, be it about to end or not; null counts as false. */
  readonly serving: boolean | null
  /**
   * Whether it is about to end; null counts as false. One that is, and still serves, answers only where none is ready
   * (KEP-1669).
   */
  readonly terminating: boolean | null
  /** The zone that its node stands in, `us-east-1a`; null: not said. */
  readonly zone: string | null
}

/** A port of an EndpointSlice. */
export interface SlicePort {
  /** The name of the Service's port that it stands for, which joins the ports of several slices; "" for the only one. */
  readonly name: string
  /** What the port speaks; TCP where the slice does not say. */
  readonly protocol: Protocol
  /** The number that the endpoints listen on; null: any, which is no port that a client could be told. */
  readonly port: number | null
}
