import type { Address, Name, Serial } from '../../values/dns/index.ts'
import type { ClusterId, Clusterset, External, SaidPolicies } from '../../words/clusterset/index.ts'
import type { ImportType, Port, Protocol, ServiceKey } from '../../words/kube/index.ts'
import type { Export, LocalImport, ObjectProblems, ObjectsRead } from '../inventory/index.ts'
import type { Import } from '../synthesis/index.ts'
import type { ClusterEndpoint, ClusterShare, EndpointPlaces } from './places.ts'

/** What is configured of the zones, and of every record in them. Times in seconds. */
export interface ZoneSettings {
  /** Of the names that KEP-1645 gives services: `clusterset.local`, say. */
  readonly clusterset: Name
  /** Of the names without `svc`: `global`, say; null: there is no such zone. */
  readonly global: Name | null
  /** Template of the cluster zones, `{cluster}.local`. */
  readonly cluster: string | null
  /** What the cluster's own DNS answers for: `cluster.local`, say. */
  readonly clusterDomain: Name
  /** Names of federations, each with its clusters, the server's own among them; absent: there are none. */
  readonly federations?: ReadonlyMap<string, readonly ClusterId[]> | undefined
  /** Zones of hosts that ServiceEntries name, and whose those are; absent: there are none. */
  readonly entries?: { readonly zones: readonly Name[]; readonly cluster: ClusterId | null } | undefined
  /** Whether addresses that answers hold have PTR records. */
  readonly reverse: boolean
  /** The namespace of `<svc>.<global zone>`. */
  readonly defaultNamespace: string
  /** Of every record that is there. */
  readonly ttl: number
  /** Of what is not there (RFC 2308, 5). */
  readonly negativeTtl: number
  /** What secondaries are told. */
  readonly soa: { readonly refresh: number; readonly retry: number; readonly expire: number }
  /** Addresses of the name server's own name. */
  readonly advertise: readonly Address[]
  /** Clusters besides the server's own whose clients ask here (`clients.map`): what they are answered has PTR records too. */
  readonly mapped?: readonly ClusterId[]
}

/** A zone we are authoritative for. */
export type Zone = { readonly name: Name } & (
  | { readonly kind: 'clusterset' | 'global' | 'reverse' }
  | { readonly kind: 'cluster'; readonly cluster: ClusterId }
  | Omit<FederationZone, 'name'>
  | Omit<HostsZone, 'name'>
)

/** Hosts of ServiceEntries, each by its whole name. */
export interface HostsZone {
  readonly kind: 'entries'
  readonly name: Name
  /** Whose ServiceEntries they are; null: none are read. */
  readonly cluster: ClusterId | null
}

/** Services by a federation's name, from its clusters alone. */
export interface FederationZone {
  readonly kind: 'federation'
  readonly name: Name
  /** Its name, as `zones.federations` has it. */
  readonly federation: string
  /** Those that are configured for it: nobody else's share is answered. */
  readonly clusters: readonly ClusterId[]
}

/** All that is known of one service: the unit of derivation. Equal content keeps its identity. */
export interface Entry {
  /** `namespace/name`, the two below. */
  readonly key: ServiceKey
  readonly namespace: string
  readonly name: string
  /** What each cluster holds under this name, in order of precedence. */
  readonly exports: readonly Export[]
  /** ServiceImports found in clusters, by cluster. */
  readonly imports: ReadonlyMap<ClusterId, LocalImport>
  /** What of the objects of this name cannot be read, by cluster. */
  readonly flaws: ObjectProblems
  /** The synthesized import; null when no cluster exports the service. */
  readonly import: Import | null
  /** What is said of its routing, besides what holds for all. */
  readonly policies: SaidPolicies
  /** The objects that this was read from, and those that say nothing; absent: none, and where queries are answered. */
  readonly objects?: ObjectsRead | undefined
  /** What stands behind its name besides what clusters export; absent: nothing. */
  readonly external?: External | undefined
}

/** What one zone publishes of a service: enough to know its names. */
export interface Published {
  /** Of the import, or in a cluster's own zone of that cluster's export. */
  readonly type: ImportType
  /** Those that SRV records are asked for by; of a Headless service each endpoint has its own numbers. */
  readonly ports: readonly Port[]
  /** Clusters that take part, in order of precedence. */
  readonly clusters: readonly ClusterId[]
  /** Headless: the ready endpoints of each cluster's last view, whatever its state. Never empty for Headless. */
  readonly shares: readonly ClusterShare[]
  /** Each of them, read when they are first asked for: a query seldom needs all. */
  readonly endpoints: readonly ClusterEndpoint[]
}

