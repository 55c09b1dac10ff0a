import { isDnsLabel } from '../../values/dns/index.ts'
import { lastRemembered } from '../../values/table/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import { briefly, MOST_ID_LABELS, type ServiceKey, wholeName } from '../../words/kube/index.ts'
import type { ServiceZones } from './rules.ts'

/** What a host is a name of: a service, or one cluster's share of it. */
export interface NamedService {
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

/** Where the hosts of an object are read. */
interface HostGround {
  readonly namespace: string
  readonly zones: ServiceZones
}

/**
 * Of the hosts of an object those that are a name of a service, or were meant to be. It is asked for each service that its
 * hosts name, which may be a hundred: they are read once.
 */
export const hostsFor = (
  hosts: readonly string[],
  namespace: string,
  key: ServiceKey,
  zones: ServiceZones,
): readonly string[] =>
  hosts.length < 2 ? hosts : (hostsByService(hosts, { namespace, zones }).get(key) ?? NO_HOSTS)

const NO_HOSTS: readonly string[] = []

const hostsByService = lastRemembered(
  readHosts,
  (one, other) => one.namespace === other.namespace && one.zones === other.zones,
  undefined,
  (hosts) => hosts.length,
)

function readHosts(
  hosts: readonly string[],
  { namespace, zones }: HostGround,
): ReadonlyMap<ServiceKey, readonly string[]> {
  const found = new Map<ServiceKey, string[]>()
  for (const host of hosts)
    for (const key of new Set([wholeName(host), serviceLike(host, namespace, zones)])) {
      const known = key === undefined ? undefined : found.get(key)
      if (known !== undefined) known.push(host)
      else if (key !== undefined) found.set(key, [host])
    }
  return found
}

/** The service that a host is a name of, or else by its looks was meant to be. */
const serviceLike = (host: string, namespace: string, zones: ServiceZones): ServiceKey | undefined =>
  serviceNamedBy(host, namespace, zones)?.key ?? lookingLike(host)

/**
 * Whether an object of those hosts is to be told of a service: one of them is a name of it, or was meant to be. Thousands
 * of objects may have one host: it is looked at once.
 */
export function concerning(
  key: ServiceKey,
  zones: ServiceZones,
): (hosts: readonly string[], namespace: string) => boolean {
  const whole = new Map<string, boolean>()
  const isOfIt = (host: string, namespace: string): boolean =>
    wholeName(host) === key || serviceLike(host, namespace, zones) === key
  return (hosts, namespace) => {
    if (hosts.length > 1) return hostsFor(hosts, namespace, key, zones).length > 0
    return hosts.some((host) => {
      // Without a dot it is another one in each namespace.
      if (!host.includes('.')) return isOfIt(host, namespace)
      const is = whole.get(host) ?? isOfIt(host, namespace)
      whole.set(host, is)
      return is
    })
  }
}

/** Of hosts of which none is a service's name, though one was meant to be: the mistake in the first of those. */
export function misnamed(
  hosts: readonly string[],
  namespace: string,
  key: ServiceKey,
  zones: ServiceZones,
): string | undefined {
  const those = hostsFor(hosts, namespace, key, zones)
  if (those.some((host) => wholeName(host) === key || serviceNamedBy(host, namespace, zones)?.key === key))
    return undefined
  const host = those.find((one) => isMeant(one, key, zones))
  return host === undefined ? undefined : notWhole(host, key, `svc.${zones.clusterDomain}`)
}

/** Whether a host that is no service's name was meant to be one of this service. */
export const isMeant = (host: string, key: ServiceKey, zones: ServiceZones): boolean =>
  serviceNamedBy(host, '', zones) === undefined && lookingLike(host) === key

/** What is wrong with such a host; `suffix`: where the service's names stand that count. */
export const notWhole = (host: string, key: ServiceKey, suffix: string): string =>
  `${briefly(host)} is no service's name: a host with a dot is whole, and of a zone that is here, such as ${briefly(nameIn(suffix, key))}`

/** The name of a service below what comes after its namespace. */
export function nameIn(suffix: string, key: ServiceKey): string {
  const [namespace = '', service = ''] = key.split('/')
  return `${service}.${namespace}.${suffix}`
}

/** The service that a host is a name of by its looks alone: `web.default`, or `web.default.svc.` and `web.default.global.` of any zone. */
function lookingLike(host: string): ServiceKey | undefined {
  const [service = '', namespace = '', third = '', ...more] = host.toLowerCase().split('.')
  const isMeant =
    third === 'svc' || (third === 'global' && more.every((label) => label === '')) || third === ''
  return isMeant && isDnsLabel(service) && isDnsLabel(namespace) ? `${namespace}/${service}` : undefined
}

/** `<svc>.<ns>`, or one cluster's: `<cluster>.<svc>.<ns>`. */
function globalName(labels: readonly string[]): NamedService | undefined {
  const id = labels.slice(0, -2)
  if (id.length > MOST_ID_LABELS) return undefined
  return named(labels.slice(-2), id.length === 0 ? null : id.join('.'))
}

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
