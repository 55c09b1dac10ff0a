import { LIMITS } from '../../sources/apiserver/index.ts'
import type { ClusterBudget } from '../../sources/kinds/index.ts'
import { ISTIO, memberScope, type Scope } from '../../words/kube/index.ts'
import type { WatchSpec } from '../flow/index.ts'
import { askedOf, askedOfLocal } from './asked.ts'
import type { Config } from './config.ts'
import type { AnyCluster } from './flow.ts'
import { askedByRegistries, speakingRegistries } from './registries.ts'

/** What it takes to watch each cluster. */
export const watchSpecsOf = (
  config: Config,
  clusters: readonly AnyCluster[] = config.clusters,
): readonly WatchSpec[] => [
  ...clusters.map((cluster) => watchSpecOf(cluster, config)),
  ...speakingRegistries(config).flatMap((one) => registrySpecOf(one, config)),
]

/** What of a cluster is read. */
export const watchScopeOf = (
  cluster: Pick<AnyCluster, 'id' | 'exportGroups' | 'exporting'>,
  config: Pick<Config, 'local' | 'istio' | 'zones' | 'registries' | 'clusters'>,
): Scope => {
  const isLocal = cluster.id === config.local.cluster
  const { roles, asked } = memberScope(isLocal, [
    ...askedOf(cluster),
    ...(isLocal ? askedOfLocal(config.zones) : []),
  ])
  const isPolicy = cluster.id === config.istio.cluster
  const byRegistries = askedByRegistries(cluster.id, config)
  return {
    roles: [...roles, ...(isPolicy ? POLICY : []), ...(byRegistries.length > 0 ? REGISTRY : [])],
    asked: [...asked, ...(isPolicy ? [ISTIO] : []), ...byRegistries],
  }
}

const POLICY: Scope['roles'] = ['policy']
const REGISTRY: Scope['roles'] = ['registry']

/** What one cluster may cost. */
export const budgetOf = ({ budgets: { octets, objects, line } }: Config): ClusterBudget => ({
  kept: { bytes: octets ?? LIMITS.kept.bytes, objects },
  line,
})

/** The API server of a registry, where that is no member's. */
function registrySpecOf(
  { view: id, source, asked }: ReturnType<typeof speakingRegistries>[number],
  config: Config,
): readonly WatchSpec[] {
  if (source === null) return []
  const never = { failAfter: null, slow: Number.POSITIVE_INFINITY, slowFor: 0, isLocal: false }
  const scope: Scope = { roles: REGISTRY, asked }
  const thresholds = { ...config.clusterStates, ...never }
  return [
    {
      id,
      source,
      namespaces: [],
      scope,
      isWritten: false,
      budget: budgetOf(config),
      thresholds,
      probe: null,
    },
  ]
}

function watchSpecOf(cluster: AnyCluster, config: Config): WatchSpec {
  const { id, source, namespaces, probe } = cluster
  const { local, clusterStates, controller } = config
  const { failAfter = null, slow = Number.POSITIVE_INFINITY, slowFor = 0 } = probe ?? {}
  return {
    id,
    source,
    namespaces,
    scope: watchScopeOf(cluster, config),
    isWritten: controller.enabled,
    budget: budgetOf(config),
    thresholds: { ...clusterStates, failAfter, slow, slowFor, isLocal: id === local.cluster },
    probe: probe && { targets: probe.tcp, interval: probe.interval, timeout: probe.timeout },
  }
}
