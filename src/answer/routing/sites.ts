import { type Clusterset, NO_LABELS, type Site, type Viewpoint } from '../../words/clusterset/index.ts'
import { routeToSite } from '../../world/inventory/index.ts'
import type { Entry } from '../../world/zone/index.ts'
import type { Candidate } from './types.ts'

/** Endpoints outside Kubernetes, as a viewpoint reaches them: those of one place go together as a cluster's do. */
export const siteCandidates = (
  sites: readonly Site[],
  from: Viewpoint,
  clusterset: Clusterset,
): readonly Candidate[] =>
  sites.map((site) => ({
    id: site.id,
    locality: site.locality,
    network: site.networks,
    labels: NO_LABELS,
    freshness: ALWAYS,
    drain: false,
    slow: false,
    weight: site.weight,
    endpoints: site,
    ports: site.ports,
    route: routeToSite(site, from, clusterset),
  }))

/** Nobody watches them: what is known of them is what objects say. */
const ALWAYS: Candidate['freshness'] = { kind: 'live', heard: 0 }

/**
 * Of clusters those that an entry names, each with the weight that it gives: behind an export's own, and behind what
 * drains its cluster.
 */
export function toShares(
  candidates: readonly Candidate[],
  { external, exports }: Pick<Entry, 'external' | 'exports'>,
  { members }: Clusterset,
): readonly Candidate[] {
  const shares = external?.shares ?? null
  if (shares === null) return candidates
  const own = new Map(exports.map((one) => [one.cluster, one.kind === 'valid' ? one.weight : null]))
  return candidates.flatMap((one) => {
    const share = shares.get(one.id)
    if (share === undefined) return []
    const isSaid = share.weight === null || own.get(one.id) != null || members.get(one.id)?.weight === 0
    return [isSaid ? one : { ...one, weight: share.weight }]
  })
}
