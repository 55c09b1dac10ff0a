import { isWithin, type Name } from '../../values/dns/index.ts'
import { remembered } from '../../values/table/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import type { Entry, HostsZone, Snapshot, ZoneSettings } from './types.ts'

/** Whether an entry is of a host as a whole, and of no service: its key has no namespace. */
export const isOfHost = ({ namespace }: Pick<Entry, 'namespace'>): boolean => namespace === ''

/** What a service is called in sentences: `shop/cart`; a host by its name. */
export const subjectOf = (entry: Pick<Entry, 'key' | 'name' | 'namespace'>): string =>
  isOfHost(entry) ? entry.name : entry.key

/** Those for hosts of ServiceEntries that are configured. */
export const hostsZones = remembered(
  ({ entries }: ZoneSettings): readonly HostsZone[] =>
    entries?.zones.map((name) => ({ kind: 'entries', name, cluster: entries.cluster })) ?? [],
)

/** The zone of a host; undefined: it is in none, as the name of a zone itself is. */
export const zoneOfHost = (host: Name, zones: readonly HostsZone[]): HostsZone | undefined =>
  zones.find(({ name }) => host !== name && isWithin(host, name))

/** The name and all above it, below a zone's own. */
export function* namesBelow(zone: Name, host: Name): Generator<Name> {
  for (let name = host; name.length > zone.length; name = name.slice(name.indexOf('.') + 1)) yield name
}

/** The hosts above that of an entry, whose places may be called as it is. */
export function* hostsAbove(entry: Entry | undefined, entries: Snapshot['entries']): Generator<ServiceKey> {
  if (entry === undefined || !isOfHost(entry)) return
  const { name } = entry
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
    const key = keyOfHost(name.slice(dot + 1))
    if (entries.get(key) !== undefined) yield key
  }
}

/** The lowest first: what becomes of those decides what does of the ones above. */
export const lowestFirst = (keys: ReadonlySet<ServiceKey>): readonly ServiceKey[] =>
  [...keys].sort((a, b) => b.length - a.length)

/** Entries of hosts are of no namespace. */
export const keyOfHost = (host: Name): ServiceKey => `/${host}`

/** What stands for all names right below one, and below those, that are not there (RFC 4592). */
export const standsForOthers = (host: Name): boolean => host.startsWith('*.')
