import type { Policy, Viewpoint } from '../../words/clusterset/index.ts'
import { type ClusterShare, EndpointPlaces, gather } from '../../world/zone/index.ts'
import { type Nearness, nearnessTo } from './nearness.ts'
import { select } from './select.ts'
import type { HeadlessCandidate, HeadlessRouting } from './types.ts'

/** A Headless service as routing sees it. */
export interface HeadlessService {
  readonly candidates: readonly HeadlessCandidate[]
  readonly shares: readonly ClusterShare[]
  readonly policy: Policy
}

/** Who answers for a Headless service, and whose endpoints come first: there are no draws to distribute. */
export function routeHeadless(
  { candidates, shares, policy: { prefer, weights, failover, affinity, order } }: HeadlessService,
  from: Viewpoint,
): HeadlessRouting {
  const policy: Policy = { prefer, weights, failover, affinity, order, distribute: [], minHealthy: null }
  const nearness = nearnessTo(from, policy)
  const selection = select({ candidates, policy, isLocalOnly: false }, from, nearness)
  const members = selection.routable.filter((one) => one.standby === selection.standby)
  const vantage = { from, nearness, affinity }
  const byRank = new Map<number, number[]>()
  for (const { candidate } of members) {
    const share = shares[candidate.share]
    if (share === undefined) continue
    const { zones } = share.ready
    gather(byRank, share, candidate.share, (zone) => rankOf(candidate, zones[zone] ?? null, vantage))
  }
  const ranks = [...byRank].sort(([a], [b]) => a - b).map(([, all]) => new EndpointPlaces(shares, all))
  return { ...selection, shares, members, ranks }
}

/** A candidate's endpoints, none of them read before it is asked for. */
export function placesOf(
  { share }: HeadlessCandidate,
  { shares }: Pick<HeadlessRouting, 'shares'>,
): EndpointPlaces {
  const own = shares[share]
  const all = new Map<number, number[]>()
  if (own !== undefined) gather(all, own, share, () => 0)
  return new EndpointPlaces(shares, all.get(0) ?? [])
}

/** By cluster, the first rank in which an endpoint of it stands: in that order answers have them. */
export function firstRanks({ members, ranks }: HeadlessRouting): ReadonlyMap<string, number> {
  const byShare = new Map<number, number>()
  for (const [rank, places] of ranks.entries())
    for (let k = 0; k < places.length; k++)
      if (!byShare.has(places.shareAt(k))) byShare.set(places.shareAt(k), rank)
  return new Map(members.map(({ candidate: { id, share } }) => [id, byShare.get(share) ?? ranks.length]))
}

interface Vantage extends Pick<Policy, 'affinity'> {
  readonly from: Viewpoint
  readonly nearness: Nearness
}

/** Inside a region the endpoint's own zone counts, and in one's own cluster; a slow cluster's stand behind their equals. */
function rankOf(one: HeadlessCandidate, zone: string | null, { from, nearness, affinity }: Vantage): number {
  const { id, labels, network, slow } = one
  const locality = one.locality && { ...one.locality, zone: zone ?? one.locality.zone }
  const isOwn = id === from.cluster
  const isElsewhere = isOwn && affinity !== 'none' && (zone === null || zone !== from.locality?.zone)
  const isBehind = isElsewhere || (slow && !isOwn)
  return 2 * nearness({ id, labels, locality, network }).rank + (isBehind ? 1 : 0)
}
