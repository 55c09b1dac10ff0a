import { overlaps, type Prefix, printPrefix } from '../../../values/dns/index.ts'
import { Claims, type Cluster, type ClusterId, claimsOf } from '../../../words/clusterset/index.ts'
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
  return members.flatMap((a, i) =>
    members.slice(i + 1).flatMap((b) => overlapsOf(a, b, world.settings.reverse)),
  )
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

const overlapsOf = (a: Cluster, b: Cluster, reverse: boolean): readonly CheckResult[] =>
  rangesOf(a).flatMap((one) =>
    rangesOf(b)
      .filter((other) => overlaps(one.prefix, other.prefix))
      .map((other) => findingOf(a, one, b, other, reverse)),
  )

function findingOf(a: Cluster, one: Range, b: Cluster, other: Range, reverse: boolean): CheckResult {
  const cost = costOf(a, one, b, other)
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

function costOf(a: Cluster, one: Range, b: Cluster, other: Range): Cost {
  const { network } = a
  if (network === null || network !== b.network)
    return { matters: false, why: 'the clusters share no network' }
  if (one.kind === 'podCIDR' && other.kind === 'podCIDR')
    return { matters: true, why: `on network ${network} one address may be a pod of either` }
  if (one.kind !== other.kind)
    return {
      matters: true,
      why: 'in the cluster whose services these are, pods of the other cannot be reached',
    }
  const byIP = [a, b].filter(({ reach }) => reach === 'clusterIP').map(({ id }) => id)
  if (byIP.length > 0) return { matters: true, why: `reach: clusterIP gives no route to ${byIP.join(', ')}` }
  return { matters: false, why: 'ClusterIPs are used inside their own clusters only' }
}
