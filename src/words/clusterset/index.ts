/**
 * The clusterset as values: which clusters there are, where they stand, how fresh our view of each is, and what routing
 * should do. Configuration and registries make them, the flow changes their state, and `world` and `answer` read them.
 *
 * `clusterset.ts` is the file to open first: a `Cluster` is what its operator declared of it, and a `Clusterset` is all
 * clusters with what holds for all of them. The other files are the words that those two are made of: networks,
 * localities, labels, freshness; and what is said of routing (`policy.ts`), of places outside of clusters
 * (`external.ts`) and of clients' places (`geo.ts`, `viewpoint.ts`). What a service is, nobody says here: that is
 * `world`.
 */

// The key `addresses` of the configuration: whether what a cluster does not own is refused or only told, and who owns
// what. `observe` answers what is not the cluster's all the same, and tells it; `enforce` leaves it out (answers.md 2,
// "Whose addresses"). `Claim`: a range and the cluster that declares it; `OwnRange`: with the networks that the cluster
// is on.
export { ADDRESS_MODES, type AddressRules, type Claim, type OwnRange } from './addresses.ts'
// Whether an address lies in what another cluster declares (podCIDRs, serviceCIDRs, loadBalancerCIDRs), asked for each
// address of each endpoint: a table of all ranges, made once for a configuration. By network (`ClaimsByNetwork`), where
// only clusters that share one can mean the same address. `claimsOf`: what one cluster declares of its pods and
// Services.
export { Claims, ClaimsByNetwork, claimsOf } from './claims.ts'
// The clusters as configuration and registries declare them. A state of theirs (stale, down, slow) changes this value
// and derives nothing; another declaration (its networks, its ranges, how it exports) is other ground, and entries are
// derived anew: `groundOf` tells the two apart. Whoever adds a key of `clusters[]` adds it to `Cluster`, and to the
// ground if an entry depends on it.
// `Reach` says by which way a cluster's services are reached from others (`REACHES`: all there are), `Precedence` whose
// export is the first, `admits` whether a `NamespaceFilter` lets a namespace take part, `ExportingRules` what exports
// Services besides ServiceExports (`clusters[].exports`).
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
// What stands behind a service's name besides what clusters export, all of it as one `External`: endpoints outside of
// Kubernetes, gathered in sites (a `Site` is what answers.md calls a place), and ways to clusters' shares that objects give
// (`ShareRoute`). `numbersOf` is equal for endpoints that serve the same ports at the same numbers.
export { type External, type NamedShare, numbersOf, type ShareRoute, type Site } from './external.ts'
// How old what is known of a cluster is: never, live, stale or down (answers.md 5). Never: before its first view, when
// what it alone may have is not known to be missing. Live and stale clusters take draws (`takesDraws`); the others stand
// in where nobody else can. `printLastHeard` is what a reply's EDE 3 tells of a cluster that is not live.
export { type Freshness, type FreshnessKind, NEVER, printLastHeard, takesDraws } from './freshness.ts'
// What a GeoIP database says of addresses, and the places that follow. `GeoFacts` is what one record says, `GeoRules` what
// configuration makes of that (`placeOfFacts`), and `GeoTable` the whole database as threads look it up: places by runs of
// addresses (`GeoRuns`). A place is a number there, one of the viewpoints of the rules; 0: the record says too little.
// `byDistance` is who is nearer to a point on the globe.
export {
  byDistance,
  type Coordinates,
  type GeoFacts,
  type GeoRules,
  type GeoRuns,
  type GeoTable,
  parseGeoPlace,
  placeOfFacts,
} from './geo.ts'
// Labels of clusters (`clusters[].labels`, or those of a registry's Secret), by which services prefer some of them: not
// labels of objects. `carries`: whether a cluster has all that are wanted.
export { carries, type Labels, NO_LABELS, printLabels } from './labels.ts'
// Region, zone and subzone, `us-east-1/us-east-1a/rack7`, in the words of Istio and of node labels. A pattern may end in
// `*`, and may leave out what follows: `us-east-1` is `us-east-1/*`. The most specific of several that match counts, and
// `bySpecificity` sorts by that; `covers`: whether one pattern matches all that another does.
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
// Who reaches whose endpoints: clusters that share a network. A cluster may be on several, for peering is not
// transitive, and one on none shares it with nobody. `Networks` is one name, several, or null; `networksOf` has them as
// a list.
export { type Networks, networksOf, printNetworks, sharedNetwork, shareNetwork } from './networks.ts'
// What is said of how a service is routed, by whom, and what of it holds for one viewpoint. A policy consists of parts
// (how draws spread, `failover`, `prefer`, `minHealthy`), each decided by the first who says it; who that is stays with
// the part, so that `explain` can name it (answers.md 4.6).
// From what is said to what holds: a `ServicePolicy` is what somebody says, a `SaidPolicy` with who says it and to whom;
// an entry has all of them, in order, as `SaidPolicies`; `policyFor` makes of these and the general `RoutingPolicy` the
// one `Policy` that holds for a viewpoint.
// For `explain` and `check`: `policySources` is where each part comes from, `policyElsewhere` what is said to clients of
// other clusters alone, `decidedFor` and `decidedForAll` who overrules all that one speaker says, `replacedFor` which
// general settings something takes the place of.
// `RankingKey` ranks by what a cluster and the asker have in common (`TOPOLOGY`), in place of nearest first.
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
export { replacedFor } from './replaced.ts'
// Where clients may stand, for a policy that holds for some of them: what it does not say may be anything.
export type { Standpoint } from './standpoint.ts'
// Where a client stands, its cluster and locality: that decides what it is answered, and two of one viewpoint are
// answered from the same plan. `ClusterId`: one or two DNS labels, such as `cluster-east` or `c1.emea`.
export type { ClusterId, Viewpoint } from './viewpoint.ts'
