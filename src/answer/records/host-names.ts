import type { Cluster, Clusterset } from '../../words/clusterset/index.ts'
import { printStray, straysAmong, type ValidExport } from '../../world/inventory/index.ts'
import type { Fate } from './explanation.ts'

type Way = 'load balancer' | 'gateway'

/** Which host names a cluster is reached by, or would be. */
const WAYS: Readonly<Record<string, readonly Way[]>> = {
  loadBalancer: ['load balancer'],
  gateway: ['gateway'],
  none: ['load balancer', 'gateway'],
}

/**
 * The host names that are not resolved as they should be, or to what is not the cluster's, and why: also where others
 * beside them are.
 */
export function hostNameRemarks(
  { route }: Pick<Fate, 'route'>,
  cluster: Cluster,
  exported: ValidExport | undefined,
  clusterset: Clusterset,
): readonly string[] {
  if (exported === undefined) return []
  const ends = { 'load balancer': exported.ingress, gateway: cluster.gateway.addresses }
  return (WAYS[route ?? ''] ?? []).flatMap((way) =>
    ends[way].flatMap((end) =>
      typeof end === 'object' && 'hostname' in end ? remarksOn(end.hostname, way, cluster, clusterset) : [],
    ),
  )
}

function remarksOn(hostname: string, way: Way, cluster: Cluster, clusterset: Clusterset): readonly string[] {
  const strays = straysAmong(clusterset.resolved.get(hostname) ?? [], cluster, clusterset.addresses)
  return [
    ...remarkOn(hostname, way, clusterset),
    ...strays.map((stray) => `${way}: ${hostname} leads to ${printStray(stray)}`),
  ]
}

function remarkOn(hostname: string, way: Way, { resolved, unresolved }: Clusterset): readonly string[] {
  const reason = unresolved.get(hostname)
  if (resolved.get(hostname) !== undefined)
    return reason === undefined ? [] : [`${way}: ${hostname} keeps its last addresses: ${reason}`]
  return [`${way}: ${hostname} does not resolve: ${reason ?? 'it was not looked up yet'}`]
}
