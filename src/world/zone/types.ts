import type { Address, Name, Serial } from '../../values/dns/index.ts'
import type { ClusterId, Clusterset, External, SaidPolicies } from '../../words/clusterset/index.ts'
import type { ImportType, Port, Protocol, ServiceKey } from '../../words/kube/index.ts'
import type { Export, LocalImport, ObjectProblems, ObjectsRead } from '../inventory/index.ts'
import type { Import } from '../synthesis/index.ts'
import type { ClusterEndpoint, ClusterShare, EndpointPlaces } from './places.ts'

/**
 * What is configured of the zones, and of every record in them (answers.md 1): made by `settingsOf` in
 * `app/config/flow.ts`. Times in seconds.
 */
export interface ZoneSettings {
  /** The zone of the names that KEP-1645 gives services: `clusterset.local`, say. */
  readonly clusterset: Name
  /** The zone of the names without `svc`: `global`, say; null: there is no such zone. */
  readonly global: Name | null
  /** Template of the cluster zones, `{cluster}.local`; null: there are none. */
  readonly cluster: string | null
  /** What the cluster's own DNS answers for: `cluster.local`, say. */
  readonly clusterDomain: Name
  /**
   * Names of federations, each with its clusters, the server's own first (answers.md 2, row 15); absent: there are none.
   */
  readonly federations?: ReadonlyMap<string, readonly ClusterId[]> | undefined
  /**
   * Zones of hosts that ServiceEntries name (answers.md 2, row 16), and the cluster whose entries are read, null: nobody's.
   * Absent: there are no such zones.
   */
  readonly entries?: { readonly zones: readonly Name[]; readonly cluster: ClusterId | null } | undefined
  /** Whether addresses that answers hold have PTR records (answers.md 6). */
  readonly reverse: boolean
  /** The namespace that `<svc>.<global zone>` leaves out, `default` unless it is configured. */
  readonly defaultNamespace: string
  /** The TTL of every record that is not said to have another. */
  readonly ttl: number
  /** The TTL of an SOA record, and so of the answer that something is not there (RFC 2308, 5). */
  readonly negativeTtl: number
  /** What secondaries are told by the SOA record: how often to ask, how soon again, how long to answer without. */
  readonly soa: { readonly refresh: number; readonly retry: number; readonly expire: number }
  /** Addresses of the name server's own name, `ns.dns.` and the clusterset zone; empty: it has no address records. */
  readonly advertise: readonly Address[]
  /**
   * Clusters besides the server's own whose clients ask here (`clients.map`): what they are answered has PTR records
   * too.
   */
  readonly mapped?: readonly ClusterId[]
}

/**
 * A zone that is answered here with authority (answers.md 1). `cluster` is the cluster whose share of each service it has;
 * of the kinds with more to say, two have a type of their own. `zonesOf` makes all of them out of the settings.
 */
export type Zone = { readonly name: Name } & (
  | { readonly kind: 'clusterset' | 'global' | 'reverse' }
  | { readonly kind: 'cluster'; readonly cluster: ClusterId }
  | Omit<FederationZone, 'name'>
  | Omit<HostsZone, 'name'>
)

/** A zone of hosts of ServiceEntries, each by its whole name: `db.corp.example` in `corp.example`. */
export interface HostsZone {
  readonly kind: 'entries'
  /** One of `zones.entries`, `corp.example`; of `*.corp.example` there the part behind the asterisk. */
  readonly name: Name
  /** Whose ServiceEntries they are; null: none are read. */
  readonly cluster: ClusterId | null
}

/** The zone of a federation, `<federation>.svc.<cluster domain>`: services of its clusters alone, as KubeFed named them. */
export interface FederationZone {
  readonly kind: 'federation'
  readonly name: Name
  /** The federation's own name, as `zones.federations` has it. */
  readonly federation: string
  /** Its clusters: nobody else's share is answered. */
  readonly clusters: readonly ClusterId[]
}

/**
 * All that is known of one service: the unit of derivation. `derive.ts` makes it when the service is dirty; names, answers
 * and `explain` are read from it. Equal content keeps its identity, down to each part.
 */
export interface Entry {
  /** The two below as one, `shop/cart`: by this it is found, and by this services become dirty. */
  readonly key: ServiceKey
  /** The namespace, the same in all clusters; '' for a host of ServiceEntries, which is in none. */
  readonly namespace: string
  /** The service's name, a DNS label; or the whole host. */
  readonly name: string
  /** What each cluster exports under this name, or why it does not, in order of precedence. */
  readonly exports: readonly Export[]
  /** ServiceImports of this name that were found in clusters, by cluster. */
  readonly imports: ReadonlyMap<ClusterId, LocalImport>
  /** What of the objects of this name cannot be read, by cluster; empty for nearly all. */
  readonly flaws: ObjectProblems
  /** The one ServiceImport that the exports make together; null: no cluster exports the service. */
  readonly import: Import | null
  /** What is said of its routing, besides what holds for all services: in order of precedence. */
  readonly policies: SaidPolicies
  /**
   * What became of other systems' objects that were read for it, for `explain`; absent: there are none. Threads that answer
   * do not have it.
   */
  readonly objects?: ObjectsRead | undefined
  /** What ServiceEntries say stands behind its name besides what clusters export; absent: nothing. */
  readonly external?: External | undefined
}

