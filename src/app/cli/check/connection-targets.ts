import { answer, type ServerIdentity } from '../../../answer/records/index.ts'
import { CLASS, joinNames, TYPE } from '../../../values/dns/index.ts'
import type { ClusterId, Viewpoint } from '../../../words/clusterset/index.ts'
import {
  type EndpointPort,
  numberBy,
  routeByPort,
  routeToSite,
  type ValidExport,
} from '../../../world/inventory/index.ts'
import {
  baseOf,
  contributors,
  type Entry,
  entryIn,
  grammarOf,
  hasForeignImport,
  keyOfHost,
  type Published,
  publishedIn,
  type Snapshot,
  sitesIn,
  standsForOthers,
  subjectOf,
  type Zone,
  zoneOfCluster,
} from '../../../world/zone/index.ts'
import type { Target } from './connections.ts'
import { ownWayOf, portsAt, type Share, sharesOfCluster } from './matrix.ts'
import { entriesOf, hasClustersetIP } from './reach.ts'

/** Of every service and host, or of one, all names that lead somewhere from where this server stands. */
export function namesToTry(snapshot: Snapshot, only: string | null): readonly Target[] {
  const wanted = only === null ? null : keyOf(only)
  const entries = entriesOf(snapshot).filter(({ key }) => wanted === null || key === wanted)
  return entries.flatMap((entry) => [
    ...ofClusters(entry, snapshot),
    ...ofSites(entry, snapshot),
    ...ofZones(entry, snapshot),
  ])
}

/** Whether there is a service or a host of that name: `shop/cart`, `db.mesh.internal`. */
export const isNameKnown = ({ entries }: Pick<Snapshot, 'entries'>, only: string): boolean => {
  const entry = entries.get(keyOf(only))
  return (
    entry !== undefined && (entry.import !== null || entry.external !== undefined || hasForeignImport(entry))
  )
}

const keyOf = (only: string): string => (only.includes('/') ? only : keyOfHost(only.toLowerCase()))

function ofClusters(entry: Entry, snapshot: Snapshot): readonly Target[] {
  const from = snapshot.clusterset.local
  return [...snapshot.clusterset.members.values()].flatMap((to) => {
    const [share] = sharesOfCluster(to.id, [entry])
    if (share === undefined || !isReady(share.exported)) return []
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

/** Of what stands outside of clusters each place by its own name, to which SRV records lead. */
function ofSites(entry: Entry, snapshot: Snapshot): readonly Target[] {
  const zone = zoneWithSites(entry, snapshot)
  if (zone === undefined || standsForOthers(entry.name)) return []
  const { local } = snapshot.clusterset
  return sitesIn(entry).flatMap((site) => {
    const way = routeByPort(routeToSite(site, local, snapshot.clusterset))
    if (way.kind === 'none' || way.addresses.length === 0) return []
    const ports = site.ports.flatMap(({ name, protocol, port }) => {
      const number = isOffered(entry, port) ? numberBy(way, { protocol, port }) : undefined
      return number === undefined ? [] : [{ name, protocol, port: number }]
    })
    const name = joinNames(site.id, baseOf(entry, zone))
    return [{ service: subjectOf(entry), to: site.id, name, port: tcpOf(ports) }]
  })
}

const zoneWithSites = (entry: Entry, { zones }: Snapshot): Zone | undefined =>
  [...zones.values()].find((zone) => grammarOf(zone.kind).hasSites && entryIn(zone, entry) !== undefined)

/** Beside exports a place has the merged ports alone. */
const isOffered = ({ import: made }: Entry, port: number): boolean =>
  made === null || made.ports.some((one) => one.port === port)

/** The names that do not say which cluster. */
const ofZones = (entry: Entry, snapshot: Snapshot): readonly Target[] =>
  [...snapshot.zones.values()].flatMap((zone) => {
    if (zone.kind === 'cluster' || zone.kind === 'reverse') return []
    const own = entryIn(zone, entry)
    return own === undefined ? [] : ofZone(own, zone, snapshot)
  })

/** What is answered with an address behind which there is somebody, as far as is known. */
function ofZone(entry: Entry, zone: Zone, snapshot: Snapshot): readonly Target[] {
  const { local } = snapshot.clusterset
  const published = publishedIn(zone, entry, local.cluster)
  if (published === undefined || !isServed(entry, zone)) return []
  const name = baseOf(entry, zone)
  if (!FAMILIES.some((type) => isAnswered(name, type, snapshot))) return []
  const port = tcpOf(portsOf(entry, published, zone, local))
  return [{ service: subjectOf(entry), to: zone.name, name, port }]
}

const FAMILIES = [TYPE.A, TYPE.AAAA]

/** Of what others' ServiceImports say nobody knows who is ready. */
const isServed = (entry: Entry, { kind }: Zone): boolean =>
  entry.import === null
    ? true
    : contributors(entry).some(isReady) || (grammarOf(kind).hasSites && sitesIn(entry).length > 0)

function isAnswered(name: string, type: number, snapshot: Snapshot): boolean {
  const asker = { viewpoint: snapshot.clusterset.local, address: '', mayExplain: false }
  const question = { name, type, class: CLASS.IN }
  return answer(question, snapshot, asker, NOBODY, () => 0).kind === 'records'
}

const NOBODY: ServerIdentity = { version: '', id: null }

function portsOf(entry: Entry, published: Published, zone: Zone, from: Viewpoint): readonly EndpointPort[] {
  if (published.type === 'Headless') return published.endpoints[0]?.endpoint.ports ?? []
  if (grammarOf(zone.kind).hasSites && entry.import === null && entry.external !== undefined)
    return entry.external.ports
  return hasClustersetIP(entry, from) ? (entry.imports.get(from.cluster)?.ports ?? []) : published.ports
}

const isReady = ({ endpoints }: ValidExport): boolean => endpoints.count > 0

const tcpOf = (ports: readonly EndpointPort[]): number | null =>
  ports.find(({ protocol }) => protocol === 'TCP')?.port ?? null
