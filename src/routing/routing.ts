import {
  type Cluster,
  type Clusterset,
  type Distribute,
  type Failover,
  type MinHealthy,
  takesDraws,
  type Viewpoint,
} from '../clusterset/index.ts'
import { routeTo, type ValidExport } from '../inventory/index.ts'
import type { ServiceKey } from '../kube/index.ts'
import type { Import } from '../synthesis/index.ts'
import { distanceTo } from './distance.ts'
import {
  apartOf,
  distributeFor,
  type Group,
  groupsByDistance,
  groupsByLocality,
  groupsByWeights,
  levelsOf,
  shareOfPlace,
} from './levels.ts'

import type { Candidate, Routing, Standby } from './types.ts'

/** What routing needs to know of a service: its import, and the exports that contribute to it. */
export interface Routable {
  readonly key: ServiceKey
  readonly import: Import
  readonly exports: readonly ValidExport[]
}

/** Where clients of a viewpoint are sent for a ClusterSetIP service (answers.md 4), or what stands behind its address. */
export function route(
  service: Routable,
  from: Viewpoint,
  clusterset: Clusterset,
  way: typeof routeTo = routeTo,
): Routing {
  const policy = policyOf(service.key, clusterset)
  const localOnly = service.import.internalTrafficPolicy === 'Local'
  const asked = service.exports.filter(({ cluster }) => !localOnly || cluster === from.cluster)
  const candidates = asked
    .flatMap((exported) => candidateOf(exported, from, clusterset, policy, way) ?? [])
    .sort((a, b) => a.distance.rank - b.distance.rank || (a.cluster.id < b.cluster.id ? -1 : 1))
  const routable = candidates.filter((one) => one.route.kind !== 'none')
  const standby = ORDER.find((which) => routable.some((one) => one.standby === which)) ?? 'usable'
  const excluded = service.exports
    .filter((one) => !asked.includes(one))
    .map(({ cluster }) => ({ cluster, reason: 'internalTrafficPolicy is Local' }))
  // Nobody is ready: by minHealthy every level would pass all draws on to the last, the farthest.
  const minHealthy = standby === 'notReady' ? null : policy.minHealthy
  const levels = levelsOf(groupsOf(routable, from, policy), (one) => one.standby === standby, minHealthy)
  return {
    levels,
    apart: apartOf(levels),
    standby,
    candidates,
    excluded,
    obstacle: routable.length > 0 ? null : obstacle(localOnly, from, candidates),
    pending: routable.length === 0 && candidates.some(isPending),
  }
}

const ORDER: readonly Standby[] = ['usable', 'down', 'drained', 'notReady']

interface Policy {
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

function groupsOf(candidates: readonly Candidate[], from: Viewpoint, policy: Policy): readonly Group[] {
  if (policy.weights !== null) return groupsByWeights(candidates, new Set(policy.weights.keys()))
  const distribute = distributeFor(policy.distribute, from)
  return distribute === undefined ? groupsByDistance(candidates) : groupsByLocality(candidates, distribute)
}

function candidateOf(
  exported: ValidExport,
  from: Viewpoint,
  clusterset: Clusterset,
  policy: Policy,
  way: typeof routeTo,
): Candidate | undefined {
  const cluster = clusterset.members.get(exported.cluster)
  if (cluster === undefined) return undefined
  const weight = policy.weights?.get(cluster.id) ?? exported.weight ?? cluster.weight
  const drained = cluster.drain || weight === 0 || isOutOfDistribution(cluster, from, policy)
  return {
    cluster,
    export: exported,
    route: way(cluster, exported, from, clusterset),
    distance: distanceTo(cluster, from, policy.failover),
    weight,
    drained,
    standby: standbyOf(exported, drained, takesDraws(cluster.freshness)),
  }
}

/** Whether `distribute` gives its locality weight 0, which drains as any weight 0 does. */
function isOutOfDistribution(cluster: Cluster, from: Viewpoint, { weights, distribute }: Policy): boolean {
  const applied = weights === null ? distributeFor(distribute, from) : undefined
  return applied !== undefined && shareOfPlace(applied, cluster.locality) === 0
}

function standbyOf(exported: ValidExport, drained: boolean, fresh: boolean): Standby {
  if (exported.endpoints.count === 0) return 'notReady'
  if (drained) return 'drained'
  return fresh ? 'usable' : 'down'
}

const isPending = ({ route }: Candidate): boolean => route.kind === 'none' && route.pending !== undefined

/** Why nobody can be reached: `no route to cluster-west (network b), cluster-north (no network)`. */
function obstacle(localOnly: boolean, from: Viewpoint, candidates: readonly Candidate[]): string {
  if (localOnly && candidates.length === 0)
    return `internalTrafficPolicy is Local and ${from.cluster} does not export it`
  const pending = candidates.filter(isPending)
  return printObstacle(
    (pending.length > 0 ? pending : candidates).map(
      ({ cluster, route }) => [cluster.id, route.kind === 'none' ? route.brief : ''] as const,
    ),
  )
}

/** The clusters that cannot be reached and why, the first few of them: an EDE text has to travel. */
export function printObstacle(clusters: readonly (readonly [cluster: string, brief: string])[]): string {
  if (clusters.length === 0) return 'no cluster that exports it has any of its ports'
  const named = clusters.slice(0, 3).map(([cluster, brief]) => `${cluster} (${brief})`)
  const more = clusters.length > 3 ? ` and ${clusters.length - 3} more` : ''
  return `no route to ${named.join(', ')}${more}`
}
