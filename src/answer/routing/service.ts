import { type Clusterset, policyFor, type Viewpoint } from '../../words/clusterset/index.ts'
import { candidatesOf, type Entry, type Published } from '../../world/zone/index.ts'
import { clusterCandidates, shareCandidates } from './clusters.ts'
import type { HeadlessService } from './headless.ts'
import type { Routable } from './select.ts'

/** A ClusterSetIP service for one viewpoint: whoever makes candidates does so here. Undefined: nobody exports it. */
export function routableOf(entry: Entry, from: Viewpoint, clusterset: Clusterset): Routable | undefined {
  if (entry.import === null) return undefined
  return {
    candidates: clusterCandidates(candidatesOf(entry, from.cluster), from, clusterset),
    policy: policyFor(entry.policies, clusterset, from),
    isLocalOnly: entry.import.internalTrafficPolicy === 'Local',
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
