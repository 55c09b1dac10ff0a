import { z } from 'zod'
import { contains, overlaps, type Prefix, parsePrefix, printPrefix } from '../../../../values/dns/index.ts'
import { type Ask, type LiveResult, readReply } from './target.ts'

const LIST = z.object({
  items: z.array(z.object({ spec: z.object({ cidrs: z.array(z.string()) }) })),
})

/** Where the cluster's ClusterIPs come from; null where it does not say, or not to us. */
export async function serviceCIDRsOf(ask: Ask): Promise<readonly string[] | null> {
  const list = readReply(await ask('/apis/networking.k8s.io/v1/servicecidrs?limit=100'), LIST)
  return list === undefined ? null : list.items.flatMap(({ spec }) => spec.cidrs)
}

export const prefixesOf = (cidrs: readonly string[] | null): readonly Prefix[] =>
  (cidrs ?? []).flatMap((cidr) => parsePrefix(cidr) ?? [])

/** Whether what is declared is what the cluster has. */
export function checkServiceCIDRs(
  declared: readonly Prefix[],
  cidrs: readonly string[] | null,
): readonly LiveResult[] {
  const actual = prefixesOf(cidrs)
  if (actual.length === 0) return []
  const head = { kind: 'serviceCIDR' } as const
  const theirs = actual.map(printPrefix).join(', ')
  if (declared.length === 0)
    return [{ ...head, level: 'ok', finding: `its ClusterIPs are in ${theirs}`, remedy: null }]
  const ours = declared.map(printPrefix).join(', ')
  const left = actual.filter((one) => !declared.some((other) => holds(other, one)))
  const stray = declared.filter((one) => !actual.some((other) => overlaps(one, other)))
  if (left.length + stray.length === 0)
    return [
      {
        ...head,
        level: 'ok',
        finding: `the declared serviceCIDRs hold all its ClusterIPs (${theirs})`,
        remedy: null,
      },
    ]
  return [
    {
      ...head,
      level: 'warning',
      finding: `its ClusterIPs are in ${theirs}, declared is ${ours}`,
      remedy: `write serviceCIDRs: [${actual.map((one) => JSON.stringify(printPrefix(one))).join(', ')}]`,
    },
  ]
}

const holds = (outer: Prefix, inner: Prefix): boolean =>
  outer.length <= inner.length && contains(outer, inner.base)
