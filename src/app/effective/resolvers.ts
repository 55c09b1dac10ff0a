import { type ClientMapping, viewpointOf } from '../../answer/routing/index.ts'
import type { ClientRules } from '../../server/replies/index.ts'
import { type ClusterView, listIn } from '../../sources/changes/index.ts'
import { bitsOf } from '../../values/dns/index.ts'
import type { Viewpoint } from '../../words/clusterset/index.ts'
import { type EndpointSlice, endpointsIn, type ServiceKey, SLICE } from '../../words/kube/index.ts'

/** No cluster has more resolvers. */
const MOST = 5000

/** A service's slices in a view: the same list until one of them is another. */
export const slicesBehind = (view: ClusterView | undefined, key: ServiceKey): readonly EndpointSlice[] =>
  view === undefined ? NO_SLICES : listIn(view, SLICE, key)

const NO_SLICES: readonly EndpointSlice[] = []

/**
 * The same clients, and the endpoints of a service (`clients.fromService`), each in its own zone of the region where the
 * server stands. Whom the configuration places stands there; without a region nobody's zone says where it is.
 */
export function withResolvers(rules: ClientRules, slices: readonly EndpointSlice[]): ClientRules {
  const region = rules.local.locality?.region
  if (region === undefined || slices.length === 0) return rules
  const places = new Map(
    [rules.local, ...rules.map.map((one) => one.viewpoint)].map((one) => [JSON.stringify(one), one]),
  )
  const found: ClientMapping[] = []
  for (const { addresses, zone } of slices.flatMap(endpointsIn)) {
    if (zone === null) continue
    const wanted: Viewpoint = { cluster: rules.local.cluster, locality: { region, zone, subzone: null } }
    const viewpoint = places.get(JSON.stringify(wanted)) ?? wanted
    places.set(JSON.stringify(wanted), viewpoint)
    for (const base of addresses)
      if (viewpointOf(base, rules.map, NOWHERE) === NOWHERE)
        found.push({ prefix: { base, length: bitsOf(base) }, viewpoint })
  }
  return found.length === 0 ? rules : { ...rules, map: [...rules.map, ...found.slice(0, MOST)] }
}

const NOWHERE: Viewpoint = { cluster: '', locality: null }
