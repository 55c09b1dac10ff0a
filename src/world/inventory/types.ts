import type { ClusterView } from '../../sources/changes/index.ts'
import type { Address, Family, Name } from '../../values/dns/index.ts'
import type { Octets } from '../../values/packed/index.ts'
import type {
  AddressRules,
  Cluster,
  ClusterId,
  ExportingRules,
  Reach,
  SaidPolicies,
  ServicePolicy,
  ShareRoute,
} from '../../words/clusterset/index.ts'
import type { ImportType, Ingress, NodePort, Port, Protocol, ServiceKey } from '../../words/kube/index.ts'
import type { IstioRules, ObjectOutcome, ObjectSummary } from '../istio/index.ts'
import type { RegistryRules } from './registry-types.ts'

/** What of a cluster's declaration decides which of its objects count. */
export interface InventoryRules
  extends Pick<Cluster, 'id' | 'network' | 'reach' | 'podCIDRs' | 'loadBalancerCIDRs' | 'exportNamespaces'> {
  /** Which addresses count, and what all clusters declare of theirs. */
  readonly addresses: AddressRules
  /** Its place among the clusters where their order is what decides; null: age does. The lowest comes first. */
  readonly rank: number | null
  /** Managers whose slices mirror other clusters' endpoints. */
  readonly ignoreManagedBy: readonly string[]
  /** Absent: it exports by ServiceExports alone. */
  readonly exporting?: ExportingRules | undefined
  /** What its ServiceExports say of routing holds for the clients of all clusters, and not for its own alone. */
  readonly mayRoute?: boolean | undefined
  /** Where it stands, of the cluster whose pods may be endpoints of entries; absent: it is not asked for. */
  readonly locality?: Cluster['locality'] | undefined
}

/** Some clusters. */
export type Ids = Pick<ReadonlySet<ClusterId>, 'has'> & { readonly keys: () => Iterable<ClusterId> }

/** What rules look at: what every cluster holds, and what is declared of it. */
export interface Seen {
  /** What each cluster last said. */
  readonly views: ReadonlyMap<ClusterId, ClusterView>
  /** Of every cluster that there is, heard or not. */
  readonly rules: ReadonlyMap<ClusterId, InventoryRules>
  /** `routing.services`. */
  readonly configured: ReadonlyMap<ServiceKey, ServicePolicy>
  /** Whose objects of Istio are read; null or absent: nobody's. */
  readonly istio?: IstioRules | null | undefined
  /** How many hosts of zones of hosts are there at a name and below it; absent: that is not asked. */
  readonly hostsAt?: ((name: Name) => number) | undefined
  /** Those whose objects say something of services; absent: none. */
  readonly registries?: readonly RegistryRules[] | undefined
}

/** One who may say what a service's routing policy is, for the clients of which clusters. `exports`: in order of precedence. */
export type PolicyProvider = (key: ServiceKey, seen: Seen, exports: readonly Export[]) => SaidPolicies

/** One who tells what became of the objects that were read for a service, in force or not; of each kind apart. */
export type ObjectReader = (key: ServiceKey, seen: Seen, exports: readonly Export[]) => readonly ObjectsRead[]

/** What was read for a service besides what exports it. */
export interface ObjectsRead extends ObjectSummary {
  readonly first: readonly ObjectInCluster[]
}

/** An object that was read for a service, and the cluster that holds it. */
interface ObjectInCluster extends ObjectOutcome {
  readonly cluster: ClusterId
}

/** One way in which a cluster is said to export a service. The first of `EXPORT_RULES` that says something decides. */
export interface ExportRule {
  /** What the cluster exports under the service's name; undefined: nothing is said by this rule. */
  readonly exportOf: (key: ServiceKey, cluster: ClusterId, seen: Seen) => Export | undefined
  /** Whether it is said to export it, valid or not: told where a mistake of ours keeps `exportOf` from telling more. */
  readonly isWanted: (key: ServiceKey, cluster: ClusterId, seen: Seen) => boolean
  /** Where no rule says anything: why this one does not, of a Service that asks for it. Absent: nobody asks. */
  readonly whyNot?: (key: ServiceKey, cluster: ClusterId, seen: Seen) => Declined | undefined
  /**
   * The other clusters whose exports of the service may be others when one says something of it, as a hub says what its
   * members export. `before`: what was exported, where what is said no more was still said. Absent: none.
   */
  readonly bearsOn?: (
    key: ServiceKey,
    by: ClusterId,
    seen: Seen,
    before: readonly Export[],
  ) => Iterable<ClusterId>
}

type Declined = Pick<Extract<Export, { kind: InvalidKind }>, 'by' | 'declined'>

