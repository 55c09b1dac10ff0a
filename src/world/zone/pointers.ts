import { type Address, joinNames, type Name, wireLength } from '../../values/dns/index.ts'
import { flat, type Ordered } from '../../values/packed/index.ts'
import { firstRanked, type Ranked, withoutRanked, withRanked } from '../../values/table/index.ts'
import {
  type Cluster,
  type ClusterId,
  type Clusterset,
  networksOf,
  type Viewpoint,
} from '../../words/clusterset/index.ts'
import {
  byAge,
  labelOf,
  type Ready,
  reachesEndpoints,
  routeTo,
  type ValidExport,
} from '../inventory/index.ts'
import { areEndpointsMade } from './node-at.ts'
import { isSamePointer, type KeptPointer, type PointerTable, pointerAt } from './pointer-table.ts'
import { agreeing, countingIn, hostPath, namesOf, publishedIn } from './published.ts'
import type { Entry, Published, Snapshot, Zone, ZoneSettings } from './types.ts'
import { baseOf, reverseZoneOf } from './zones.ts'

/** PTR records by address (answers.md 6). */
export interface PointerIndex {
  /** The best of each. */
  readonly pointers: PointerTable
  /** Where there are more than one: one address can be that of all services of a cluster. */
  readonly rivals: Ordered<Ranked<KeptPointer>>
}

/** What decides, besides the entry, which of its addresses answers hold. */
type PointerGround = Pick<Snapshot, 'settings' | 'clusterset' | 'zones'>

/** An entry as it stands on some ground. */
interface Standing {
  readonly entry: Entry | undefined
  readonly ground: PointerGround
}

/** The index with what an entry was for what it is: the pointers that both have are not looked at. */
export function exchangePointers(index: PointerIndex, before: Standing, after: Standing): PointerIndex {
  const gone = pointersIn(before)
  const come: Pointing[] = []
  for (const [address, all] of pointersIn(after))
    for (const one of all) if (!takeFrom(gone, address, one)) come.push([address, one])
  for (const [address, all] of gone) for (const one of all) index = change(index, address, one, withoutRanked)
  for (const [address, one] of come) index = change(index, flat(address), owned(one), withRanked)
  return index
}

type Pointing = readonly [Address, KeptPointer]

/** All pointers of an entry in reverse zones, by address: mostly one of each. */
function pointersIn({ entry, ground }: Standing): Map<Address, readonly KeptPointer[]> {
  const all = new Map<Address, readonly KeptPointer[]>()
  if (entry === undefined || !ground.settings.reverse) return all
  for (const [address, one] of pointersOf(entry, ground)) {
    if (reverseZoneOf(ground.zones, address) === undefined) continue
    const known = all.get(address)
    if (known === undefined) all.set(address, [one])
    else if (!known.some((other) => isSamePointer(one, other))) all.set(address, [...known, one])
  }
  return all
}

function takeFrom(all: Map<Address, readonly KeptPointer[]>, address: Address, one: KeptPointer): boolean {
  const known = all.get(address)
  const others = known?.filter((other) => !isSamePointer(one, other))
  if (known === undefined || others === undefined || others.length === known.length) return false
  if (others.length === 0) all.delete(address)
  else all.set(address, others)
  return true
}

/** A host name is cut out of all that a cluster says of the service, which is not to stay with it. */
const owned = (one: KeptPointer): KeptPointer =>
  one.host === null || one.host === '' ? one : { ...one, host: flat(one.host) }

/** The reverse zones in which some address has another PTR record now. */
export function reverseZonesMoved(
  before: PointerTable,
  after: PointerTable,
  zones: Snapshot['zones'],
): ReadonlySet<Name> {
  const moved = new Set<Name>()
  if (before === after) return moved
  for (const [address, now] of after.changesSince(before)) {
    if (before.get(address)?.target === (now && pointerAt(address, now).target)) continue
    const zone = reverseZoneOf(zones, address)
    if (zone !== undefined) moved.add(zone)
  }
  return moved
}

