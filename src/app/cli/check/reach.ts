import {
  headlessServiceOf,
  isReachedByPort,
  routableOf,
  route,
  routeHeadless,
} from '../../../answer/routing/index.ts'
import type { Name } from '../../../values/dns/index.ts'
import type { Viewpoint } from '../../../words/clusterset/index.ts'
import {
  type Entry,
  hostsZones,
  isExtended,
  isOfHost,
  publishedIn,
  type Snapshot,
  sitesIn,
  type Zone,
  zoneOfHost,
} from '../../../world/zone/index.ts'

/** Every service that any cluster holds, by name. */
export const entriesOf = ({ entries }: Snapshot): readonly Entry[] =>
  Array.from(entries, ([, entry]) => entry).sort((a, b) => (a.key < b.key ? -1 : 1))

/** Where the clients of each cluster stand. */
export const viewpointsOf = ({ clusterset: { local, members } }: Snapshot): readonly Viewpoint[] =>
  [...members.values()].map(({ id, locality }) => (id === local.cluster ? local : { cluster: id, locality }))

/** Clients in the cluster are answered its ServiceImport's clusterset IP: how that leads anywhere is not ours to say. */
export const hasClustersetIP = ({ imports }: Entry, { cluster }: Viewpoint): boolean => {
  const found = imports.get(cluster)
  return found !== undefined && found.type === 'ClusterSetIP' && found.ips.length > 0
}

/** Why a viewpoint's clients reach nobody. */
export interface Obstacle {
  readonly why: string
  /** By the names of this zone, where it is not so of all; null: by any. */
  readonly zone: Name | null
  /** The zone whose SRV records lead there all the same, in words; null: none do. */
  readonly byPort: string | null
}

/**
 * What keeps a viewpoint's clients from whoever exports the service, or stands behind it outside of clusters; undefined when
 * they reach someone.
 */
export function obstacleTo(entry: Entry, from: Viewpoint, snapshot: Snapshot): Obstacle | undefined {
  for (const zone of zonesWith(entry, snapshot)) {
    const found = obstacleIn(zone, entry, from, snapshot)
    const isOneOfSome = zone.kind === 'global' && entry.import !== null
    if (found !== undefined) return { ...found, zone: isOneOfSome ? zone.name : null }
  }
  return undefined
}

/** Zones that differ in who may answer: a ServiceEntry says more of a service in the global zone, or less. */
function zonesWith(entry: Entry, { settings }: Snapshot): readonly Zone[] {
  const { clusterset, global } = settings
  if (isOfHost(entry)) {
    const own = zoneOfHost(entry.name, hostsZones(settings))
    return own === undefined ? [] : [own]
  }
  if (entry.import === null && sitesIn(entry).length === 0) return []
  const zones: Zone[] = entry.import === null ? [] : [{ kind: 'clusterset', name: clusterset }]
  if (isExtended(entry) && entry.import?.type !== 'Headless' && global !== null)
    zones.push({ kind: 'global', name: global })
  return zones
}

function obstacleIn(
  zone: Zone,
  entry: Entry,
  from: Viewpoint,
  snapshot: Snapshot,
): Omit<Obstacle, 'zone'> | undefined {
  const published = publishedIn(zone, entry, from.cluster)
  if (published === undefined) return undefined
  if (published.type === 'Headless') {
    const service = headlessServiceOf(entry, published, false, from, snapshot.clusterset)
    return obstacleOf(routeHeadless(service, from).obstacle, null)
  }
  if (zone.kind === 'clusterset' && hasClustersetIP(entry, from)) return undefined
  const service = routableOf(entry, from, snapshot.clusterset, zone.kind)
  if (service === undefined) return undefined
  const routing = route(service, from)
  return obstacleOf(routing.obstacle, isReachedByPort(routing) ? numberedIn(zone, snapshot) : null)
}

/** The zone whose SRV records say numbers. */
const numberedIn = ({ kind, name }: Zone, { settings: { global } }: Snapshot): string | null =>
  kind === 'entries' ? name : global === null ? null : 'the global zone'

const obstacleOf = (why: string | null, byPort: string | null): Omit<Obstacle, 'zone'> | undefined =>
  why === null ? undefined : { why, byPort }
