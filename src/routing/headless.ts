import {
  type Cluster,
  type ClusterId,
  type Clusterset,
  type Failover,
  takesDraws,
  type Viewpoint,
} from '../clusterset/index.ts'
import { printNetwork, reachesEndpoints } from '../inventory/index.ts'
import type { ServiceKey } from '../kube/index.ts'
import type { ClusterEndpoint } from '../zone/index.ts'
import { distanceTo, localityDistance } from './distance.ts'
import { policyOf, printObstacle } from './routing.ts'
import type { Distance, Standby } from './types.ts'

/** A cluster's part of a Headless service, from one viewpoint. */
export interface HeadlessCandidate {
  readonly id: ClusterId
  /** Undefined for a cluster that we know only from another implementation's slices. */
  readonly cluster: Cluster | undefined
  readonly endpoints: readonly ClusterEndpoint[]
  readonly reachable: boolean
  readonly weight: number | null
  readonly drained: boolean
  readonly distance: Distance
  readonly standby: Standby
}

/** Headless services are not drawn from: everyone who may answer does (answers.md 4, last paragraph). */
export interface HeadlessRouting {
  /** Nearest first. */
  readonly candidates: readonly HeadlessCandidate[]
  readonly standby: Standby
  /** Those whose endpoints answer. */
  readonly members: readonly HeadlessCandidate[]
  /** Their endpoints, nearest first; those that are equally near stand together. */
  readonly ranks: readonly (readonly ClusterEndpoint[])[]
  readonly obstacle: string | null
}

/** A Headless service as routing sees it. `weights` by export; `mirrored`: slices of the viewpoint's own cluster. */
export interface HeadlessService {
  readonly key: ServiceKey
  readonly endpoints: readonly ClusterEndpoint[]
  readonly weights: ReadonlyMap<ClusterId, number | null>
  readonly mirrored: boolean
}

export function routeHeadless(
  service: HeadlessService,
  from: Viewpoint,
  clusterset: Clusterset,
): HeadlessRouting {
  const byCluster = Map.groupBy(service.endpoints, ({ cluster }) => cluster)
  const candidates = [...byCluster]
    .map(([id, endpoints]) => candidateOf(id, endpoints, service, from, clusterset))
    .sort((a, b) => a.distance.rank - b.distance.rank || (a.id < b.id ? -1 : 1))
  const reachable = candidates.filter((one) => one.reachable)
  const standby = ORDER.find((which) => reachable.some((one) => one.standby === which)) ?? 'usable'
  const obstacles = candidates.map(
    ({ id, cluster }) => [id, cluster ? printNetwork(cluster) : 'unknown cluster'] as const,
  )
  const members = reachable.filter((one) => one.standby === standby)
  return {
    candidates,
    standby,
    members,
    ranks: ranksOf(members, from, policyOf(service.key, clusterset).failover),
    obstacle: reachable.length > 0 ? null : printObstacle(obstacles),
  }
}

const ORDER: readonly Standby[] = ['usable', 'down', 'drained']

function candidateOf(
  id: ClusterId,
  endpoints: readonly ClusterEndpoint[],
  { key, weights, mirrored }: HeadlessService,
  from: Viewpoint,
  clusterset: Clusterset,
): HeadlessCandidate {
  const cluster = clusterset.members.get(id)
  const policy = policyOf(key, clusterset)
  const weight = policy.weights?.get(id) ?? weights.get(id) ?? cluster?.weight ?? null
  const drained = cluster?.drain === true || weight === 0
  const fresh = cluster === undefined || takesDraws(cluster.freshness)
  return {
    id,
    cluster,
    endpoints,
    reachable: mirrored || (cluster !== undefined && reachesEndpoints(cluster, from, clusterset)),
    weight,
    drained,
    distance: cluster ? distanceTo(cluster, from, policy.failover) : localityDistance(null, null, []),
    standby: drained ? 'drained' : fresh ? 'usable' : 'down',
  }
}

/** Inside a region the endpoint's own zone counts. */
function ranksOf(
  members: readonly HeadlessCandidate[],
  from: Viewpoint,
  failover: readonly Failover[],
): readonly (readonly ClusterEndpoint[])[] {
  const ranked = members.flatMap((one) =>
    one.endpoints.map((endpoint) => ({ endpoint, rank: rankOf(one, endpoint, from, failover) })),
  )
  return [...Map.groupBy(ranked, ({ rank }) => rank)]
    .sort(([a], [b]) => a - b)
    .map(([, equals]) => equals.map(({ endpoint }) => endpoint))
}

/** Own cluster and zone, own cluster, then by distance; a slow cluster's stand behind their equals. */
function rankOf(
  { cluster, distance }: HeadlessCandidate,
  { endpoint }: ClusterEndpoint,
  from: Viewpoint,
  failover: readonly Failover[],
): number {
  if (distance.rank === 0) return endpoint.zone !== null && endpoint.zone === from.locality?.zone ? 0 : 1
  const there = cluster?.locality && { ...cluster.locality, zone: endpoint.zone ?? cluster.locality.zone }
  const { rank } = localityDistance(there ?? null, from.locality, failover)
  return 2 * rank + (cluster?.slow ? 1 : 0)
}
