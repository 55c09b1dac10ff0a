import { type Address, joinNames, type Name } from '../../values/dns/index.ts'
import { firstRanked, type Ranked, type Table, withoutRanked, withRanked } from '../../values/table/index.ts'
import type { Cluster, Clusterset, Viewpoint } from '../../words/clusterset/index.ts'
import { byAge, reachesEndpoints, routeTo, type ValidExport } from '../inventory/index.ts'
import { agreeing, countingIn, namesOf, publishedIn } from './published.ts'
import { count, TALLY } from './tally.ts'
import type { Entry, Pointer, Snapshot, Zone, ZoneSettings } from './types.ts'
import { baseOf, reverseName, zoneOf } from './zones.ts'

/** PTR records by address, and the names above them that therefore exist (answers.md 6). */
export interface PointerIndex {
  /** The best of each. */
  readonly pointers: Table<Pointer>
  /** Where there are more than one: one address can be that of all services of a cluster. */
  readonly rivals: Table<Ranked<Pointer>>
  readonly tally: Table<number>
}

/** What decides, besides the entry, which of its addresses answers hold. */
type Ground = Pick<Snapshot, 'settings' | 'clusterset' | 'zones'>

/** The index with an entry's pointers added, or taken away by a `sign` of -1. */
export function indexPointers(index: PointerIndex, entry: Entry, ground: Ground, sign: 1 | -1): PointerIndex {
  for (const [address, pointer] of pointersOf(entry, ground)) {
    const name = reverseName(address)
    const zone = zoneOf(ground.zones, name)
    if (zone?.kind === 'reverse') index = change(index, address, pointer, namesUpTo(name, zone.name), sign)
  }
  return index
}

/** The reverse zones in which some of these addresses have another PTR record now. */
export function reverseZonesMoved(
  before: PointerIndex['pointers'],
  after: PointerIndex['pointers'],
  addresses: Iterable<Address>,
  zones: Snapshot['zones'],
): ReadonlySet<Name> {
  const moved = new Set<Name>()
  if (before === after) return moved
  for (const address of addresses) {
    if (before.get(address)?.target === after.get(address)?.target) continue
    const zone = zoneOf(zones, reverseName(address))
    if (zone?.kind === 'reverse') moved.add(zone.name)
  }
  return moved
}

/** The addresses of entries that have PTR records where a reverse zone is. */
export function* pointedAt(entries: Iterable<Entry>, ground: Ground): Generator<Address> {
  if (ground.settings.reverse)
    for (const entry of entries) for (const [address] of pointersOf(entry, ground)) yield address
}

function change(
  { pointers, rivals, tally }: PointerIndex,
  address: Address,
  pointer: Pointer,
  names: readonly Name[],
  sign: 1 | -1,
): PointerIndex {
  const best = pointers.get(address)
  const before = rivals.get(address) ?? (best === undefined ? null : withRanked(null, best, byRank))
  const all = sign === 1 ? withRanked(before, pointer, byRank) : withoutRanked(before, pointer, byRank)
  return {
    pointers: all === null ? pointers.delete(address) : pointers.set(address, firstRanked(all)),
    rivals: all === null || all.size === 1 ? rivals.delete(address) : rivals.set(address, all),
    tally: count(
      tally,
      names.map((name) => [TALLY.reverse(name), 1]),
      sign,
    ),
  }
}

/** Headless names before service names, then the oldest export, then by name. */
const byRank = (a: Pointer, b: Pointer): number =>
  Number(b.headless) - Number(a.headless) ||
  byAge(a, b) ||
  (a.target === b.target ? 0 : a.target < b.target ? -1 : 1)

