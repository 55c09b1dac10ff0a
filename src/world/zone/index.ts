/** From the entries of services to the names of zones: what exists, and the one world that a query reads. Pure. */

// What of a service a zone has, and how names stand there.
export { entryIn, serviceIn } from './entry-in.ts'
// From a name to what it is, by the tree of names alone: labels are cut off from the right, zone first, then namespace,
// service, and what stands before it. Whether it has records of a type is not asked here: that is answer/records.
export { find, serviceNamed } from './find.ts'
// Whether a name is there for hosts alone.
export { hasHosts } from './find-host.ts'
// Sums over all services for the metrics, kept by difference.
export { GAUGE, gaugeLabels } from './gauges.ts'
// How names of a kind of zone are built: what stands between a service and its zone, what may stand before it.
export { grammarOf } from './grammar.ts'
// Which services lead by host names, and what changes when one of those resolves otherwise.
export { EVERY_SERVICE, type HostNames, hostnamesOf, renamed, withHostNames } from './host-names.ts'
// Hosts of ServiceEntries, which are names as they are.
export { hostsZones, isOfHost, keyOfHost, standsForOthers, zoneOfHost } from './hosts.ts'
// The names below a service, without all of them being made: a Headless one has thousands. `namesOf` makes them, and is what
// these must agree with.
export { areEndpointsMade, nodeAt, nodesOf, omittedNames } from './node-at.ts'
// Endpoints of several clusters as numbers, of which none is read before it is sent. For answers out of tens of thousands,
// where only those that fit are ever looked at.
export { addressesByRank, type ClusterShare, EndpointPlaces, gather, type Pool, placeOf } from './places.ts'
// PTR records, and which names are above them.
export { type KeptPointer, PointerTable } from './pointer-table.ts'
// What of a service a zone has: whose exports count there, and what is left when none does. `contributors` for everybody,
// `candidatesOf` as one cluster's clients see it, `publishedIn` and `publishedOf` what the zone then has of it.
export {
  ageless,
  candidatesOf,
  contributors,
  countingIn,
  cutsFrom,
  hostPath,
  namesOf,
  publishedIn,
  publishedOf,
} from './published.ts'
// The world under another configuration: made anew in turns, while the one before answers.
export { Rebuild, rebuild } from './rebuild.ts'
// Endpoints outside Kubernetes, as far as they answer beside clusters.
export { isExtended, sitesIn } from './sites.ts'
// What a name is, what a zone has of a service, and the snapshot that one query is answered from.
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
// The same world as it is stepped: with what only main needs.
export type { Views, World } from './world-types.ts'
// Which zones there are, and which is the one of a name.
export { baseOf, federationZones, prefixZones, reverseName, zoneOf, zoneOfCluster, zonesOf } from './zones.ts'