function change(
  { pointers, rivals }: PointerIndex,
  address: Address,
  pointer: KeptPointer,
  exchanged: typeof withoutRanked<KeptPointer>,
): PointerIndex {
  const rank = byRankAt(address)
  const best = pointers.keptAt(address)
  const before = rivals.get(address) ?? (best === undefined ? null : withRanked(null, best, rank))
  const all = exchanged(before, pointer, rank)
  return {
    pointers: all === null ? pointers.delete(address) : pointers.set(address, firstRanked(all)),
    rivals: all === null || all.size === 1 ? rivals.delete(address) : rivals.set(address, all),
  }
}

/** Headless names before service names, then the oldest export, then by name. */
const byRankAt =
  (address: Address) =>
  (a: KeptPointer, b: KeptPointer): number =>
    a === b
      ? 0
      : Number(b.headless) - Number(a.headless) ||
        byAge(a, b) ||
        compare(pointerAt(address, a).target, pointerAt(address, b).target)

const compare = (a: Name, b: Name): number => (a === b ? 0 : a < b ? -1 : 1)

function* pointersOf(entry: Entry, ground: PointerGround): Generator<Pointing> {
  const zone: Zone = { kind: 'clusterset', name: ground.settings.clusterset }
  const published = publishedIn(zone, entry, '')
  if (published === undefined) return
  const base = baseOf(entry, zone)
  if (wireLength(base) > 255) return
  if (published.type === 'ClusterSetIP') return yield* servicePointers(entry, base, ground)
  const age = new Map(entry.exports.map(({ cluster, createdAt }) => [cluster, createdAt]))
  const isAnswered = isReachedFrom(viewersOf(ground), ground.clusterset)
  const isMade = hostsMade(zone.kind, published, base)
  for (const { cluster, ready } of published.shares) {
    if (!isAnswered(cluster)) continue
    const nameless: KeptPointer = {
      host: null,
      base: joinNames(cluster, base),
      headless: true,
      createdAt: age.get(cluster) ?? 0,
    }
    for (let i = 0; i < ready.length; i++) {
      if (!isMade(cluster, ready, i)) continue
      const first = ready.address(i)
      const given = ready.givenName(i)
      const named = given === null ? null : { ...nameless, host: given }
      for (const address of ready.addresses(i))
        yield [address, named ?? (address === first ? nameless : { ...nameless, host: labelOf(first) })]
    }
  }
}

/** Whether an endpoint of a share has a name: where all have, none is put together for it. */
function hostsMade(
  kind: Zone['kind'],
  published: Published,
  base: Name,
): (cluster: ClusterId, ready: Ready, i: number) => boolean {
  if (areEndpointsMade(kind, published, base)) return () => true
  const { nodes } = namesOf(kind, published, base)
  return (cluster, ready, i) => nodes.get(hostPath(kind, ready.hostname(i), cluster))?.kind === 'endpoint'
}

/** Where those stand who ask here. Whose cluster they are in decides what they are answered, not where in it. */
export const viewersOf = ({
  clusterset: { local },
  settings: { mapped },
}: PointerGround): readonly Viewpoint[] =>
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

function* servicePointers(entry: Entry, target: Name, ground: PointerGround): Generator<Pointing> {
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
  for (const [address, createdAt] of oldest)
    yield [address, { host: '', base: target, headless: false, createdAt }]
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
  return unlike(cluster, exported, viewers, clusterset).flatMap((from) => {
    const route = routeTo(cluster, exported, from, clusterset)
    return route.kind === 'none' || OF_CLUSTER.has(route.kind) ? [] : route.addresses
  })
}

/** By these ways the addresses are the cluster's, and no service's. */
const OF_CLUSTER: ReadonlySet<string> = new Set(['gateway', 'nodePort'])

/** One of each kind: in the cluster, beside it on networks of its, elsewhere. All of a kind reach it alike. */
function unlike(
  cluster: Cluster,
  { route }: ValidExport,
  viewers: readonly Viewpoint[],
  clusterset: Clusterset,
): readonly Viewpoint[] {
  const kindOf = (from: Viewpoint): string => {
    if (from.cluster === cluster.id) return 'own'
    // What objects list is reached from networks, or a cluster, of its own.
    if (route?.parts.some(({ within }) => within === from.cluster)) return `in ${from.cluster}`
    return route !== undefined || reachesEndpoints(cluster, from, clusterset)
      ? `on ${networksOf(clusterset.members.get(from.cluster)?.network ?? null)}`
      : 'far'
  }
  return [...new Map(viewers.map((from) => [kindOf(from), from])).values()]
}
