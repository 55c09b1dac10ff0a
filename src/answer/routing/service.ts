import { type Clusterset, policyFor, type Viewpoint } from '../../words/clusterset/index.ts'
import {
  candidatesOf,
  type Entry,
  grammarOf,
  type Published,
  sitesIn,
  type Zone,
} from '../../world/zone/index.ts'
import { clusterCandidates, shareCandidates } from './clusters.ts'
import type { HeadlessService } from './headless.ts'
import type { Routable } from './select.ts'
import { siteCandidates, toShares } from './sites.ts'

/**
 * A ClusterSetIP service for one viewpoint, as a zone of that kind has it: whoever makes candidates does so here.
 * Undefined: nobody exports it, and nothing that the zone has stands outside of clusters either.
 */
export function routableOf(
  entry: Entry,
  from: Viewpoint,
  clusterset: Clusterset,
  zone: Zone['kind'],
): Routable | undefined {
  const { external, import: made } = entry
  const { hasSites } = grammarOf(zone)
  if (made === null && (!hasSites || external === undefined)) return undefined
  const exported = made === null ? [] : clusterCandidates(candidatesOf(entry, from.cluster), from, clusterset)
  const candidates =
    external === undefined
      ? exported
      : [
          ...(hasSites ? toShares(exported, entry, clusterset) : exported),
          ...siteCandidates(sitesIn(entry), from, clusterset),
        ]
  return {
    candidates,
    policy: policyFor(entry.policies, clusterset, from),
    isLocalOnly: made?.internalTrafficPolicy === 'Local',
  }
}

/** The same of what a zone publishes of a Headless one. `isMirrored`: slices of the viewpoint's own cluster. */
export function headlessServiceOf(
  { exports, policies }: Pick<Entry, 'exports' | 'policies'>,
  { shares }: Pick<Published, 'shares'>,
  isMirrored: boolean,
  from: Viewpoint,
  clusterset: Clusterset,
): HeadlessService {
  const weights = new Map(exports.map((one) => [one.cluster, one.kind === 'valid' ? one.weight : null]))
  const candidates = shareCandidates({ shares, weights, isMirrored }, from, clusterset)
  return { candidates, shares, policy: policyFor(policies, clusterset, from) }
}
