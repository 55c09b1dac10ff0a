import type { ClusterId } from '../../words/clusterset/index.ts'
import { few, type ServiceEntry, type ServiceKey, wholeName } from '../../words/kube/index.ts'
import { type NamedService, serviceNamedBy } from './hosts.ts'
import type { ServiceZones } from './rules.ts'

/** The hosts of an entry that are names of a service, or of a cluster's share of it. */
export const namesInHosts = (
  { hosts }: Pick<ServiceEntry, 'hosts'>,
  key: ServiceKey,
  zones: ServiceZones,
): readonly (NamedService & { readonly host: string })[] =>
  hosts.flatMap((host) => {
    if (wholeName(host) === key) return [{ key, cluster: null, host }]
    const found = host.includes('.') ? serviceNamedBy(host, '', zones) : undefined
    return found?.key === key ? [{ ...found, host }] : []
  })

/** Whether it has a name of a service, or of this cluster's share of it. */
export const isOf = (
  one: ServiceEntry,
  key: ServiceKey,
  cluster: ClusterId | null,
  zones: ServiceZones,
): boolean =>
  namesInHosts(one, key, zones).some(
    (named) => named.cluster === cluster && !isOneClusters(named.host, zones),
  )

/** The name of a Service in whichever cluster it is asked in. */
const isOneClusters = (host: string, { clusterDomain }: ServiceZones): boolean =>
  host.toLowerCase().endsWith(`.svc.${clusterDomain}`)

/** Why an entry that may speak says nothing of a service; undefined: it does. */
export function whyUnsaid(
  one: ServiceEntry,
  key: ServiceKey,
  zones: ServiceZones,
  clusters: { readonly has: (id: ClusterId) => boolean },
): string | undefined {
  const named = namesInHosts(one, key, zones)
  const unknown = named.flatMap(({ cluster }) => (cluster === null || clusters.has(cluster) ? [] : [cluster]))
  if (named.length > 0 && unknown.length === named.length) return `there is no cluster ${few(unknown)}`
  if (named.length > 0 && named.every(({ host }) => isOneClusters(host, zones))) {
    const suffix = zones.global ?? `svc.${zones.clusterset}`
    const [service = '', namespace = ''] = named[0]?.host.toLowerCase().split('.') ?? []
    return `its host is a Service of one cluster's own, whose endpoints are its pods: a name of all clusters is ${service}.${namespace}.${suffix}`
  }
  if (one.resolution === 'NONE')
    return 'resolution NONE leads to where its client wanted to go already: a name has no address by it'
  if (one.resolution === 'DYNAMIC_DNS')
    return 'resolution DYNAMIC_DNS leads to what each name under a wildcard resolves to elsewhere'
  if (one.ports.length === 0) return 'it has no port'
  if (one.selector !== null || one.endpoints.length > 0) return undefined
  return one.resolution === 'STATIC'
    ? 'it has no endpoints'
    : "it has no endpoints: its host would be looked up, which is a name of Meridian's own"
}
