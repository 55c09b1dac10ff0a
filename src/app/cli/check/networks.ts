import { overlaps, type Prefix, printPrefix } from '../../../values/dns/index.ts'
import {
  Claims,
  type Cluster,
  type ClusterId,
  claimsOf,
  sharedNetwork,
  shareNetwork,
} from '../../../words/clusterset/index.ts'
import type { Offline } from '../offline.ts'
import type { CheckResult } from './check-result.ts'
import { type LiveReport, prefixesOf } from './live/index.ts'

/**
 * CIDRs that two clusters both claim, and whether that matters: the declared ones, and where none are declared those
 * that `live` clusters have.
 */
export function checkNetworks({ world }: Offline, live: readonly LiveReport[] = []): readonly CheckResult[] {
  const seen = new Map(live.map((one) => [one.id, one]))
  const all = [...world.clusterset.members.values()].map((cluster) => withServiceCIDRs(cluster, seen))
  const claims = new Claims(all.flatMap(claimsOf))
  // A fleet is thousands, and those that share nothing with anybody need not be held against each other.
  const members = all.filter((one) => claimsOf(one).some((claim) => claims.rivalOf(claim) !== undefined))
  return [
    ...all.flatMap(ownOverlaps),
    ...members.flatMap((a, i) =>
      members.slice(i + 1).flatMap((b) => overlapsOf(a, b, all, world.settings.reverse)),
    ),
  ]
}

/** No cluster gives one address to a pod and to a service: one of the two ranges is not what the cluster has. */
function ownOverlaps({ id, podCIDRs, serviceCIDRs }: Cluster): readonly CheckResult[] {
  const both = podCIDRs.flatMap((pods) =>
    serviceCIDRs.filter((services) => overlaps(pods, services)).map((services) => ({ pods, services })),
  )
  return both.map(({ pods, services }) => ({
    kind: 'overlap',
    level: 'warning',
    cluster: id,
    subject: id,
    finding: `podCIDR ${printPrefix(pods)} and serviceCIDR ${printPrefix(services)} of ${id} itself overlap: an address in both is taken for either`,
    remedy: `correct clusters[].podCIDRs or serviceCIDRs of ${id}: what its pods and its services have is apart`,
  }))
}

function withServiceCIDRs(cluster: Cluster, live: ReadonlyMap<ClusterId, LiveReport>): Cluster {
  const seen = live.get(cluster.id)
  if (cluster.serviceCIDRs.length > 0 || seen === undefined) return cluster
  return { ...cluster, serviceCIDRs: prefixesOf(seen.serviceCIDRs) }
}

interface Range {
  readonly kind: 'podCIDR' | 'serviceCIDR'
  readonly prefix: Prefix
}

const rangesOf = ({ podCIDRs, serviceCIDRs }: Cluster): readonly Range[] => [
  ...podCIDRs.map((prefix): Range => ({ kind: 'podCIDR', prefix })),
  ...serviceCIDRs.map((prefix): Range => ({ kind: 'serviceCIDR', prefix })),
]

const overlapsOf = (
  a: Cluster,
  b: Cluster,
  all: readonly Cluster[],
  reverse: boolean,
): readonly CheckResult[] =>
  rangesOf(a).flatMap((one) =>
    rangesOf(b)
      .filter((other) => overlaps(one.prefix, other.prefix))
      .map((other) => findingOf({ a, one, b, other }, all, reverse)),
  )

/** Two clusters, and of each a range that overlaps the other's. */
interface Overlap {
  readonly a: Cluster
  readonly one: Range
  readonly b: Cluster
  readonly other: Range
}

function findingOf(overlap: Overlap, all: readonly Cluster[], reverse: boolean): CheckResult {
  const { a, one, b, other } = overlap
  const cost = costOf(overlap, all)
  const what = `${one.kind} ${printPrefix(one.prefix)} of ${a.id} and ${other.kind} ${printPrefix(other.prefix)} of ${b.id} overlap`
  const head = { kind: 'overlap', cluster: null, subject: `${a.id}, ${b.id}` } as const
  if (cost.matters)
    return {
      ...head,
      level: 'warning',
      finding: `${what}: ${cost.why}`,
      remedy:
        'give the clusters separate ranges; or name different networks, so that they are reached by load balancers or gateways',
    }
  const pointers = reverse ? '; they have no reverse zone' : ''
  return {
    ...head,
    level: 'ok',
    finding: `${what}, which does not matter: ${cost.why}${pointers}`,
    remedy: null,
  }
}

interface Cost {
  readonly matters: boolean
  readonly why: string
}

function costOf({ a, one, b, other }: Overlap, all: readonly Cluster[]): Cost {
  const network = sharedNetwork(a.network, b.network)
  if (network === undefined) return between(a, b, all)
  if (one.kind === 'podCIDR' && other.kind === 'podCIDR')
    return { matters: true, why: `on network ${network} one address may be a pod of either` }
  if (one.kind !== other.kind)
    return {
      matters: true,
      why: 'in the cluster whose services these are, pods of the other cannot be reached',
    }
  const byIP = [a, b].filter(({ reach }) => reach === 'clusterIP').map(({ id }) => id)
  if (byIP.length > 0) return { matters: true, why: `reach: clusterIP gives no route to ${byIP.join(', ')}` }
  return {
    matters: true,
    why: `on network ${network} one address may be a service of either, so that neither cluster can be reached by ClusterIP`,
  }
}

/** Peering is not transitive: two clusters that do not reach each other may both be reached by a third. */
function between(a: Cluster, b: Cluster, all: readonly Cluster[]): Cost {
  const hub = all.find(
    ({ id, network }) =>
      id !== a.id && id !== b.id && shareNetwork(network, a.network) && shareNetwork(network, b.network),
  )
  return hub === undefined
    ? { matters: false, why: 'the clusters share no network' }
    : { matters: true, why: `${hub.id} is on a network of each, where one address may be either's` }
}
