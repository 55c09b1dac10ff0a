import type { Address, Family } from '../../values/dns/index.ts'
import {
  type Cluster,
  type ClusterId,
  type Clusterset,
  NO_LABELS,
  type Viewpoint,
} from '../../words/clusterset/index.ts'
import {
  printNetwork,
  type Ready,
  type Route,
  reachesEndpoints,
  routeTo,
  type ValidExport,
} from '../../world/inventory/index.ts'
import type { ClusterShare } from '../../world/zone/index.ts'
import type { Candidate, HeadlessCandidate } from './types.ts'

/** What clusters export, as a viewpoint reaches it. */
export const clusterCandidates = (
  exports: readonly ValidExport[],
  from: Viewpoint,
  clusterset: Clusterset,
): readonly Candidate[] =>
  exports.flatMap((exported) => {
    const cluster = clusterset.members.get(exported.cluster)
    return cluster === undefined
      ? []
      : [clusterCandidate(cluster, exported, routeTo(cluster, exported, from, clusterset))]
  })

/** One cluster's export, reached in one way. */
export const clusterCandidate = (cluster: Cluster, exported: ValidExport, route: Route): Candidate => ({
  id: cluster.id,
  locality: cluster.locality,
  network: cluster.network,
  labels: cluster.labels,
  freshness: cluster.freshness,
  drain: cluster.drain,
  slow: cluster.slow,
  weight: exported.weight ?? cluster.weight,
  endpoints: exported.endpoints,
  ports: exported.ports,
  route,
})

/** A Headless service's shares. `weights` by export; `isMirrored`: slices of the viewpoint's own cluster. */
interface RoutingShared {
  readonly shares: readonly ClusterShare[]
  readonly weights: ReadonlyMap<ClusterId, number | null>
  readonly isMirrored: boolean
}

/** Clusters' parts of a Headless service, as a viewpoint reaches them: one for each share. */
export const shareCandidates = (
  shared: RoutingShared,
  from: Viewpoint,
  clusterset: Clusterset,
): readonly HeadlessCandidate[] =>
  shared.shares.map((own, share) => {
    const id = own.cluster
    const cluster = clusterset.members.get(id)
    const isReached =
      shared.isMirrored || (cluster !== undefined && reachesEndpoints(cluster, from, clusterset))
    const { locality, network, labels, freshness, drain, slow, weight } = cluster ?? UNWATCHED
    const { length } = own.ready
    return {
      id,
      locality,
      network,
      labels,
      freshness,
      drain,
      slow,
      weight: shared.weights.get(id) ?? weight,
      endpoints: { count: length, total: length },
      ports: [],
      route: isReached ? new ToShare(own.ready) : offNetwork(cluster),
      share,
    }
  })

/** A cluster that we know only from another implementation's slices, whose word is taken. */
const UNWATCHED: Omit<Candidate, 'id' | 'endpoints' | 'ports' | 'route'> = {
  locality: null,
  network: null,
  labels: NO_LABELS,
  freshness: { kind: 'live', heard: 0 },
  drain: false,
  slow: false,
  weight: null,
}

/** To its endpoints, which are read when somebody asks for them. */
class ToShare {
  readonly kind = 'endpoints'
  readonly #ready: Ready

  constructor(ready: Ready) {
    this.#ready = ready
  }

  get families(): readonly Family[] {
    return this.#ready.families
  }

  get addresses(): readonly Address[] {
    return this.#ready.allAddresses()
  }
}

function offNetwork(cluster: Cluster | undefined): Route {
  const brief = cluster === undefined ? 'unknown cluster' : printNetwork(cluster)
  return { kind: 'none', brief, reasons: ['endpoints: not on the network of the asker'] }
}
