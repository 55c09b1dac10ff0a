/** From the entries of services to the names of zones: what exists, and the one world that a query reads. Pure. */
export { find, serviceNamed } from './find.ts'
export { GAUGE, gaugeLabels } from './gauges.ts'
export { EVERY_SERVICE, type HostNames, hostnamesOf, renamed, withHostNames } from './host-names.ts'
export { areEndpointsMade, nodeAt, nodesOf, omittedNames } from './node-at.ts'
export { addressesByRank, type ClusterShare, EndpointPlaces, gather, type Pool, placeOf } from './places.ts'
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
export { Rebuild, rebuild } from './rebuild.ts'
export type {
  Entry,
  Faults,
  FoundName,
  Node,
  Pointer,
  Published,
  ServiceNode,
  Shape,
  Snapshot,
  Zone,
  ZoneSettings,
} from './types.ts'
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
export type { Views, World } from './world-types.ts'
export { baseOf, prefixZones, reverseName, zoneOf, zoneOfCluster, zonesOf } from './zones.ts'
