import { matchesLocality } from './locality.ts'
import {
  isInstead,
  type PolicyPart,
  partsFor,
  type RoutingPolicy,
  type SaidPolicies,
  type SaidPolicy,
} from './policy.ts'
import type { Viewpoint } from './viewpoint.ts'

/**
 * What the configuration says of routing in general, and what is said of a service takes the place of, for the clients of
 * a viewpoint. `by`: the key, `routing.distribute`.
 */
export function replacedFor(
  said: SaidPolicies,
  { distribute, failover, minHealthy }: RoutingPolicy,
  from: Viewpoint,
): readonly PolicyPart[] {
  if (said.length === 0) return []
  const own = partsFor(said, from)
  const isHere = ({ from: place }: { readonly from: string }): boolean =>
    matchesLocality(place, from.locality)
  const spread = own.spread?.weights || own.spread?.distribute || isInstead(own)
  return [
    ...replaced('distribute', distribute.some(isHere) && spread ? (own.spread ?? own.failover) : undefined),
    ...replaced('failover', failover.some(isHere) ? (own.failover ?? whole(own.spread)) : undefined),
    ...replaced('minHealthy', minHealthy === null ? undefined : own.minHealthy),
  ]
}

const whole = (one: SaidPolicy | undefined): SaidPolicy | undefined =>
  one?.isWhole === true ? one : undefined

const replaced = (part: keyof RoutingPolicy, by: SaidPolicy | undefined): readonly PolicyPart[] =>
  by === undefined ? [] : [{ part, by: `routing.${part}`, decidedBy: by.by }]
