import { objectIn } from '../../sources/changes/index.ts'
import { remembered } from '../../values/table/index.ts'
import { type ClusterId, NO_POLICIES, type SaidPolicy } from '../../words/clusterset/index.ts'
import { SERVICE, type ServiceKey } from '../../words/kube/index.ts'
import type { InventoryRules, PolicyProvider, Seen } from './rule-types.ts'
import { isGlobalNamespace } from './service-itself.ts'

/** Cilium's `service.cilium.io/affinity`: what the Service in a cluster says to the clients of that cluster. */
export const CILIUM_AFFINITY: PolicyProvider = (key, seen) => {
  const clusters = readingCilium(seen.rules)
  return clusters.length === 0 ? NO_POLICIES : clusters.flatMap((cluster) => saidBy(cluster, key, seen))
}

/** The same for as long as the rules are. */
const readingCilium = remembered((rules: Seen['rules']): readonly ClusterId[] =>
  [...rules].flatMap(([id, { exporting }]) => (isRead(exporting) ? [id] : [])),
)

const isRead = (exporting: InventoryRules['exporting']): boolean => exporting?.annotations === 'cilium'

function saidBy(cluster: ClusterId, key: ServiceKey, { views, rules }: Seen): readonly SaidPolicy[] {
  const [view, exporting] = [views.get(cluster), rules.get(cluster)?.exporting]
  const service = view && objectIn(view, SERVICE, key)
  const affinity = service?.said?.cilium?.affinity ?? null
  if (view === undefined || service === undefined || exporting === undefined || affinity === null) return []
  if (!isGlobalNamespace(service.namespace, view, exporting)) return []
  return [{ ...SAYS_NOTHING_ELSE, affinity, by: `the Service in ${cluster}`, viewpoints: [cluster] }]
}

const SAYS_NOTHING_ELSE = { prefer: null, weights: null, distribute: null, failover: null, minHealthy: null }
