import type { ListenKey } from '../../server/transport/index.ts'
import type { AllowedExec, CredentialsChoice } from '../../sources/apiserver/index.ts'
import type { SourceChoice } from '../../sources/kinds/index.ts'
import type { Address, Name, Prefix } from '../../values/dns/index.ts'
import type {
  AddressRules,
  Cluster,
  ClusterId,
  Coordinates,
  ExportingRules,
  Locality,
  NamespaceFilter,
  Precedence,
  RoutingPolicy,
  ServicePolicy,
} from '../../words/clusterset/index.ts'
import type { ExportGroup, ServiceKey } from '../../words/kube/index.ts'
import type { ConfigProblem } from './problems.ts'

/**
 * What meridian.yaml, the environment and the flags say together: checked, defaults filled in, deeply frozen.
 * Durations are milliseconds, paths absolute, names canonical. Each key's meaning: docs/reference/configuration.md.
 */
export interface Config {
  /** The file it was read from, as it was named. */
  readonly file: string
  readonly zones: Zones
  readonly global: { readonly defaultNamespace: string }
  readonly dns: DnsConfig
  readonly admin: { readonly listen: HostPort }
  /** null: probes ask the admin server alone. */
  readonly health: { readonly listen: HostPort | null }
  readonly local: Local
  readonly clusters: readonly ClusterConfig[]
  readonly registries: readonly Registry[]
  readonly addresses: Omit<AddressRules, 'ranges'>
  /** Whose export decides what exports disagree on. */
  readonly precedence: Precedence
  readonly ignoreManagedBy: readonly string[]
  readonly clients: {
    readonly trustClientSubnet: boolean
    readonly map: readonly ClientPlace[]
    readonly geo: Geo | null
    /** Whose endpoints ask from their zones; null: nobody's. */
    readonly fromService: ServiceKey | null
  }
  readonly routing: RoutingConfig
  readonly istio: IstioConfig
  readonly controller: ControllerConfig
  readonly clusterStates: { readonly downAfter: number; readonly upAfter: number }
  /** What one cluster may cost; null: as the heap has it. */
  readonly budgets: { readonly octets: number | null; readonly objects: number; readonly line: number }
  readonly startup: { readonly timeout: number }
  readonly state: { readonly dir: string | null }
  readonly transfer: { readonly allow: readonly Prefix[] }
  readonly log: { readonly level: LogLevel }
  /** What looks like a mistake but may be meant: to be logged, no reason to stop. */
  readonly warnings: readonly ConfigProblem[]
}

/** What holds in general, and what single services override. */
export interface RoutingConfig extends RoutingPolicy {
  readonly services: ReadonlyMap<ServiceKey, ServicePolicy>
}

/** Whose objects of Istio are policies; `cluster` null: nobody's. */
interface IstioConfig {
  readonly cluster: ClusterId | null
  readonly rootNamespace: string
  readonly trustedNamespaces: readonly string[]
  readonly virtualServices: { readonly gateways: readonly string[] }
  /** By header and value. */
  readonly headers: Readonly<Record<string, Readonly<Record<string, Locality>>>>
  readonly entries: { readonly export: boolean }
}

/** The suffixes that Meridian answers for; null: that zone is off. */
export interface Zones {
  readonly clusterset: Name
  readonly global: Name | null
  /** A cluster's own zone, `{cluster}` standing for its id. */
  readonly cluster: string | null
  readonly reverse: boolean
  /** Of hosts of ServiceEntries. */
  readonly entries: readonly Name[]
  /** By name. */
  readonly federations: Readonly<Record<string, { readonly clusters: readonly ClusterId[] }>>
}

export const UDP_WAYS = ['batches', 'dgram'] as const

/** By each key of the table of transports where these listen: `listen` has UDP and TCP on each, at least one. */
interface DnsConfig extends Readonly<Record<ListenKey, readonly HostPort[]>> {
  /** Addresses of the name server's own name. */
  readonly advertise: readonly Address[]
  /** Seconds, as in messages. */
  readonly ttl: number
  readonly negativeTtl: number
  /** What secondaries are told, in seconds. */
  readonly soa: { readonly refresh: number; readonly retry: number; readonly expire: number }
  /** Octets of the longest UDP reply. */
  readonly udpSize: number
  readonly udp: (typeof UDP_WAYS)[number]
  /** Threads that answer UDP; null: as many as the CPUs suggest. */
  readonly workers: number | null
  /** What `id.server` and NSID say; null: they are refused. */
  readonly id: string | null
  readonly explain: { readonly allow: readonly Prefix[] }
  /** Resolvers for load balancers' host names; empty: those of /etc/resolv.conf. */
  readonly upstreams: readonly HostPort[]
  readonly tcp: {
    readonly connections: number
    readonly perClient: number
    readonly idle: number
    readonly message: number
  }
}