function* pointersOf(entry: Entry, ground: Ground): Generator<readonly [Address, Pointer]> {
  const zone: Zone = { kind: 'clusterset', name: ground.settings.clusterset }
  const published = publishedIn(zone, entry, '')
  if (published === undefined) return
  const base = baseOf(entry, zone)
  const { nodes } = namesOf(zone.kind, published, base)
  if (!nodes.has('')) return
  if (published.type === 'ClusterSetIP') return yield* servicePointers(entry, base, ground)
  const age = new Map(entry.exports.map(({ cluster, createdAt }) => [cluster, createdAt]))
  const isAnswered = isReachedFrom(viewersOf(ground), ground.clusterset)
  for (const [path, node] of nodes) {
    if (node.kind !== 'endpoint') continue
    for (const { cluster, endpoint } of node.endpoints) {
      if (!isAnswered(cluster)) continue
      const pointer = { target: joinNames(path, base), headless: true, createdAt: age.get(cluster) ?? 0 }
      for (const address of endpoint.addresses) yield [address, pointer]
    }
  }
}

/** Where those stand who ask here. Whose cluster they are in decides what they are answered, not where in it. */
export const viewersOf = ({ clusterset: { local }, settings: { mapped } }: Ground): readonly Viewpoint[] =>
  [...new Set([local.cluster, ...(mapped ?? [])])].map((cluster) => ({ cluster, locality: null }))

/** Whether somebody is answered a cluster's Headless endpoints; clusters are asked about again and again. */
function isReachedFrom(viewers: readonly Viewpoint[], clusterset: Clusterset): (id: string) => boolean {
  const known = new Map<string, boolean>()
  return (id) => {
    const cluster = clusterset.members.get(id)
    const reached =
      known.get(id) ??
      (cluster !== undefined && viewers.some((from) => reachesEndpoints(cluster, from, clusterset)))
    known.set(id, reached)
    return reached
  }
}

function* servicePointers(
  entry: Entry,
  target: Name,
  ground: Ground,
): Generator<readonly [Address, Pointer]> {
  const oldest = new Map<Address, number>()
  const viewers = viewersOf(ground).filter(
    ({ cluster }) => !hasClustersetIPAlone(entry, cluster, ground.settings),
  )
  const counts = countingIn(entry)
  for (const exported of agreeing(entry)) {
    const { cluster: own } = exported
    const those = counts.has(own) ? viewers : viewers.filter(({ cluster }) => cluster === own)
    for (const address of answeredOf(exported, those, ground.clusterset)) {
      if (!oldest.has(address)) oldest.set(address, exported.createdAt)
    }
  }
  for (const [address, createdAt] of oldest) yield [address, { target, headless: false, createdAt }]
}

/** Whether clients of a cluster get the clusterset IPs and no routed address: those are in the other zones. */
function hasClustersetIPAlone(entry: Entry, from: string, { global, cluster }: ZoneSettings): boolean {
  const found = entry.imports.get(from)
  return global === null && cluster === null && found?.type === 'ClusterSetIP' && found.ips.length > 0
}

/** The addresses of an export's own that somebody is answered. A gateway's are those of its cluster. */
function answeredOf(
  exported: ValidExport,
  viewers: readonly Viewpoint[],
  clusterset: Clusterset,
): readonly Address[] {
  const cluster = clusterset.members.get(exported.cluster)
  if (cluster === undefined) return []
  return unlike(cluster, viewers, clusterset).flatMap((from) => {
    const route = routeTo(cluster, exported, from, clusterset)
    return route.kind === 'none' || OF_CLUSTER.has(route.kind) ? [] : route.addresses
  })
}

/** By these ways the addresses are the cluster's, and no service's. */
const OF_CLUSTER: ReadonlySet<string> = new Set(['gateway', 'nodePort'])

/** One of each kind: in the cluster, beside it on networks of its, elsewhere. All of a kind reach it alike. */
function unlike(
  cluster: Cluster,
  viewers: readonly Viewpoint[],
  clusterset: Clusterset,
): readonly Viewpoint[] {
  const kindOf = (from: Viewpoint): string =>
    from.cluster === cluster.id
      ? 'own'
      : reachesEndpoints(cluster, from, clusterset)
        ? `on ${clusterset.members.get(from.cluster)?.network}`
        : 'far'
  return [...new Map(viewers.map((from) => [kindOf(from), from])).values()]
}

/** The name and all above it, up to the zone's own. */
function namesUpTo(name: Name, zone: Name): readonly Name[] {
  return name === zone ? [name] : [name, ...namesUpTo(name.slice(name.indexOf('.') + 1), zone)]
}
