import type { Address, Family } from '../../values/dns/index.ts'
import type { ClusterId, Reach, ServicePolicy, ShareRoute } from '../../words/clusterset/index.ts'
import type { ImportType, Ingress, NodePort, Port } from '../../words/kube/index.ts'
import type { Endpoints, StrayAddresses } from './endpoint-types.ts'

/**
 * What one cluster holds under one service's name. Only `valid` ones take part in the clusterset; each of the
 * others says why it does not (KEP-1645, condition Valid; answers.md 2, "Which services").
 */
export type Export =
  | ({ readonly kind: 'valid' } & ExportHead & Exported)
  | ({
      /** Why it does not count. */
      readonly kind: InvalidKind
      /** Of `notExported`: why the key of configuration in `by` does not export it, a sentence. Absent: no key could have. */
      readonly declined?: string | undefined
    } & ExportHead)

/** The reasons for which an export does not count: `explain` and the condition Valid say them as sentences. */
export const INVALID_KINDS = [
  /** There is no Service of that name beside what exports it. */
  'noService',
  /** That Service is an ExternalName, which is another name's alias. */
  'invalidServiceType',
  /** The configuration keeps its namespace from exporting. */
  'namespaceDenied',
  /** The Service was made from a ServiceImport, so what it stands for is other clusters' already. */
  'derived',
  /** There is a Service, and nothing says that it is exported. */
  'notExported',
  /** Its Service or its ServiceExport cannot be read. */
  'unreadable',
  /** It could not be taken in, by a mistake of ours, and nothing was known of it before. */
  'failed',
] as const

/** One of those reasons. */
type InvalidKind = (typeof INVALID_KINDS)[number]

/** An export that counts: what synthesis merges and routing sends clients to. */
export type ValidExport = Extract<Export, { kind: 'valid' }>

/** The head of an export, valid or not: whose it is, and since when. */
export interface ExportHead {
  /** The cluster that holds it. */
  readonly cluster: ClusterId
  /**
   * When its ServiceExport was made, in Unix milliseconds; without one, when the object was made that exports it: the
   * Service itself, or an object of a registry or of Istio. The oldest export comes first; 0: not said, so it comes last.
   */
  readonly createdAt: number
  /**
   * What exports it where that is no ServiceExport: a key of configuration, `clusters[].exports.all`, or an object of a
   * registry with the view that has it, `MultiClusterService shop/web in …`. For `explain`.
   */
  readonly by?: string | undefined
}

/**
 * One cluster's share of a service: what its Service, its EndpointSlices and its ServiceExport say that other clusters can
 * use. Made by `exported.ts`; for an export that a ServiceEntry makes, by `entry-export.ts`.
 */
export interface Exported {
  /** `Headless` if its Service has `clusterIP: None`, else `ClusterSetIP`. */
  readonly type: ImportType
  /** The ports of its Service, in its order: the first thousand. */
  readonly ports: readonly Port[]
  /** The Service's own addresses, without those that nobody can be sent to (loopback and the like); none of a Headless one. */
  readonly clusterIPs: readonly Address[]
  /** The families that the Service says it has; where it says none, those of `clusterIPs`. 4 before 6. */
  readonly ipFamilies: readonly Family[]
  /** Where its load balancer is reached: addresses that are believed to be the cluster's, and host names, not resolved yet. */
  readonly ingress: readonly Ingress[]
  /** `spec.sessionAffinity` of the Service. What the import has is that of the first export, here and in the next three. */
  readonly sessionAffinity: 'None' | 'ClientIP'
  /** How long a client stays with its endpoint, in seconds from 1 to 86,400; null: not said. */
  readonly sessionAffinityTimeout: number | null
  /** `Local`: the Service asks that its traffic stays in the cluster that it comes from. */
  readonly internalTrafficPolicy: 'Cluster' | 'Local'
  /** `spec.trafficDistribution` as it is written, `PreferClose` say; null: not said. */
  readonly trafficDistribution: string | null
  /** Labels for the ServiceImports of others: `spec.exportedLabels` of the ServiceExport, none of the Service's own. */
  readonly labels: Readonly<Record<string, string>>
  /** Annotations for the ServiceImports of others: `spec.exportedAnnotations` of the ServiceExport. */
  readonly annotations: Readonly<Record<string, string>>
  /** Its relative weight in draws, by annotation `meridian-dns.io/weight`; 0 drains; null: not said, or no number. */
  readonly weight: number | null
  /** How other clusters get to it, by annotation `meridian-dns.io/reach`; null: as `clusters[].reach` says. */
  readonly reach: Reach | null
  /** The cluster's own endpoints, and none that were mirrored into it from other clusters. */
  readonly endpoints: Endpoints
  /** The ports that its Service has on each node; empty unless `reach` is `nodePort`, here or for the whole cluster. */
  readonly nodePorts: readonly NodePort[]
  /** Addresses of endpoints and of load balancers that are not the cluster's as declared; empty for most. */
  readonly strays: readonly StrayAddresses[]
  /** What the annotations of its ServiceExport say of routing (answers.md 4.3); absent: nothing that counts. */
  readonly policy?: ServicePolicy | undefined
  /** What of it does not count, for `explain`, `check` and the condition of its ServiceExport; empty: all does. */
  readonly remarks: readonly ExportRemark[]
  /** The way to it that ServiceEntries say, which is taken where `reach` comes to `auto`; absent: they say none. */
  readonly route?: ShareRoute | undefined
}

/** A part of an export that does not count, while the rest of it does. */
export interface ExportRemark {
  /** `annotation`: one of its ServiceExport means nothing. `ports`: its Service has more than count. */
  readonly about: 'annotation' | 'ports'
  /** What is wrong, as a sentence: `meridian-dns.io/weight: "lots" is not a whole number from 0 up`. */
  readonly problem: string
}
