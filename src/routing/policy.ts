import {
  type Clusterset,
  type Distribute,
  type Failover,
  type Locality,
  type MinHealthy,
  matchesLocality,
  type Viewpoint,
} from '../clusterset/index.ts'
import type { ServiceKey } from '../kube/index.ts'

/** What the rules go by for one service. */
export interface Policy {
  readonly weights: ReadonlyMap<string, number> | null
  readonly distribute: readonly Distribute[]
  readonly failover: readonly Failover[]
  readonly minHealthy: MinHealthy | null
}

/** A service's own policy over the general one, key by key. */
export function policyOf(key: ServiceKey, { policy }: Clusterset): Policy {
  const own = policy.services.get(key)
  return {
    weights: own?.weights ?? null,
    distribute: own?.distribute ?? policy.distribute,
    failover: own?.failover ?? policy.failover,
    minHealthy: own?.minHealthy ?? policy.minHealthy,
  }
}

/** The `distribute` that is in force for a viewpoint, if any: the first that matches it, unless `weights` are. */
export const distributeIn = ({ weights, distribute }: Policy, from: Viewpoint): Distribute | undefined =>
  weights === null ? distribute.find((one) => matchesLocality(one.from, from.locality)) : undefined

/** The weight that a `distribute` gives to a place; undefined when it does not list it. */
export const shareOfPlace = ({ to }: Distribute, place: Locality | null): number | undefined =>
  to.find(({ locality }) => matchesLocality(locality, place))?.weight
