import {
  type Address,
  embeddedIn,
  hasFamilyOf,
  liesInAny,
  longestAround,
  type Prefix,
  printAddress,
} from '../../values/dns/index.ts'
import { remembered } from '../../values/table/index.ts'
import {
  type AddressRules,
  Claims,
  ClaimsByNetwork,
  type Cluster,
  type ClusterId,
  type OwnRange,
} from '../../words/clusterset/index.ts'
import type { StrayAddresses } from './endpoint-types.ts'

// Whose an address is, as far as anybody declared. Reasons are labels of a metric: a fixed set of words.

const OUTSIDE_PODS = "outside the cluster's podCIDRs"
const OUTSIDE_BALANCERS = "a load balancer outside the cluster's loadBalancerCIDRs"
const IN_ANOTHER = "in another cluster's CIDRs"
const BALANCER_IN_ANOTHER = "a load balancer in another cluster's CIDRs"

/** Why an address is none of the cluster's. `settled`: by what was always so, and not for `addresses.mode` to say. */
interface AddressProblem {
  readonly reason: string
  readonly settled: boolean
}

type Declared = Pick<Cluster, 'id' | 'network' | 'podCIDRs' | 'loadBalancerCIDRs'>

/** Of an endpoint. Once anything is declared, a family of which nothing is declared is outside too. */
export function endpointProblem(
  address: Address,
  cluster: Declared,
  rules: AddressRules,
): AddressProblem | undefined {
  const { podCIDRs } = cluster
  if (podCIDRs.length === 0)
    return isAnothers(address, cluster.id, besideOf(cluster, rules), rules)
      ? { reason: IN_ANOTHER, settled: false }
      : undefined
  if (isInside(address, podCIDRs, rules)) return undefined
  const settled = hasFamilyOf(address, podCIDRs) && !liesInAny(address, podCIDRs)
  return { reason: OUTSIDE_PODS, settled }
}

/** Elsewhere the same range may be another's: nobody there is reached by it. */
const besideOf = ({ network }: Declared, rules: AddressRules): Claims | undefined =>
  network === null ? undefined : claimsIn(rules.ranges).byNetwork.on(network)

/** Of a load balancer or a gateway. Only who declares theirs has said that there are no others. */
export function balancerProblem(
  address: Address,
  { id, loadBalancerCIDRs }: Declared,
  rules: AddressRules,
): AddressProblem | undefined {
  if (loadBalancerCIDRs.length > 0)
    return isInside(address, loadBalancerCIDRs, rules)
      ? undefined
      : { reason: OUTSIDE_BALANCERS, settled: true }
  return isAnothers(address, id, claimsIn(rules.ranges).everywhere, rules)
    ? { reason: BALANCER_IN_ANOTHER, settled: false }
    : undefined
}

/** Whether what is declared holds it, and the IPv4 address that it leads to: unless that is declared in this form. */
export function isInside(
  address: Address,
  declared: readonly Prefix[],
  { nat64 }: Pick<AddressRules, 'nat64'>,
): boolean {
  const longest = longestAround(address, declared)
  if (longest === undefined) return false
  const embedded = embeddedIn(address, nat64)
  return embedded === undefined || longest > embedded.prefix || liesInAny(embedded.address, declared)
}

/** Whether another cluster declares it, or the IPv4 address that it leads to. `claims`: none can be. */
function isAnothers(
  address: Address,
  id: ClusterId,
  claims: Claims | undefined,
  { nat64 }: AddressRules,
): boolean {
  if (claims === undefined) return false
  const embedded = embeddedIn(address, nat64)
  return claims.isAnothers(id, address) || (embedded !== undefined && claims.isAnothers(id, embedded.address))
}

interface ByPlace {
  readonly everywhere: Claims | undefined
  readonly byNetwork: ClaimsByNetwork<OwnRange>
}

/** What all declare, and what those of each network do; one index for as long as the rules are the same. */
const claimsIn = remembered(
  (ranges: AddressRules['ranges']): ByPlace => ({
    everywhere: ranges.length === 0 ? undefined : new Claims(ranges),
    byNetwork: new ClaimsByNetwork(ranges, (range) => [range]),
  }),
)

/** Whether an objection keeps an address from being answered. */
export const isRefused = ({ settled }: AddressProblem, { mode }: AddressRules): boolean =>
  settled || mode === 'enforce'

/** Counts what is not the cluster's, by reason. */
export class StrayCount {
  readonly #byKey = new Map<string, StrayAddresses>()

  add({ reason }: AddressProblem, refused: boolean, example: string): void {
    const key = `${reason} ${refused}`
    const before = this.#byKey.get(key)
    this.#byKey.set(key, {
      reason,
      refused,
      count: (before?.count ?? 0) + 1,
      example: before?.example ?? example,
    })
  }

  list(): readonly StrayAddresses[] {
    if (this.#byKey.size === 0) return NONE
    return [...this.#byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, stray]) => stray)
  }
}

/** Most exports have none: one list for all of them. */
const NONE: readonly StrayAddresses[] = []

/** Of the addresses of load balancers or a gateway, those that are not the cluster's. */
export function straysAmong(
  addresses: readonly Address[],
  cluster: Declared,
  rules: AddressRules,
): readonly StrayAddresses[] {
  const count = new StrayCount()
  for (const address of addresses) {
    const problem = balancerProblem(address, cluster, rules)
    if (problem !== undefined) count.add(problem, isRefused(problem, rules), printAddress(address))
  }
  return count.list()
}

/** `2 × in another cluster's CIDRs, for example 10.2.0.1`, and what becomes of them. */
export const printStray = ({ reason, count, example, refused }: StrayAddresses): string =>
  `${count} × ${reason}, for example ${example}: ${refused ? 'left out' : 'answered, but not once addresses.mode is enforce'}`
