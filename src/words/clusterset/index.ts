/** The clusterset as values: which clusters there are, where they stand, how fresh our view of each is, and what routing should do. */

// The key `addresses` of the configuration: whether what a cluster does not own is refused or only told, and who owns
// what. `observe` answers what is not the cluster's all the same, and tells it; `enforce` leaves it out (answers.md 2).
export { ADDRESS_MODES, type AddressRules, type Claim, type OwnRange } from './addresses.ts'
// Whether an address lies in what another cluster declares (podCIDRs, serviceCIDRs, loadBalancerCIDRs), asked for each address
// of each endpoint: a table of all ranges, made once for a configuration. By network, where only clusters that share one
// can mean the same address.
export { Claims, ClaimsByNetwork, claimsOf } from './claims.ts'
// The clusters as configuration and registries declare them. A state of theirs (stale, down, slow) changes this value
// and derives nothing; another declaration (its networks, its ranges, how it exports) is other ground, and entries are
// derived anew: `groundOf` tells the two apart. Whoever adds a key of `clusters[]` adds it to `Cluster`, and to the
// ground if an entry depends on it. `Reach` says how a cluster's services are reached from others, `Precedence` whose
// export is the first, `admits` which namespaces take part.
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
// What stands behind a service's name besides what clusters export: endpoints outside of Kubernetes, gathered in sites,
// and ways to clusters' shares that objects give.
export { type External, numbersOf, type ShareRoute, type Site } from './external.ts'
// How old what is known of a cluster is: never, live, stale or down (answers.md 5). Never: before its first view, when
// what it alone may have is not known to be missing. Live and stale clusters take draws; the others stand in where
// nobody else can.
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
// Labels of clusters (`clusters[].labels`, or those of a registry's Secret), by which services prefer some of them: not labels
// of objects.
export { carries, type Labels, NO_LABELS, printLabels } from './labels.ts'
// Region, zone and subzone, `us-east-1/us-east-1a/rack7`, in the words of Istio and of node labels. A pattern may end in `*`,
// and may leave out what follows; the most specific of several that match counts.
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
// Who reaches whose endpoints: clusters that share a network. A cluster may be on several, for peering is not transitive, and
// one on none shares it with nobody.
export { type Networks, networksOf, printNetworks, sharedNetwork, shareNetwork } from './networks.ts'
// What is said of how a service is routed, by whom, and what of it holds for one viewpoint. A policy consists of parts
// (how draws spread, `failover`, `prefer`, `minHealthy`), each decided by the first who says it; who that is stays with
// the part, so that `explain` can name it (answers.md 4.6). `RankingKey` ranks by what a cluster and the asker have in
// common, in place of nearest first.
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
// Where clients may stand, for what holds for some of them: what it does not say may be anything.
export type { Standpoint } from './standpoint.ts'
// Where clients stand, their cluster and locality: whose they are decides what they are answered, and two of one viewpoint
// are answered from the same plan.
export type { ClusterId, Viewpoint } from './viewpoint.ts'