/** What a name below (or at) a service's name is. An empty non-terminal has names below it and no records. */
export type Node =
  /** The service's own name. */
  | { readonly kind: 'service' }
  /** `_http._tcp` before it (RFC 2782): a port by its name, whatever its number is where. */
  | { readonly kind: 'port'; readonly name: string; readonly protocol: Protocol }
  /** A host name of endpoints, or a cluster's before it: several endpoints may have one. */
  | { readonly kind: 'endpoint'; readonly endpoints: EndpointPlaces }
  /** The share of one cluster, by its id. */
  | { readonly kind: 'cluster'; readonly cluster: ClusterId }
  /** It has no records of any type: NOERROR, and no data (RFC 8020). */
  | { readonly kind: 'empty' }

/** What a name is, before anybody asks for a type. Falls out of the name tree alone. */
export type FoundName =
  /** In no zone of ours: REFUSED. */
  | { readonly kind: 'outOfZone' }
  /** It is not there; `shape` says whether that is known. */
  | { readonly kind: 'nameError'; readonly zone: Zone; readonly shape: Shape }
  /** There are names below it alone: it is there, without records. */
  | { readonly kind: 'empty'; readonly zone: Zone }
  /** `pointer`: a reverse zone may be one address, whose PTR record its apex has. */
  | { readonly kind: 'apex'; readonly zone: Zone; readonly pointer: Name | null }
  /** `ns.dns.` and the zone: what NS records lead to. */
  | { readonly kind: 'nameServer'; readonly zone: Zone }
  /** `dns-version.` and the zone (KEP-1645's DNS specification). */
  | { readonly kind: 'schemaVersion'; readonly zone: Zone }
  /** `_explain` before a service's name: TXT records that say why. */
  | { readonly kind: 'explanation'; readonly zone: Zone; readonly entry: Entry }
  /** A name of an address, of which there is a PTR record. */
  | { readonly kind: 'pointer'; readonly zone: Zone; readonly target: Name }
  | ServiceNode

/** A name of a service in a zone. `base` is the service's own name there, below which its other names stand. */
export interface ServiceNode {
  readonly kind: 'service'
  /** The zone that it was asked for in: what is published differs by zone. */
  readonly zone: Zone
  readonly entry: Entry
  /** What of the entry that zone has. */
  readonly published: Published
  readonly node: Exclude<Node, { kind: 'empty' }>
  readonly base: Name
}

/**
 * Of a name that no known cluster has: whether a cluster without a view could have it. `clusters` null: any cluster
 * could; a list: only these; empty: none, whatever they hold.
 */
export interface Shape {
  readonly clusters: readonly ClusterId[] | null
  /** Clusters whose share of the service could not be taken in, by a mistake of ours. */
  readonly failed?: readonly ClusterId[]
}

/** One candidate for the PTR record of an address. */
export interface Pointer {
  /** The name that the address has: of the service, or of the endpoint. */
  readonly target: Name
  /** An endpoint's name says more of an address than a service's: it is preferred. */
  readonly headless: boolean
  /** Of the export, Unix milliseconds: of several that are alike the oldest counts. 0: not known. */
  readonly createdAt: number
}

/** What went wrong in which cluster's share of a service: a sentence by cluster. */
export type Faults = ReadonlyMap<ClusterId, string>

interface Lookup<V> {
  /** undefined: there is none of that key. */
  readonly get: (key: string) => V | undefined
}

/** The entries of services. */
interface Entries extends Lookup<Entry>, Iterable<readonly [ServiceKey, Entry]> {
  /**
   * All, but undefined in place of those that say nothing of the cluster, where that can be told without decoding them.
   * Absent where nothing is to be decoded.
   */
  readonly naming?: (cluster: ClusterId) => Iterable<readonly [ServiceKey, Entry] | undefined>
}

/** PTR records by address. */
interface Pointers extends Lookup<Pointer>, Iterable<readonly [Address, Pointer]> {
  /** Whether the name of some address that has one is below a reverse name, or it: an empty non-terminal is there. */
  readonly hasBelow: (name: Name) => boolean
}

/** What a query reads: one frozen value. */
export interface Snapshot {
  /** As configured when the snapshot was made: a reload makes another one. */
  readonly settings: ZoneSettings
  /** Which clusters there are, how fresh the view of each is, and what routing should do. */
  readonly clusterset: Clusterset
  /** By name. All that is authoritative here. */
  readonly zones: ReadonlyMap<Name, Zone>
  /** Of each zone, as its SOA record has it. */
  readonly serials: ReadonlyMap<Name, Serial>
  /** By service key: those of which any cluster says anything. */
  readonly entries: Entries
  /** How many services stand behind a namespace of a zone, imports of a type, …: kept by difference (tally.ts). */
  readonly tally: Lookup<number> & Iterable<readonly [string, number]>
  /** The one PTR record of each address. */
  readonly pointers: Pointers
  /** Services that are not as their clusters say, by a mistake of ours. Not known where queries are answered. */
  readonly faults: Lookup<Faults>
  /** Every cluster has had a view, or start-up has taken long enough. */
  readonly settled: boolean
}
