import { type Address, printAddress } from '../../../values/dns/index.ts'
import type { Cluster, ClusterId, Clusterset } from '../../../words/clusterset/index.ts'
import { few } from '../../../words/kube/index.ts'
import {
  type Export,
  type StrayAddresses,
  straysAmong,
  type ValidExport,
} from '../../../world/inventory/index.ts'
import { type CheckResult, counted } from './check-result.ts'

/** Whose addresses a cluster names, as far as anybody declared. */
export function checkAddresses(
  cluster: Cluster,
  held: readonly { readonly held: Export }[],
  clusterset: Clusterset,
): readonly CheckResult[] {
  const exports = held.flatMap(({ held }) => (held.kind === 'valid' ? [held] : []))
  const named = exports.flatMap(({ ingress }) =>
    ingress.flatMap((one) => ('hostname' in one ? (clusterset.resolved.get(one.hostname) ?? []) : [])),
  )
  const gateway = gatewayOf(cluster, clusterset)
  const strays = [
    ...exports.flatMap((one) => one.strays),
    ...straysAmong([...named, ...gateway], cluster, clusterset.addresses),
  ]
  return [...straying(cluster.id, strays), ...undeclared(cluster, exports, [...named, ...gateway])]
}

const gatewayOf = ({ gateway }: Cluster, { resolved }: Clusterset): readonly Address[] =>
  gateway.addresses.flatMap((one) => (typeof one === 'string' ? [one] : (resolved.get(one.hostname) ?? [])))

function straying(id: ClusterId, strays: readonly StrayAddresses[]): readonly CheckResult[] {
  const groups = Map.groupBy(strays, ({ reason, refused }) => `${reason} ${refused}`)
  return [...groups.values()].flatMap((group): readonly CheckResult[] => {
    const [first] = group
    if (first === undefined) return []
    const { reason, refused, example } = first
    const count = group.reduce((sum, one) => sum + one.count, 0)
    const fate = refused
      ? `${count === 1 ? 'is' : 'are'} left out`
      : `${count === 1 ? 'is' : 'are'} answered, but not once addresses.mode is enforce`
    return [
      {
        kind: 'address',
        level: 'warning',
        cluster: id,
        subject: id,
        finding: `${count} ${count === 1 ? 'address' : 'addresses'} ${fate}: ${reason}, for example ${example}`,
        remedy: `if they are its own, add them to its ${reason.includes('podCIDRs') ? 'podCIDRs' : reason.includes('load balancer') ? 'loadBalancerCIDRs' : 'podCIDRs, or correct the other cluster’s'}; else find out who names them`,
      },
    ]
  })
}

/** Whoever may write a Service's status there sends clients anywhere. */
function undeclared(
  { id, loadBalancerCIDRs }: Cluster,
  exports: readonly ValidExport[],
  named: readonly Address[],
): readonly CheckResult[] {
  const written = exports.flatMap(({ ingress }) =>
    ingress.flatMap((one) => ('address' in one ? [one.address] : [])),
  )
  const balanced = exports.filter(({ ingress }) => ingress.length > 0).length
  const all = [...new Set([...written, ...named])].map(printAddress)
  if (loadBalancerCIDRs.length > 0 || balanced + named.length === 0) return []
  const example = all.length === 0 ? '' : ` (now ${few(all)})`
  const what = balanced === 0 ? 'its gateway' : `the load balancers of ${counted(balanced, 'service')}`
  return [
    {
      kind: 'address',
      level: 'advice',
      cluster: id,
      subject: id,
      finding: `where ${what} may be is not declared: any address is answered that is no other cluster's${example}`,
      remedy:
        'write loadBalancerCIDRs: the ranges that its load balancers and gateway are given addresses of',
    },
  ]
}
