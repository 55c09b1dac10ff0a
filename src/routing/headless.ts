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
import { gather, Places, type Share } from '../zone/index.ts'
import { distanceTo, localityDistance } from './distance.ts'
import { policyOf, printObstacle } from './routing.ts'
import type { Distance, Standby } from './types.ts'

/** A cluster's part of a Headless service, from one viewpoint. */
export interface HeadlessCandidate {
  readonly id: ClusterId
  /** Undefined for a cluster that we know only from another implementation's slices. */
  readonly cluster: Cluster | undefined
  readonly endpoints: Places
  /** Which of the service's shares. */
  readonly share: number
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
  readonly ranks: readonly Places[]
  readonly obstacle: string | null
}

/** A Headless service as routing sees it. `weights` by export; `mirrored`: slices of the viewpoint's own cluster. */
export interface HeadlessService {
  readonly key: ServiceKey
  /** One for each cluster. */
  readonly shares: readonly Share[]
  readonly weights: ReadonlyMap<ClusterId, number | null>
  readonly mirrored: boolean
}

export function routeHeadless(
  service: HeadlessService,
  from: Viewpoint,
  clusterset: Clusterset,
): HeadlessRouting {
  const candidates = service.shares
    .map((_, share) => candidateOf(share, service, from, clusterset))
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
    ranks: ranksOf(members, service.shares, from, policyOf(service.key, clusterset).failover),
    obstacle: reachable.length > 0 ? null : printObstacle(obstacles),
  }
}

const ORDER: readonly Standby[] = ['usable', 'down', 'drained']

function candidateOf(
  share: number,
  { key, shares, weights, mirrored }: HeadlessService,
  from: Viewpoint,
  clusterset: Clusterset,
): HeadlessCandidate {
  const own = shares[share]
  const id = own?.cluster ?? ''
  const cluster = clusterset.members.get(id)
  const policy = policyOf(key, clusterset)
  const weight = policy.weights?.get(id) ?? weights.get(id) ?? cluster?.weight ?? null
  const drained = cluster?.drain === true || weight === 0
  const fresh = cluster === undefined || takesDraws(cluster.freshness)
  return {
    id,
    cluster,
    share,
    get endpoints() {
      const all = new Map<number, number[]>()
      if (own !== undefined) gather(all, own, share, () => 0)
      return new Places(shares, all.get(0) ?? [])
    },
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
  shares: readonly Share[],
  from: Viewpoint,
  failover: readonly Failover[],
): readonly Places[] {
  const byRank = new Map<number, number[]>()
  for (const one of members) {
    const share = shares[one.share]
    if (share === undefined) continue
    const zones = share.ready.zones
    gather(byRank, share, one.share, (zone) => rankOf(one, zones[zone] ?? null, from, failover))
  }
  return [...byRank].sort(([a], [b]) => a - b).map(([, all]) => new Places(shares, all))
}

/** Own cluster and zone, own cluster, then by distance; a slow cluster's stand behind their equals. */
function rankOf(
  { cluster, distance }: HeadlessCandidate,
  zone: string | null,
  from: Viewpoint,
  failover: readonly Failover[],
): number {
  if (distance.rank === 0) return zone !== null && zone === from.locality?.zone ? 0 : 1
  const there = cluster?.locality && { ...cluster.locality, zone: zone ?? cluster.locality.zone }
  const { rank } = localityDistance(there ?? null, from.locality, failover)
  return 2 * rank + (cluster?.slow ? 1 : 0)
}
