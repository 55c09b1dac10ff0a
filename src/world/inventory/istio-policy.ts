import { listIn } from '../../sources/changes/index.ts'
import { DESTINATION_RULE, type ServiceKey, VIRTUAL_SERVICE } from '../../words/kube/index.ts'
import { type ServicePolicies, saidByRoutes, saidByRules } from '../istio/index.ts'
import type { ObjectReader, PolicyProvider, Seen } from './types.ts'

/** What Istio's objects say: a route chooses the cluster, and a rule comes after it. */
export const ISTIO_POLICY: PolicyProvider = (key, seen) => [
  ...saidInRoutes(key, seen).policies,
  ...saidInRules(key, seen).policies,
]

export const ISTIO_OBJECTS: ObjectReader = (key, seen) => {
  const cluster = seen.istio?.cluster ?? ''
  const all = [...saidInRoutes(key, seen).objects, ...saidInRules(key, seen).objects]
  return all.map((one) => ({ cluster, ...one }))
}

const NOTHING: ServicePolicies = { policies: [], objects: [] }

function saidInRoutes(key: ServiceKey, { istio, views, rules }: Seen): ServicePolicies {
  const view = istio && views.get(istio.cluster)
  const objects = view ? listIn(view, VIRTUAL_SERVICE, key) : []
  return istio && objects.length > 0 ? saidByRoutes(objects, key, istio, rules) : NOTHING
}

function saidInRules(key: ServiceKey, { istio, views }: Seen): ServicePolicies {
  const view = istio && views.get(istio.cluster)
  const objects = view ? listIn(view, DESTINATION_RULE, key) : []
  return istio && objects.length > 0 ? saidByRules(objects, key, istio) : NOTHING
}