/**
 * What one zone publishes of a service: enough to know its names. Made by `publishedIn` for a query, and kept for as
 * long as the entry is there and asked for.
 */
export interface Published {
  /** The type of the import; in a cluster's own zone that of the cluster's export. */
  readonly type: ImportType
  /** The ports by whose names SRV is asked for; of a Headless service each endpoint has numbers of its own. */
  readonly ports: readonly Port[]
  /** The clusters that take part, in order of precedence, and then places outside of clusters, by their ids. */
  readonly clusters: readonly ClusterId[]
  /** Headless: the ready endpoints of each cluster's last view, whatever its state, at least one; else empty. */
  readonly shares: readonly ClusterShare[]
  /** All endpoints of those shares, unpacked when they are first asked for: a query seldom needs all. */
  readonly endpoints: readonly ClusterEndpoint[]
}

/**
 * What a name at a service's own, or below it, is (answers.md 2, rows 1 to 5). An empty non-terminal has names below it and
 * no records.
 */
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

/**
 * What a name is, before anybody asks for a type: `find` says it, by the tree of names alone. `answer/records` turns it
 * into records, NODATA, NXDOMAIN or REFUSED.
 */
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

/** A name of a service in a zone, with what stands behind the service there. */
export interface ServiceNode {
  readonly kind: 'service'
  /** The zone that it was asked for in: what is published differs by zone. */
  readonly zone: Zone
  /** The service as that zone has it: a federation's has it without other clusters. */
  readonly entry: Entry
  /** What of the entry that zone has. */
  readonly published: Published
  /** What the name is, of those that a service has. */
  readonly node: Exclude<Node, { kind: 'empty' }>
  /** The service's own name in the zone, below which its other names stand: `cart.shop.svc.clusterset.local`. */
  readonly base: Name
}

/**
 * What the shape of a name that nobody has says of who could have it: while a cluster was never heard that could, the
 * answer is SERVFAIL and not NXDOMAIN (answers.md 3).
 */
export interface Shape {
  /** The clusters that could hold it; null: any could; empty: none, whatever they hold. */
  readonly clusters: readonly ClusterId[] | null
  /** Clusters whose share of the service could not be taken in, by a mistake of ours; absent: all could. */
  readonly failed?: readonly ClusterId[]
}

/** One candidate for the PTR record of an address (answers.md 6). */
export interface Pointer {
  /** The name that the address has: the service's, or the endpoint's of a Headless one. */
  readonly target: Name
  /** Whether it is an endpoint's name, which says more of an address than a service's: it is preferred. */
  readonly headless: boolean
  /** When the export was made, in Unix milliseconds: of several pointers that are alike the oldest counts. 0: not known. */
  readonly createdAt: number
}

/** What went wrong when shares of a service were derived, by cluster: a mistake of ours, as a sentence. */
export type Faults = ReadonlyMap<ClusterId, string>

/** A table that is only read, by key. The world has it as a Table, a thread that answers as what its replica keeps. */
interface Lookup<V> {
  /** undefined: there is none of that key. */
  readonly get: (key: string) => V | undefined
}

/** The entries of services, by service key, and one after another. */
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

/**
 * What a query reads: one frozen value, which says all there is to know. Main has it as the World that it steps, each
 * thread that answers as its Replica; an answer is a function of this, the question and the asker.
 */
export interface Snapshot {
  /** What is configured of the zones, as it was when the snapshot was made: a reload makes another one. */
  readonly settings: ZoneSettings
  /** Which clusters there are, how fresh the view of each is, and what routing should do. */
  readonly clusterset: Clusterset
  /** All zones that are answered here, by name: of any other name the answer is REFUSED. */
  readonly zones: ReadonlyMap<Name, Zone>
  /** The serial of each zone, as its SOA record has it: the Unix second of its last change, at least (answers.md 3). */
  readonly serials: ReadonlyMap<Name, Serial>
  /** The services of which any cluster says anything, exported or not. */
  readonly entries: Entries
  /** How many services stand behind a namespace of a zone, imports of a type, …: kept by difference (tally.ts). */
  readonly tally: Lookup<number> & Iterable<readonly [string, number]>
  /** The one PTR record of each address that has any; empty while `zones.reverse` is off. */
  readonly pointers: Pointers
  /** Services that are not as their clusters say, by a mistake of ours. Not known where queries are answered. */
  readonly faults: Lookup<Faults>
  /**
   * Every cluster has had a view, or `startup.timeout` is over; until then names in the zones are SERVFAIL (answers.md
   * 3).
   */
  readonly settled: boolean
}
