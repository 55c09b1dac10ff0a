import { isDnsLabel } from '../../values/dns/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import type { ServiceZones } from './rules.ts'

/** What a host is a name of: a service, or one cluster's share of it. */
interface NamedService {
  readonly key: ServiceKey
  readonly cluster: ClusterId | null
}

/**
 * The service that a host is a name of; undefined: none. One without a dot is a service of the object's own namespace;
 * every other is whole.
 */
export function serviceNamedBy(
  host: string,
  namespace: string,
  zones: ServiceZones,
): NamedService | undefined {
  const name = host.toLowerCase()
  if (!name.includes('.'))
    return isDnsLabel(name) ? { key: `${namespace}/${name}`, cluster: null } : undefined
  for (const zone of [zones.clusterDomain, zones.clusterset]) {
    const own = within(name, `svc.${zone}`)
    if (own !== undefined) return own.length === 2 ? named(own, null) : undefined
  }
  const short = zones.global === null ? undefined : within(name, zones.global)
  if (short !== undefined) return globalName(short)
  return ofOneCluster(name, zones.cluster)
}

/** Whether hosts are names of one service. Thousands of objects may have one host: it is looked at once. */
export function namesOfService(
  key: ServiceKey,
  zones: ServiceZones,
): (host: string, namespace: string) => boolean {
  const whole = new Map<string, boolean>()
  return (host, namespace) => {
    const known = whole.get(host)
    if (known !== undefined) return known
    const isOfIt = serviceNamedBy(host, namespace, zones)?.key === key
    // Without a dot it is another one in each namespace.
    if (host.includes('.')) whole.set(host, isOfIt)
    return isOfIt
  }
}

/** `<svc>.<ns>`, or one cluster's: `<cluster>.<svc>.<ns>`. */
function globalName(labels: readonly string[]): NamedService | undefined {
  const id = labels.slice(0, -2)
  if (id.length > MOST_ID_LABELS) return undefined
  return named(labels.slice(-2), id.length === 0 ? null : id.join('.'))
}

/** A cluster's id has one label or two. */
const MOST_ID_LABELS = 2

/** `<svc>.<ns>.svc.<cluster zone>`. */
function ofOneCluster(name: string, template: string | null): NamedService | undefined {
  const [, service = '', namespace = '', zone = ''] = /^([^.]+)\.([^.]+)\.svc\.(.+)$/.exec(name) ?? []
  const [before = '', after = ''] = template?.split('{cluster}') ?? []
  if (template === null || !zone.startsWith(before) || !zone.endsWith(after)) return undefined
  const id = zone.slice(before.length, zone.length - after.length).split('.')
  return id.length <= MOST_ID_LABELS && id.every(isDnsLabel)
    ? named([service, namespace], id.join('.'))
    : undefined
}

const named = (labels: readonly string[], cluster: ClusterId | null): NamedService | undefined => {
  const [service = '', namespace = ''] = labels
  return labels.length === 2 && labels.every(isDnsLabel)
    ? { key: `${namespace}/${service}`, cluster }
    : undefined
}

/** The labels before a suffix; undefined: it is not below it. */
const within = (name: string, suffix: string): readonly string[] | undefined =>
  name.endsWith(`.${suffix}`) ? name.slice(0, -suffix.length - 1).split('.') : undefined
