/** The clusterset as values: which clusters there are, where they stand, how fresh our view of each is, and what routing should do. */
export { ADDRESS_MODES, type AddressRules, type Claim, type OwnRange } from './addresses.ts'
export { Claims, ClaimsByNetwork, claimsOf } from './claims.ts'
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
export { type Freshness, type FreshnessKind, NEVER, printLastHeard, takesDraws } from './freshness.ts'
export { carries, type Labels, NO_LABELS, printLabels } from './labels.ts'
export {
  bySpecificity,
  covers,
  isLocalityPart,
  type Locality,
  matchesLocality,
  meansSame,
  parseLocality,
  printLocality,
} from './locality.ts'
export { type Networks, networksOf, printNetworks, sharedNetwork, shareNetwork } from './networks.ts'
export {
  AFFINITIES,
  CONFIGURED,
  type Distribute,
  type Failover,
  isPolicySaid,
  type MinHealthy,
  NO_POLICIES,
  type Policy,
  type PolicyPart,
  policyFor,
  policySources,
  type RoutingPolicy,
  type SaidPolicies,
  type SaidPolicy,
  type ServicePolicy,
  TOPOLOGY,
  type TopologyKey,
} from './policy.ts'
export type { Standpoint } from './standpoint.ts'
export type { ClusterId, Viewpoint } from './viewpoint.ts'
