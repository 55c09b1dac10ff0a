import { listIn } from '../../sources/changes/index.ts'
import { lastRemembered } from '../../values/table/index.ts'
import {
  DESTINATION_RULE,
  type DestinationRule,
  type ServiceKey,
  VIRTUAL_SERVICE,
  type VirtualService,
} from '../../words/kube/index.ts'
import { type IstioRules, type ServicePolicies, saidByRoutes, saidByRules } from '../istio/index.ts'
import type { ObjectReader, PolicyProvider, Seen } from './types.ts'

/** What Istio's objects say: a route chooses the cluster, and a rule comes after it. */
export const ISTIO_POLICY: PolicyProvider = (key, seen) =>
  saidOf(key, seen).flatMap(({ policies }) => policies)

export const ISTIO_OBJECTS: ObjectReader = (key, seen) => {
  const cluster = seen.istio?.cluster ?? ''
  return saidOf(key, seen).map(({ objects: { first, counts } }) => ({
    first: first.map((one) => ({ cluster, ...one })),
    counts,
  }))
}

/** Who looks at the objects that bear on a service. */
interface Looking {
  readonly key: ServiceKey
  readonly istio: IstioRules
  readonly rules: Seen['rules']
}

const isSame = (one: Looking, other: Looking): boolean =>
  one.key === other.key && one.istio === other.istio && one.rules === other.rules

// There may be thousands of others' that bear on a service, whose endpoints come and go.
const inRoutes = lastRemembered(
  (objects: readonly VirtualService[], { key, istio, rules }: Looking) =>
    saidByRoutes(objects, key, istio, rules),
  isSame,
)
const inRules = lastRemembered(
  (objects: readonly DestinationRule[], { key, istio }: Looking) => saidByRules(objects, key, istio),
  isSame,
)

function saidOf(key: ServiceKey, { istio, views, rules }: Seen): readonly ServicePolicies[] {
  const view = istio && views.get(istio.cluster)
  if (!istio || !view) return NOTHING
  const looking = { key, istio, rules }
  const routes = listIn(view, VIRTUAL_SERVICE, key)
  const ruling = listIn(view, DESTINATION_RULE, key)
  if (routes.length === 0 && ruling.length === 0) return NOTHING
  return [inRoutes(routes, looking), inRules(ruling, looking)]
}

const NOTHING: readonly ServicePolicies[] = []
