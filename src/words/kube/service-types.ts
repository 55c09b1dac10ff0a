import type { Address, Family } from '../../values/dns/index.ts'
import type { Meta } from './object-types.ts'

/** The protocol of a port. */
export type Protocol = 'TCP' | 'UDP' | 'SCTP'

/** A port as a client sees it: of a Service or of a ServiceImport. `name` may be ''. */
export interface Port {
  readonly name: string
  /** TCP where the object does not say. */
  readonly protocol: Protocol
  /** From 1 to 65,535. */
  readonly port: number
  /** `appProtocol`, a qualified name; null: not said. No answer says it, ServiceImports do. */
  readonly appProtocol: string | null
}

/** A core/v1 Service, as much of it as answers need. */
export interface Service extends Meta {
  readonly kind: 'Service'
  /** ExternalName is an alias of another name, and exports nothing. */
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
  /**
   * `clusterIP: None`: its endpoints are the answer, not an address of its own. Said by `clusterIP`, or first in
   * `clusterIPs`.
   */
  readonly headless: boolean
  /** `spec.clusterIPs`, one for each family at most; none of a headless Service. Of older clusters `spec.clusterIP`. */
  readonly clusterIPs: readonly Address[]
  /** `spec.ipFamilies`; empty when a cluster without dual stack does not say. */
  readonly ipFamilies: readonly Family[]
  /** `spec.ports`, in order. */
  readonly ports: readonly Port[]
  /** Of those that are served at each node too; absent: none is. Of types NodePort and LoadBalancer alone. */
  readonly nodePorts?: readonly NodePort[]
  /** `status.loadBalancer.ingress`: addresses and host names, in order. At most a thousand. */
  readonly ingress: readonly Ingress[]
  /** ClientIP: a client is answered the same cluster again as long as that is there. */
  readonly sessionAffinity: 'None' | 'ClientIP'
  /** Seconds; null when unset. From 1 to 86,400. */
  readonly sessionAffinityTimeout: number | null
  /**
   * Local: `spec.internalTrafficPolicy` asks that traffic stays where it comes from; across clusters that is the
   * cluster.
   */
  readonly internalTrafficPolicy: 'Cluster' | 'Local'
  /** `spec.trafficDistribution`, as written; null when unset. */
  readonly trafficDistribution: string | null
  /** Endpoints count whether they are ready or not. */
  readonly publishNotReadyAddresses: boolean
  /** Made from a ServiceImport by some MCS implementation, so never an export of its own. */
  readonly derived: boolean
  /** What it says of itself; read only where that may export it without a ServiceExport. */
  readonly said?: ServiceWords
  /** `spec.selector`; read only where objects of Istio are. Absent: it has none. */
  readonly selector?: Readonly<Record<string, string>>
}

/** What of a Service decides whether its cluster exports it without a ServiceExport. */
export interface ServiceWords {
  /** `spec.selector`: its endpoints are found, and nobody need write them. */
  readonly hasSelector: boolean
  /** It is the one of a Meridian itself. By label `app.kubernetes.io/name` or `app.kubernetes.io/part-of`. */
  readonly isMeridians: boolean
  /** Empty unless configuration selects by them. */
  readonly labels: Readonly<Record<string, string>>
  /** null: it is not global in Cilium's sense, or configuration does not ask. */
  readonly cilium: CiliumTags | null
}

/** What Cilium's annotations say of a global Service. */
export interface CiliumTags {
  /** Other clusters use its endpoints. */
  readonly isShared: boolean
  /** Which endpoints the clients of its cluster prefer; null: it does not say. */
  readonly affinity: Affinity | null
}

/**
 * How near clusters are, in Cilium's sense: `local` is nearest first, whatever the general distribution; `remote` has the
 * viewpoint's own cluster come last; of `none` all are alike.
 */
export type Affinity = (typeof AFFINITIES)[number]

/** What annotation `service.cilium.io/affinity` may say, or `io.cilium/service-affinity`, its older name. */
export const AFFINITIES = ['local', 'remote', 'none'] as const

/** An address or a host name at which a load balancer is reached: one of `status.loadBalancer.ingress`. */
export type Ingress = { readonly address: Address } | { readonly hostname: string }

/** At which port of each node a port of a Service is served. */
export interface NodePort {
  readonly protocol: Protocol
  /** The Service's own number. */
  readonly port: number
  /** That of the nodes, mostly from 30,000 to 32,767. Every node of a cluster has the same. */
  readonly nodePort: number
}
