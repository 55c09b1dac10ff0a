import type { ClusterId } from '../../words/clusterset/index.ts'
import { briefly, type ServiceEntry, type ServiceKey, wholeName } from '../../words/kube/index.ts'
import { hostsFor, isMeant, type NamedService, nameIn, notWhole, serviceNamedBy } from './hosts.ts'
import type { ServiceZones } from './rules.ts'

/** The hosts of an entry that are names of a service, or of a cluster's share of it. */
export const namesInHosts = (
  { hosts, namespace }: Pick<ServiceEntry, 'hosts' | 'namespace'>,
  key: ServiceKey,
  zones: ServiceZones,
): readonly (NamedService & { readonly host: string })[] =>
  hostsFor(hosts, namespace, key, zones).flatMap((host) => {
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
  clusters: KnownClusters,
): string | undefined {
  const hosts = hostsMeant(one, key, zones, clusters)
  if (hosts.every(({ why }) => why !== undefined)) return hosts[0]?.why
  if (one.resolution === 'NONE')
    return 'resolution NONE leads to where its client wanted to go already: a name has no address by it'
  if (one.resolution === 'DYNAMIC_DNS')
    return 'resolution DYNAMIC_DNS leads to what each name under a wildcard resolves to elsewhere'
  if (one.ports.length === 0) return 'it has no port'
  if (one.selector !== null || one.endpoints.some((each) => each !== null)) return undefined
  return one.resolution === 'STATIC'
    ? 'it has no endpoints'
    : "it has no endpoints: its host would be looked up, which is a name of Meridian's own"
}

interface KnownClusters {
  readonly has: (id: ClusterId) => boolean
}

/** The hosts of an entry that were meant to be a service's name; `why` one is none that counts; undefined: it counts. */
const hostsMeant = (
  one: ServiceEntry,
  key: ServiceKey,
  zones: ServiceZones,
  clusters: KnownClusters,
): readonly { readonly host: string; readonly why: string | undefined }[] =>
  hostsFor(one.hosts, one.namespace, key, zones).flatMap((host) => {
    const found = serviceNamedBy(host, one.namespace, zones)
    const isMeantHere = found?.key === key || wholeName(host) === key || isMeant(host, key, zones)
    return isMeantHere ? [{ host, why: whyNoName(host, found, key, zones, clusters) }] : []
  })

function whyNoName(
  host: string,
  found: NamedService | undefined,
  key: ServiceKey,
  zones: ServiceZones,
  clusters: KnownClusters,
): string | undefined {
  if (wholeName(host) === key) return undefined
  const suffix = zones.global ?? `svc.${zones.clusterset}`
  if (found === undefined) return notWhole(host, key, suffix)
  if (!host.includes('.'))
    return `${briefly(host)} has no dot, and means nothing: a name of all clusters is ${nameIn(suffix, key)}`
  if (isOneClusters(host, zones))
    return `its host is a Service of one cluster's own, whose endpoints are its pods: a name of all clusters is ${nameIn(suffix, key)}`
  return found.cluster === null || clusters.has(found.cluster)
    ? undefined
    : `there is no cluster ${briefly(found.cluster)}`
}

/** Hosts that are left out where others of the entry count for the service. */
export const hostsLeftOut = (
  one: ServiceEntry,
  key: ServiceKey,
  zones: ServiceZones,
  clusters: KnownClusters,
): readonly string[] =>
  hostsMeant(one, key, zones, clusters).flatMap(({ host, why }) =>
    why === undefined ? [] : [`the host ${briefly(host)} is left out: ${why}`],
  )
