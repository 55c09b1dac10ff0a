import type { Address, Family } from '../../values/dns/index.ts'
import type { Meta } from './object-types.ts'

/** What a port speaks; TCP where an object does not say. */
export type Protocol = 'TCP' | 'UDP' | 'SCTP'

/** A port as a client sees it: of a Service or of a ServiceImport. */
export interface Port {
  /** Its name, `http`: SRV records are asked for by it. '': it has none, and so no SRV records. */
  readonly name: string
  /** What it speaks; two ports may have one number if this differs. */
  readonly protocol: Protocol
  /** The number that clients connect to, from 1 to 65,535. */
  readonly port: number
  /** `appProtocol`, `kubernetes.io/h2c` say; null: not said. No answer tells it, ServiceImports do. */
  readonly appProtocol: string | null
}

/** The port of each node at which a port of a Service is served (`spec.ports[].nodePort`). */
export interface NodePort {
  /** With `port`, which port of the Service it is. */
  readonly protocol: Protocol
  /** The Service's own number. */
  readonly port: number
  /** The number on the nodes, mostly from 30,000 to 32,767: the same on every node of a cluster. */
  readonly nodePort: number
}

/** Where a load balancer is reached, one of `status.loadBalancer.ingress`: an address, or a host name that is looked up. */
export type Ingress = { readonly address: Address } | { readonly hostname: string }

/**
 * A core/v1 Service, as much of it as answers need. Parsed in `service.ts`; with its export it becomes the cluster's share
 * of a service in `world/inventory/exported.ts`.
 */
export interface Service extends Meta {
  readonly kind: 'Service'
  /** `spec.type`; ClusterIP where it does not say. ExternalName is an alias of another name, and exports nothing. */
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
  /**
   * Whether its endpoints are the answer and not an address of its own: it has `None` for `clusterIP`, or first in
   * `clusterIPs`.
   */
  readonly headless: boolean
  /**
   * `spec.clusterIPs`, at most one of each family; of clusters before dual stack `spec.clusterIP`. None of a Headless
   * Service, or of one that was not given any yet.
   */
  readonly clusterIPs: readonly Address[]
  /** `spec.ipFamilies`, as 4 and 6; empty where a cluster without dual stack does not say. */
  readonly ipFamilies: readonly Family[]
  /** `spec.ports`, in order: all of them, though only the first thousand count in an export. */
  readonly ports: readonly Port[]
  /** Those of its ports that each node serves too; absent: none. Services of types NodePort and LoadBalancer have them. */
  readonly nodePorts?: readonly NodePort[]
  /** Where its load balancer is reached, `status.loadBalancer.ingress` in order; at most a thousand. */
  readonly ingress: readonly Ingress[]
  /** ClientIP: a client is led to the same cluster again for as long as that one answers. */
  readonly sessionAffinity: 'None' | 'ClientIP'
  /** `sessionAffinityConfig.clientIP.timeoutSeconds`, from 1 to 86,400 seconds; null: not said. */
  readonly sessionAffinityTimeout: number | null
  /** `spec.internalTrafficPolicy`. Local: traffic stays where it comes from, which across clusters is the cluster. */
  readonly internalTrafficPolicy: 'Cluster' | 'Local'
  /** `spec.trafficDistribution` as it is written, `PreferClose` say; null: not said. */
  readonly trafficDistribution: string | null
  /** `spec.publishNotReadyAddresses`: its endpoints count whether they are ready or not. */
  readonly publishNotReadyAddresses: boolean
  /**
   * Whether some MCS implementation made it from a ServiceImport: what it stands for are other clusters', so it is no
   * export.
   */
  readonly derived: boolean
  /** What decides whether it is exported without a ServiceExport; absent: configuration exports none of its cluster so. */
  readonly said?: ServiceWords
  /** `spec.selector`, read only where Istio's objects are; absent: it was not read, or there is none. */
  readonly selector?: Readonly<Record<string, string>>
}

/** What of a Service decides whether its cluster exports it without a ServiceExport (`clusters[].exports`). */
export interface ServiceWords {
  /** Whether it has a selector: its endpoints are found then, and nobody need write slices for it. */
  readonly hasSelector: boolean
  /** Whether it is a Meridian's own, by label `app.kubernetes.io/name` or `app.kubernetes.io/part-of`: never exported. */
  readonly isMeridians: boolean
  /** Its labels, for `exports.services`, which selects by them; empty unless that is configured. */
  readonly labels: Readonly<Record<string, string>>
  /** What Cilium's annotations say; null: it is not global in Cilium's sense, or `exports.annotations` does not ask. */
  readonly cilium: CiliumTags | null
}

/** What Cilium's annotations say of a global Service. */
export interface CiliumTags {
  /** `service.cilium.io/shared`: whether other clusters may use its endpoints. Not said: they may. */
  readonly isShared: boolean
  /** `service.cilium.io/affinity`: which endpoints the clients of its cluster prefer; null: it does not say. */
  readonly affinity: Affinity | null
}

/**
 * How near clusters are, in Cilium's sense: `local` is nearest first, whatever the general distribution; `remote` has the
 * viewpoint's own cluster come last; of `none` all are alike (answers.md 4.3).
 */
export type Affinity = (typeof AFFINITIES)[number]

/** What annotation `service.cilium.io/affinity` may say, or `io.cilium/service-affinity`, its older name. */
export const AFFINITIES = ['local', 'remote', 'none'] as const