/** A host (an address in its usual text, or a host name where one is allowed) and a port. */
export interface HostPort {
  readonly host: string
  readonly port: number
}

/** Where this server and, unless `clients` says otherwise, its clients stand. */
export interface Local {
  /** null only when all clusters come from registries and none is named. */
  readonly cluster: ClusterId | null
  readonly locality: Locality | null
  readonly clusterDomain: Name
}

/** A member cluster as declared: what routing reads, and where its objects come from. */
export interface ClusterConfig extends DeclaredCluster {
  readonly source: SourceChoice
}

/** The same without where its objects come from. */
export interface DeclaredCluster extends Omit<Cluster, 'freshness' | 'slow'> {
  readonly probe: Probe | null
  /** The only namespaces whose objects are read; none: all. */
  readonly namespaces: readonly string[]
  /** Where it is on the globe; null: nobody said. */
  readonly coordinates: Coordinates | null
  /** Whose ServiceExports are read besides those of multicluster.x-k8s.io. */
  readonly exportGroups: readonly ExportGroup[]
  /** Absent: by ServiceExports alone. */
  readonly exporting?: ExportingRules | undefined
  /** Its ServiceExports say how a service is routed for the clients of all clusters. */
  readonly mayRoute?: boolean | undefined
}

/** A bounded TCP connect per interval to one of a cluster's data-path addresses. */
interface Probe {
  readonly tcp: readonly HostPort[]
  readonly interval: number
  readonly timeout: number
  readonly failAfter: number
  readonly slow: number
  readonly slowFor: number
}

/** Where clusters are found at run time: of one kind, whose key it has. */
export interface Registry {
  /** Whose API server has its objects; absent: that of the cluster which this server runs in. */
  readonly server?: CredentialsChoice | undefined
  /** Programs that its objects may have run; absent: none. */
  readonly execs?: readonly AllowedExec[] | undefined
  readonly secrets?: { readonly namespace: string; readonly selector: string } | undefined
  readonly clusterProfiles?: ProfilesConfig | undefined
  readonly kubefed?: { readonly namespace: string } | undefined
  readonly karmada?: KarmadaRegistry | undefined
}

/** ClusterProfiles as a registry. */
export interface ProfilesConfig {
  /** Only those in namespaces that are labelled so. */
  readonly clusterset: string
  /** Properties that say where a cluster stands: of the first entry that it has one of, its region, zone and subzone. */
  readonly locality: readonly (readonly string[])[]
  /** Where the Secrets of providers are; null: beside each profile. */
  readonly secrets: { readonly namespace: string | null }
  /** Of Open Cluster Management; null: its provider is not known. */
  readonly managedServiceAccount: string | null
}

/** How members of Karmada are reached: through its own API server, or by what its Secrets hold. */
export const KARMADA_WAYS = ['proxy', 'secrets'] as const

export interface KarmadaRegistry {
  readonly via: (typeof KARMADA_WAYS)[number]
  /** Of its Secrets. */
  readonly namespace: string
  /** Clusters with NoExecute taints are drained. */
  readonly drainOnTaint: boolean
  /** How replicas are divided is how draws are. */
  readonly weights: boolean
}

/** Clients stand where a GeoIP database says. */
interface Geo {
  /** Of the file. */
  readonly database: string
  /** By continent, country and subdivision, and `*`; null: at the nearest cluster. */
  readonly map: ReadonlyMap<string, Locality> | null
}

/** Clients of one prefix stand elsewhere than this server. */
export interface ClientPlace {
  readonly prefix: Prefix
  /** null only where `local.cluster` is. */
  readonly cluster: ClusterId | null
  /** null: the cluster's, which has none or is not known yet. */
  readonly locality: Locality | null
}

export const CLUSTER_SET_IPS = ['derived', 'none'] as const

export const WRITES = ['local', 'all'] as const

/** What is written back to clusters. */
interface ControllerConfig {
  readonly enabled: boolean
  readonly clusterSetIP: (typeof CLUSTER_SET_IPS)[number]
  readonly writes: (typeof WRITES)[number]
  readonly namespaces: NamespaceFilter
  readonly lease: { readonly namespace: string; readonly name: string; readonly duration: number }
  readonly rate: { readonly perSecond: number; readonly burst: number }
}

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const

type LogLevel = (typeof LOG_LEVELS)[number]
