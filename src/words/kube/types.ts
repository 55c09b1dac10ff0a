import type { Branded } from '../../values/branded/index.ts'
import type { Address, Family } from '../../values/dns/index.ts'
import type { Octets } from '../../values/packed/index.ts'
import type { PlainValue } from './plain-yaml.ts'

/**
 * The key of a service, `namespace/name`: what a Service, its export and its import share. Namespace sameness makes it
 * the only join.
 */
export type ServiceKey = Branded<'service key'>

/** The key of any one object, `namespace/name`; a service's is one of them. */
export type ObjectKey = Branded<'object key' | 'service key'>

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

/** What the kinds below have in common. `createdAt` in Unix milliseconds, 0 when the object does not say. */
export interface Meta {
  /** A DNS label; "" for what stands in no namespace. `default` where a namespaced object does not say. */
  readonly namespace: string
  /** By its kind a DNS label, or a lower-case DNS name of up to 253 characters. */
  readonly name: string
  readonly createdAt: number
  /** What of the object could not be read and is left out, a sentence each; absent: nothing. */
  readonly flaws?: readonly string[]
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

/** A core/v1 Namespace. */
export interface Namespace extends Meta {
  readonly kind: 'Namespace'
  /** By which configuration may choose the namespaces whose Services a cluster exports. */
  readonly labels: Readonly<Record<string, string>>
  /** Annotation `clustermesh.cilium.io/global`, as written. */
  readonly global: string | null
}

/** An address or a host name at which a load balancer is reached: one of `status.loadBalancer.ingress`. */
export type Ingress = { readonly address: Address } | { readonly hostname: string }

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

/** At which port of each node a port of a Service is served. */
export interface NodePort {
  readonly protocol: Protocol
  /** The Service's own number. */
  readonly port: number
  /** That of the nodes, mostly from 30,000 to 32,767. Every node of a cluster has the same. */
  readonly nodePort: number
}

/** A port of an EndpointSlice. */
export interface SlicePort {
  /** As its Service names it, which is what tells a port of one slice from that of another; "" for the only one. */
  readonly name: string
  readonly protocol: Protocol
  /** The endpoint's own number; null: no restriction, which is no port that a client could be told. */
  readonly port: number | null
}

/** A multicluster.x-k8s.io ServiceExport, v1alpha1 or v1beta1. */
export interface ServiceExport extends Meta {
  readonly kind: 'ServiceExport'
  /** Annotations `meridian-dns.io/weight` and `meridian-dns.io/reach`, as written. */
  readonly weight: string | null
  /** How other clusters reach this export, before what `clusters[].reach` says; null: as that says. */
  readonly reach: string | null
  /** `spec.exportedLabels` (KEP-1645): for the ServiceImports that are made of it. */
  readonly exportedLabels: Readonly<Record<string, string>>
  /** The same of annotations: it may be a megabyte of them. */
  readonly exportedAnnotations: Readonly<Record<string, string>>
  /** What its annotations say of routing; absent: nothing. */
  readonly policy?: PolicyWords
}

/** What annotations say of a service's routing, by part: as values, of which nothing is known yet. */
export type PolicyWords = Readonly<
  Partial<Record<'weights' | 'distribute' | 'failover' | 'minHealthy', WrittenPart>>
>

/** The value of a text, or why it has none. */
export type WrittenPart = { readonly value: PlainValue } | { readonly problem: string }

/** A ServiceExport of another group that says the same; kinds are told apart as kubectl does. */
export interface OtherExport extends Omit<ServiceExport, 'kind'> {
  readonly kind: 'ServiceExport.net.gke.io'
}

/** A multicluster.x-k8s.io ServiceImport, v1alpha1 or v1beta1. */
export interface ServiceImport extends Meta {
  readonly kind: 'ServiceImport'
  readonly type: ImportType
  /** `spec.ips`, where clients of that cluster reach the service; none of a Headless one. */
  readonly ips: readonly Address[]
  /** `spec.ports`, as clients see them. */
  readonly ports: readonly Port[]
  /** Label `app.kubernetes.io/managed-by`. null: not said, so that it is not Meridian's. */
  readonly managedBy: string | null
}

/**
 * The type of a ServiceImport. ClusterSetIP: one address stands for all endpoints. Headless: clients are told the
 * endpoints (KEP-1645).
 */
export type ImportType = 'ClusterSetIP' | 'Headless'

/**
 * The name of a kind that is read: that of its row. Where two groups have the same, with the group:
 * `ServiceExport.net.gke.io`.
 */
export type Kind = string

/** An object of any kind that is read. Which one it is, its row tells. */
export interface KubeObject extends Meta {
  readonly kind: Kind
}

/** Which object: no two in one cluster share both. */
export interface ObjectId {
  readonly kind: Kind
  readonly key: ObjectKey
}

/** An object that is there but cannot be read. */
export interface UnreadableObject extends ObjectId {
  /** The service that it belongs to; null: it does not say so much. */
  readonly service: ServiceKey | null
  /** More that it may belong to; absent: none. */
  readonly others?: readonly ServiceKey[]
  /** Which object, where in it, and what would be right. */
  readonly problem: string
}

/** An object, read or not. */
export type Reported = KubeObject | UnreadableObject

/** Whether an object was reported that cannot be read. */
export const isUnreadable = (reported: Reported): reported is UnreadableObject => 'problem' in reported

/** The kind and the key of what was reported, readable or not. */
export const objectIdOf = (reported: Reported): ObjectId =>
  isUnreadable(reported) ? reported : { kind: reported.kind, key: keyOf(reported) }

/** The key of an object: `namespace/name`. */
export const keyOf = (object: Pick<Meta, 'namespace' | 'name'>): ObjectKey =>
  `${object.namespace}/${object.name}`

/** The namespace that an object stands in; '': in none. */
export const namespaceOf = (key: ObjectKey): string => key.slice(0, Math.max(0, key.indexOf('/')))

/** Whether an object stands in one of some namespaces; what stands in none is left aside by none. */
export function standsIn(namespaces: ReadonlySet<string>, key: ObjectKey): boolean {
  const namespace = namespaceOf(key)
  return namespace === '' || namespaces.has(namespace)
}

/**
 * `shop/`: all services of a namespace, for objects that may bear on any of them. No service has it, and none is derived
 * for it.
 */
export const namespaceKey = (namespace: string): ServiceKey => `${namespace}/`

/** Whether a key stands for all services of a namespace. */
export const isNamespaceKey = (key: ServiceKey): boolean => key.endsWith('/')

/** The key of the service that is called as an object is. */
export const serviceCalled = (object: Pick<Meta, 'namespace' | 'name'>): ServiceKey =>
  asService(keyOf(object))

/** The key of an object that is called as its service is, as the service's. */
export function asService(key: ObjectKey): ServiceKey {
  const text: string = key
  return text
}