/** An endpoint that counts, under the host name that its per-endpoint DNS names carry. */
export interface Endpoint {
  /** A label: its own, or its first address with dashes. It begins those names. */
  readonly hostname: string
  /** Of one family, at least one; each once. A hundred at most: those beyond are ignored. */
  readonly addresses: readonly Address[]
  /** In which its node stands; null: no slice says so. */
  readonly zone: string | null
  /** Of all slices that tell of it, each once: names are those of the Service, numbers its own. */
  readonly ports: readonly EndpointPort[]
}

/** A port at which an endpoint serves. */
export interface EndpointPort {
  /** "" for a Service's only one. */
  readonly name: string
  readonly protocol: Protocol
  /** The endpoint's own number: what its Service calls targetPort may differ from one to another. */
  readonly port: number
}

/** What was left out of a cluster's endpoints, and by which rule. */
export interface Ignored {
  /** One of a fixed set of texts, as the label of a metric: none has in it what an object says. */
  readonly reason: string
  /** Endpoints, or addresses where a rule is about those. */
  readonly count: number
  /** One of them: an address, or the slice. The first that was met. */
  readonly example: string
}

/** Addresses that are not the cluster's, as far as anybody declared. */
export interface StrayAddresses extends Ignored {
  /** false: they are answered as long as `addresses.mode` is observe. true: no answer has them. */
  readonly refused: boolean
}

/** A cluster's endpoints of one service. */
export interface Endpoints {
  /** Those that count as ready, packed: `readyIn` has them. 5,000 of a family at most. */
  readonly ready: Octets
  /** How many those are; a dual-stack one is one. Those beyond 5,000 are counted too. */
  readonly count: number
  /** How many have a usable address, ready or not; a dual-stack one is one. */
  readonly total: number
  /** Why `ready` holds what it holds. */
  readonly basis: 'ready' | 'publishNotReadyAddresses' | 'serving while terminating'
  /** What is left out, by reason: what `explain` tells and a metric counts. */
  readonly ignored: readonly Ignored[]
}

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

/** A ServiceImport found in a cluster, with the endpoints that its implementation mirrored there. */
export interface LocalImport {
  readonly type: ImportType
  /** Where clients of its cluster reach the service, of a ClusterSetIP import. */
  readonly ips: readonly Address[]
  /** As it says, whatever its Service says. */
  readonly ports: readonly Port[]
  /** Some other implementation wrote it. Label `app.kubernetes.io/managed-by` does not name Meridian. */
  readonly foreign: boolean
  /** Ready endpoints by source cluster, in order of cluster id; none of them has none. */
  readonly endpoints: readonly ClusterEndpoints[]
}

/** One cluster's ready endpoints of a service, packed: `readyIn` has them. */
export interface ClusterEndpoints {
  /** Whose they are, which need be none that is watched: a mirrored one is known by name alone. */
  readonly cluster: ClusterId
  readonly ready: Octets
}

/** How a viewpoint reaches a cluster's share of a service (answers.md 4.1). */
export type Route =
  | NodePortRoute
  | {
      readonly kind: 'clusterIP' | 'endpoints' | 'loadBalancer' | 'gateway'
      readonly addresses: readonly Address[]
      /** Those that it has addresses of. */
      readonly families: readonly Family[]
    }
  | NoRoute

/** By nodes' addresses: each port of the Service is at another number, or at none. */
export interface NodePortRoute {
  readonly kind: 'nodePort'
  /** As `nodeAddresses` declares them of the cluster's nodes. */
  readonly addresses: readonly Address[]
  readonly families: readonly Family[]
  /** By protocol and the Service's own number. */
  readonly nodePorts: readonly NodePort[]
}

/** Why somebody is not reached: `brief` is for the asker's EDE text; `reasons` has each way that was tried. */
export interface NoRoute {
  readonly kind: 'none'
  readonly brief: string
  readonly reasons: readonly string[]
  /** A host name that it could lead by is looked up for the first time: whether there is a way is not known yet. */
  readonly pending?: string
  /** There is this way for whoever is told a port's number with the addresses. */
  readonly byPort?: NodePortRoute
}

/** All that the clusters hold under one service's name. */
export interface Holdings {
  /** `namespace/name`. */
  readonly key: ServiceKey
  /** In order of precedence: oldest first, those of unknown age last, then by cluster id. */
  readonly exports: readonly Export[]
  /** ServiceImports of that name, by the cluster that holds them. */
  readonly imports: ReadonlyMap<ClusterId, LocalImport>
  /** What of the objects of this name cannot be read, by cluster; none of them has none. */
  readonly flaws: ObjectProblems
  /** What went wrong, by cluster: of those it is what they held before, as far as anything was known. */
  readonly faults: ReadonlyMap<ClusterId, unknown>
}

/** Sentences, each with its object. Twenty at most for one service in one cluster. */
export type ObjectProblems = ReadonlyMap<ClusterId, readonly string[]>
