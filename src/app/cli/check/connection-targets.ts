import { joinNames } from '../../../values/dns/index.ts'
import type { ClusterId, Viewpoint } from '../../../words/clusterset/index.ts'
import { type EndpointPort, readyIn, routeByPort } from '../../../world/inventory/index.ts'
import {
  baseOf,
  contributors,
  type Entry,
  entryIn,
  type Snapshot,
  type Zone,
  zoneOfCluster,
} from '../../../world/zone/index.ts'
import type { Target } from './connections.ts'
import { ownWayOf, portsAt, type Share, sharesOfCluster } from './matrix.ts'
import { entriesOf, hasClustersetIP, obstacleTo } from './reach.ts'

/** Of every service, or of one, all names that lead somewhere from where this server stands. */
export function namesToTry(snapshot: Snapshot, only: string | null): readonly Target[] {
  const entries = entriesOf(snapshot).filter(({ key }) => only === null || key === only)
  return entries.flatMap((entry) => [...ofClusters(entry, snapshot), ...ofZones(entry, snapshot)])
}

function ofClusters(entry: Entry, snapshot: Snapshot): readonly Target[] {
  const from = snapshot.clusterset.local
  return [...snapshot.clusterset.members.values()].flatMap((to) => {
    const [share] = sharesOfCluster(to.id, [entry])
    if (share === undefined || !isReady(share)) return []
    const own = ownNameOf(share, to.id, snapshot)
    if (own === undefined) return []
    const any = ownWayOf(share, from, to, snapshot)
    const way = own.byPort && any.kind !== 'clustersetIP' ? routeByPort(any) : any
    if (way.kind === 'none' || way.addresses.length === 0) return []
    return [{ service: entry.key, to: to.id, name: own.name, port: tcpOf(portsAt(share, way, from)) }]
  })
}

/** What SRV records of the global zone lead to, which is forwarded wherever that zone is; else of the cluster's own zone. */
function ownNameOf(
  { entry, exported }: Share,
  id: ClusterId,
  snapshot: Snapshot,
): { readonly name: string; readonly byPort: boolean } | undefined {
  const { global } = snapshot.settings
  if (global !== null && exported.type === 'ClusterSetIP')
    return { name: joinNames(id, baseOf(entry, { kind: 'global', name: global })), byPort: true }
  const zone = zoneOfCluster(snapshot, id)
  return zone === undefined
    ? undefined
    : { name: baseOf(entry, { kind: 'cluster', name: zone }), byPort: false }
}

/** The names that do not say which cluster. */
function ofZones(entry: Entry, snapshot: Snapshot): readonly Target[] {
  return [...snapshot.zones.values()].flatMap((zone) => {
    if (zone.kind !== 'clusterset' && zone.kind !== 'global' && zone.kind !== 'federation') return []
    const own = entryIn(zone, entry)
    return own === undefined ? [] : ofZone(own, zone, snapshot)
  })
}

function ofZone(entry: Entry, zone: Zone, snapshot: Snapshot): readonly Target[] {
  const { local } = snapshot.clusterset
  const shares = contributors(entry).map((exported) => ({ entry, exported }))
  if (entry.import === null || obstacleTo(entry, local, snapshot) !== undefined) return []
  if (!shares.some(isReady)) return []
  const port = tcpOf(portsOfAll(entry, shares, local))
  return [{ service: entry.key, to: zone.name, name: baseOf(entry, zone), port }]
}

function portsOfAll(entry: Entry, shares: readonly Share[], from: Viewpoint): readonly EndpointPort[] {
  if (entry.import?.type === 'Headless') {
    const ready = shares.find(isReady)
    return ready === undefined ? [] : (readyIn(ready.exported.endpoints)[0]?.ports ?? [])
  }
  const found = hasClustersetIP(entry, from) ? entry.imports.get(from.cluster) : entry.import
  return found?.ports ?? []
}

const isReady = ({ exported }: Share): boolean => readyIn(exported.endpoints).length > 0

const tcpOf = (ports: readonly EndpointPort[]): number | null =>
  ports.find(({ protocol }) => protocol === 'TCP')?.port ?? null
