/** The clusterset as values: which clusters there are, where they stand, how fresh our view of each is, and what routing should do. */

// `addresses`: whether what a cluster does not own is refused or only told, and who owns what.
export { ADDRESS_MODES, type AddressRules, type Claim, type OwnRange } from './addresses.ts'
// Whether an address lies in what another cluster declares, asked for each address of each endpoint.
export { Claims, ClaimsByNetwork, claimsOf } from './claims.ts'
// The clusters as configuration and registries declare them. A state of theirs changes this value and derives
// nothing.
export {
  admits,
  type Cluster,
  type Clusterset,
  type ExportingRules,
  groundOf,
  isReach,
  type NamespaceFilter,
  PRECEDENCES,
  type Precedence,
  REACHES,
  type Reach,
} from './clusterset.ts'
// What stands behind a service's name besides what clusters export.
export type { External, ShareRoute, Site } from './external.ts'
// How old what is known of a cluster is: never, live, stale or down (answers.md 5).
export { type Freshness, type FreshnessKind, NEVER, printLastHeard, takesDraws } from './freshness.ts'
// What a GeoIP database says of addresses, and the places that follow.
export {
  type Coordinates,
  type GeoFacts,
  type GeoRules,
  type GeoRuns,
  type GeoTable,
  parseGeoPlace,
  placeOfFacts,
} from './geo.ts'
// Labels of clusters, by which services prefer some of them.
export { carries, type Labels, NO_LABELS, printLabels } from './labels.ts'
// Region, zone and subzone, in the words of Istio and of node labels.
export {
  bySpecificity,
  covers,
  isLocalityPart,
  type Locality,
  type LocalityPattern,
  matchesLocality,
  meansSame,
  parseLocality,
  parsePattern,
  printLocality,
} from './locality.ts'
// Who reaches whose endpoints: clusters that share a network.
export { type Networks, networksOf, printNetworks, sharedNetwork, shareNetwork } from './networks.ts'
// What is said of how a service is routed, by whom, and what of it holds for one viewpoint.
export {
  CONFIGURED,
  type Distribute,
  decidedFor,
  decidedForAll,
  type Failover,
  isPolicySaid,
  type MinHealthy,
  NO_POLICIES,
  type Policy,
  type PolicyElsewhere,
  type PolicyPart,
  policyElsewhere,
  policyFor,
  policySources,
  type RankingKey,
  type RoutingPolicy,
  type SaidPolicies,
  type SaidPolicy,
  type ServicePolicy,
  TOPOLOGY,
  type TopologyKey,
} from './policy.ts'
export type { Standpoint } from './standpoint.ts'
// Where clients stand: whose they are decides what they are answered.
export type { ClusterId, Viewpoint } from './viewpoint.ts'
