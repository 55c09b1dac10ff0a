/** The clusterset as values: which clusters there are, where they stand, how fresh our view of each is, and what routing should do. */
export { ADDRESS_MODES, type AddressRules, type OwnRange } from './addresses.ts'
export { type Claim, Claims, claimsOf } from './claims.ts'
export {
  admits,
  type Cluster,
  type ClusterId,
  type Clusterset,
  type Distribute,
  type Failover,
  type Gateway,
  groundOf,
  isReach,
  type MinHealthy,
  type NamespaceFilter,
  PRECEDENCES,
  type Precedence,
  REACHES,
  type Reach,
  type RoutingPolicy,
  type ServicePolicy,
  type Viewpoint,
} from './clusterset.ts'
export { type Freshness, type FreshnessKind, NEVER, printLastHeard, takesDraws } from './freshness.ts'
export {
  bySpecificity,
  covers,
  type Locality,
  type LocalityPattern,
  matchesLocality,
  meansSame,
  parseLocality,
  printLocality,
} from './locality.ts'
