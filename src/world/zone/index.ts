/**
 * From the entries of services to the names of zones: what exists, and the one world that a query reads. Pure.
 *
 * `world.ts` is the file to open first: `step` takes what clusters said and which services are dirty, and gives the next
 * world. `derive.ts` makes the entry of one service, out of what `world/inventory` and `world/synthesis` say of it; what
 * follows from entries is kept by difference beside them: how many services stand behind a name (`tally.ts`), PTR
 * records (`pointers.ts`), serials (`serials.ts`), sums for metrics (`gauges.ts`).
 *
 * For a query the other half counts: `find.ts` says what a name is, `grammar.ts` how names stand in each kind of zone,
 * `published.ts` what a zone has of a service and which names that makes. `types.ts` describes the values: `Zone`, `Entry`,
 * `Snapshot`; `world-types.ts` what main has besides.
 */

// A service as one zone has it: `entryIn` is its entry, which in a federation's zone knows of no other clusters;
// `serviceIn` is its own name there with what stands behind it. Undefined: it is not there.
// What a federation's name has in place of policies: nobody wrote it.
export { entryIn, NEAREST_FIRST, serviceIn } from './entry-in.ts'
// From a name to what it is, by the tree of names alone: labels are cut off from the right, zone first, then namespace,
// service, and what stands before it. Whether it has records of a type is not asked here: that is answer/records.
// `serviceNamed`: only which service a name is about, existing or not, as `explain NAME` asks.
export { find, serviceNamed } from './find.ts'
// Whether a host of ServiceEntries has a name, or one below it: such a name exists (answers.md 2, row 16).
export { hasHosts } from './find-host.ts'
// Sums over all services for the metrics, kept by difference. `GAUGE` names them; `gaugeLabels` reads labels out of a key.
export { GAUGE, gaugeLabels } from './gauges.ts'
// How names of a kind of zone are built: what stands between a service and its zone, what may stand before it, whether
// `_explain` is there.
export { grammarOf } from './grammar.ts'
// Which services lead by host names, and what changes when one of those resolves otherwise: `hostnamesOf` an entry,
// `renamed` of what was known and is, `withHostNames` the world then. `EVERY_SERVICE` stands for names of gateways,
// which any service may need.
export { EVERY_SERVICE, type HostNames, hostnamesOf, renamed, withHostNames } from './host-names.ts'
// Hosts of ServiceEntries, which are names as they are: their zones, and the zone of one. `isOfHost`: an entry is a
// host's and no service's; `keyOfHost`: the key of that entry; `standsForOthers`: the host is a wildcard, `*.` before a
// name; `subjectOf`: what a service, or a host, is called in sentences.
export {
  hostsAbove,
  hostsZones,
  isOfHost,
  keyOfHost,
  standsForOthers,
  subjectOf,
  zoneOfHost,
} from './hosts.ts'
// Objects that are read for services, and of no service here: `check` lists them, and a metric counts them.
export { idleObjects } from './idle.ts'
// Objects that name what is not there, and why they say nothing of it.
export { leftOutOf } from './left-out.ts'
// The names below a service, without all of them being made: a Headless one has thousands. `namesOf` makes them, and is
// what these must agree with. `nodeAt` is one of them by its path, `nodesOf` one after another those that have records;
// `omittedNames` are those that break a limit of the DNS, and are not made; `areEndpointsMade`: whether all names of
// endpoints are sure to be short enough.
export { areEndpointsMade, nodeAt, nodesOf, omittedNames } from './node-at.ts'
// Endpoints of several clusters as numbers, of which none is read before it is sent. For answers out of tens of
// thousands, where only those that fit are ever looked at. `EndpointPlaces` is such a list, out of the shares of
// clusters (`ClusterShare`); `gather` makes lists by zone, `placeOf` is the number that stands for an endpoint, and
// `addressesByRank` has their addresses, nearest endpoints first.
export { addressesByRank, type ClusterShare, EndpointPlaces, gather, type Pool, placeOf } from './places.ts'
// PTR records by address, in order, so that which names are above them is asked of the same table (answers.md 6).
export { type KeptPointer, PointerTable } from './pointer-table.ts'
// What of a service a zone has: whose exports count there, and what is left when none does. `contributors` for
// everybody, `candidatesOf` as one cluster's clients see it, `publishedIn` and `publishedOf` what the zone then has of
// it. `countingIn`: clusters whose exports count for everybody; `ageless`: those that do not say how old theirs are,
// where that decides something; `cutsFrom`: how many endpoints of each are in no answer, since all together are too
// many. `namesOf` is the whole tree of names below a service; `hostPath` what stands before the service's name for one
// endpoint.
export {
  ageless,
  candidatesOf,
  contributors,
  countingIn,
  cutsFrom,
  hasForeignImport,
  hostPath,
  namesOf,
  publishedIn,
  publishedOf,
} from './published.ts'
// The world under another configuration: made anew in turns (`Rebuild`), while the one before answers; `rebuild` does it
// in one go.
export { Rebuild, rebuild } from './rebuild.ts'
// Views that tell at once which namespaces there are, where names of federations depend on that.
export { withNamespaces } from './refused.ts'
// Places outside of clusters, as far as they answer beside a service's exports; `isExtended`: whether a zone has more or
// less than the exports say.
export { isExtended, portsIn, sitesIn } from './sites.ts'
// The values of this folder: what a name is (`FoundName`, `Node`), what a zone has of a service (`Published`), all that
// is known of one service (`Entry`), and the snapshot that one query is answered from.
export type {
  Entry,
  Faults,
  FoundName,
  Node,
  Published,
  ServiceNode,
  Shape,
  Snapshot,
  Zone,
  ZoneSettings,
} from './types.ts'
// One turn of the world, and each way in which it becomes another: services that are dirty are derived (`step`), clusters'
// states or configuration change (`with…`). What is equal keeps its identity, down to each part of an entry: replicas send
// on what is not `===`, and so may whoever else looks for changes.
export {
  emptyWorld,
  settle,
  settleIfHeard,
  step,
  type WorldPlan,
  withClusterset,
  withFreshness,
  withSerialsMoved,
} from './world.ts'
// The snapshot as main steps it, with what only main needs; and what each cluster last said, by cluster.
export type { Views, World } from './world-types.ts'
// Which zones there are (`zonesOf`), and which is the one of a name (`zoneOf`), if any. `baseOf`: a service's own name
// in a zone; `zoneOfCluster`: the name of a cluster's zone, where it has one. `reverseName`, `prefixZones`: the names of
// an address and of a block of them, in `in-addr.arpa` or `ip6.arpa`.
export { baseOf, federationZones, prefixZones, reverseName, zoneOf, zoneOfCluster, zonesOf } from './zones.ts'
