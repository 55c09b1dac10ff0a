import type { Address, Family } from '../../values/dns/index.ts'
import type { ClusterId, Reach, ServicePolicy, ShareRoute } from '../../words/clusterset/index.ts'
import type { ImportType, Ingress, NodePort, Port } from '../../words/kube/index.ts'
import type { Endpoints, StrayAddresses } from './endpoint-types.ts'

/** One cluster's share of a service: what its Service says that other clusters can use. */
export interface Exported {
  /** Headless, if its Service has no cluster IP. */
  readonly type: ImportType
  /** Of the Service, the first thousand. */
  readonly ports: readonly Port[]
  /** Those that somebody can be sent to: what nobody can reach is left out. */
  readonly clusterIPs: readonly Address[]
  /** The Service's own; where it does not say, those of its addresses. 4 before 6. */
  readonly ipFamilies: readonly Family[]
  /** Addresses and host names of its load balancer that are believed to be the cluster's. */
  readonly ingress: readonly Ingress[]
  /** `spec.sessionAffinity`: what the import says is decided by the first export. */
  readonly sessionAffinity: 'None' | 'ClientIP'
  /** Seconds; null when unset. From 1 to 86,400. */
  readonly sessionAffinityTimeout: number | null
  /** `spec.internalTrafficPolicy`, likewise. */
  readonly internalTrafficPolicy: 'Cluster' | 'Local'
  /** `spec.trafficDistribution`, likewise; null: not said. */
  readonly trafficDistribution: string | null
  /** Those that the export asks others to have; none of the Service's own. */
  readonly labels: Readonly<Record<string, string>>
  /** The same of annotations. */
  readonly annotations: Readonly<Record<string, string>>
  /** The export's own `meridian-dns.io/weight` and `/reach`; null when it has none that is valid. */
  readonly weight: number | null
  readonly reach: Reach | null
  /** Its own, whatever other clusters mirrored into it. */
  readonly endpoints: Endpoints
  /** The node ports of its Service, where that is how it is reached. Else empty. */
  readonly nodePorts: readonly NodePort[]
  /** Endpoints that are observed only, and load balancers' addresses: refused ones are not in `ingress`. */
  readonly strays: readonly StrayAddresses[]
  /** What its annotations say of routing; absent: nothing. */
  readonly policy?: ServicePolicy | undefined
  readonly remarks: readonly ExportRemark[]
  /** Where others reach it, as an object says; absent: as its cluster says. */
  readonly route?: ShareRoute | undefined
}

/** What of an export does not count. */
export interface ExportRemark {
  /** `annotation`: one of its ServiceExport that could not be understood. `ports`: those of its Service beyond a bound. */
  readonly about: 'annotation' | 'ports'
  readonly problem: string
}

/**
 * What one cluster holds under one service's name. Only `valid` ones take part in the clusterset; each of the
 * others says why it does not (KEP-1645, condition Valid; answers.md 2, "Which services").
 */
export type Export =
  | ({ readonly kind: 'valid' } & ExportHead & Exported)
  | ({
      readonly kind: InvalidKind
      /** Of one that a key of configuration, `by`, could have exported: why it does not. */
      readonly declined?: string | undefined
    } & ExportHead)

/**
 * `unreadable`: its Service or its ServiceExport cannot be read. `failed`: nothing is known of it, by a mistake of ours:
 * what the cluster holds could not be taken in.
 */
export const INVALID_KINDS = [
  'noService',
  'invalidServiceType',
  'namespaceDenied',
  'derived',
  'notExported',
  'unreadable',
  'failed',
] as const

type InvalidKind = (typeof INVALID_KINDS)[number]

/** An export that counts. */
export type ValidExport = Extract<Export, { kind: 'valid' }>

/**
 * The head of an export: whose it is, and since when. `createdAt`: of the ServiceExport, Unix milliseconds; without
 * one, of the Service. 0: it does not say.
 */
export interface ExportHead {
  readonly cluster: ClusterId
  readonly createdAt: number
  /** By what it is exported, where that is no ServiceExport: `clusters[].exports.all`. */
  readonly by?: string | undefined
}
