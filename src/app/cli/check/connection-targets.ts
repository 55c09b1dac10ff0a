import type { Viewpoint } from '../../../words/clusterset/index.ts'
import { type EndpointPort, readyIn } from '../../../world/inventory/index.ts'
import { baseOf, contributors, type Entry, type Snapshot, zoneOfCluster } from '../../../world/zone/index.ts'
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
    const zone = zoneOfCluster(snapshot, to.id)
    const [share] = sharesOfCluster(to.id, [entry])
    if (zone === undefined || share === undefined || !isReady(share)) return []
    const way = ownWayOf(share, from, to, snapshot)
    if (way.kind === 'none' || way.addresses.length === 0) return []
    const name = baseOf(entry, { kind: 'cluster', name: zone })
    return [{ service: entry.key, to: to.id, name, port: tcpOf(portsAt(share, way, from)) }]
  })
}

/** The names that do not say which cluster. */
function ofZones(entry: Entry, snapshot: Snapshot): readonly Target[] {
  const { settings, clusterset } = snapshot
  const shares = contributors(entry).map((exported) => ({ entry, exported }))
  if (entry.import === null || obstacleTo(entry, clusterset.local, snapshot) !== undefined) return []
  if (!shares.some(isReady)) return []
  const port = tcpOf(portsOfAll(entry, shares, clusterset.local))
  const zones = [
    { kind: 'clusterset', name: settings.clusterset },
    ...(settings.global === null ? [] : [{ kind: 'global', name: settings.global } as const]),
  ] as const
  return zones.map((zone) => ({ service: entry.key, to: zone.name, name: baseOf(entry, zone), port }))
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
