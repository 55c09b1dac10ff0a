import type { Address } from '../../values/dns/index.ts'
import type { Octets } from '../../values/packed/index.ts'
import type { Meta } from './object-types.ts'
import type { Protocol } from './service-types.ts'

/** A discovery.k8s.io/v1 EndpointSlice. */
export interface EndpointSlice extends Meta {
  readonly kind: 'EndpointSlice'
  /** Label `kubernetes.io/service-name`. null: a mirrored one has `importedService`. */
  readonly service: string | null
  /** Label `multicluster.kubernetes.io/service-name`. On slices that an MCS implementation mirrored (KEP-1645). */
  readonly importedService: string | null
  /** Label `multicluster.kubernetes.io/source-cluster`: these endpoints are another cluster's. null: its own. */
  readonly sourceCluster: string | null
  /** Label `endpointslice.kubernetes.io/managed-by`. */
  readonly managedBy: string | null
  /** Of all of its addresses. FQDN is deprecated, and no address: none of those endpoints counts. */
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN'
  /** Packed: `endpointsIn` has them. */
  readonly endpoints: Octets
  /** null: no restriction, which names no port. */
  readonly ports: readonly SlicePort[] | null
  /**
   * Annotation `endpoints.kubernetes.io/last-change-trigger-time` in Unix milliseconds. For measurement alone; null:
   * absent, or no time.
   */
  readonly triggeredAt: number | null
}

/** One endpoint of a slice. Conditions keep their three values: null is "not said". */
export interface SliceEndpoint {
  /** Which of them count is decided where they are read. */
  readonly addresses: readonly Address[]
  /** What stands among them and is none, as written: a name, in a slice of those. */
  readonly strays: readonly string[]
  /** A DNS label, under which a Headless service has it; null: it goes by its address. */
  readonly hostname: string | null
  /** Of what it stands for, a pod mostly, as `uidOf` has it: the same in every slice that tells of it. */
  readonly uid: string | null
  /** It takes new connections; not said: it does. */
  readonly ready: boolean | null
  /** It answers, whether it is about to end or not. Not said: it does not. */
  readonly serving: boolean | null
  /**
   * It is about to end. Not said: it is not. One that serves and is about to end answers only where none is ready
   * (KEP-1669).
   */
  readonly terminating: boolean | null
  /** `zone`: in which its node stands; null: not said. */
  readonly zone: string | null
}

/** A port of an EndpointSlice. */
export interface SlicePort {
  /** As its Service names it, which is what tells a port of one slice from that of another; "" for the only one. */
  readonly name: string
  readonly protocol: Protocol
  /** The endpoint's own number; null: no restriction, which is no port that a client could be told. */
  readonly port: number | null
}
