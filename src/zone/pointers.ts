import { type Address, joinNames, type Name } from '../dns/index.ts'
import { byAge, readyIn } from '../inventory/index.ts'
import type { Table } from '../table/index.ts'
import { contributors, namesOf, publishedIn } from './published.ts'
import { count, TALLY } from './tally.ts'
import type { Entry, Pointer, Zone, ZoneSettings } from './types.ts'
import { reverseName, zoneOf } from './zones.ts'

/** PTR records by address, and the names above them that therefore exist (answers.md 6). */
export interface PointerIndex {
  readonly pointers: Table<readonly Pointer[]>
  readonly tally: Table<number>
}

/** The index with an entry's pointers added, or taken away by a `sign` of -1. */
export function indexPointers(
  index: PointerIndex,
  entry: Entry,
  settings: ZoneSettings,
  zones: ReadonlyMap<Name, Zone>,
  sign: 1 | -1,
): PointerIndex {
  for (const [address, pointer] of pointersOf(entry, settings)) {
    const name = reverseName(address)
    const zone = zoneOf(zones, name)
    if (zone?.kind === 'reverse') index = change(index, address, pointer, namesUpTo(name, zone.name), sign)
  }
  return index
}

/** The reverse zones in which some address of these entries has another PTR record now. */
export function reverseZonesMoved(
  before: PointerIndex['pointers'],
  after: PointerIndex['pointers'],
  entries: Iterable<Entry>,
  settings: ZoneSettings,
  zones: ReadonlyMap<Name, Zone>,
): ReadonlySet<Name> {
  const moved = new Set<Name>()
  if (!settings.reverse || before === after) return moved
  for (const entry of entries) {
    for (const [address] of pointersOf(entry, settings)) {
      if (before.get(address)?.[0]?.target === after.get(address)?.[0]?.target) continue
      const zone = zoneOf(zones, reverseName(address))
      if (zone?.kind === 'reverse') moved.add(zone.name)
    }
  }
  return moved
}

function change(
  { pointers, tally }: PointerIndex,
  address: Address,
  pointer: Pointer,
  names: readonly Name[],
  sign: 1 | -1,
): PointerIndex {
  const others = (pointers.get(address) ?? []).filter(({ target }) => target !== pointer.target)
  const list = sign === 1 ? [...others, pointer].sort(byRank) : others
  return {
    pointers: list.length === 0 ? pointers.delete(address) : pointers.set(address, list),
    tally: count(
      tally,
      names.map((name) => [TALLY.reverse(name), 1]),
      sign,
    ),
  }
}

/** Headless names before service names, then the oldest export, then by name. */
const byRank = (a: Pointer, b: Pointer): number =>
  Number(b.headless) - Number(a.headless) || byAge(a, b) || (a.target < b.target ? -1 : 1)

function* pointersOf(entry: Entry, settings: ZoneSettings): Generator<readonly [Address, Pointer]> {
  const zone: Zone = { kind: 'clusterset', name: settings.clusterset }
  const published = publishedIn(zone, entry, '')
  if (published === undefined) return
  const base = joinNames(entry.name, entry.namespace, 'svc', settings.clusterset)
  const age = new Map(entry.exports.map(({ cluster, createdAt }) => [cluster, createdAt]))
  for (const [path, node] of namesOf(zone.kind, published, base).nodes) {
    if (node.kind !== 'endpoint') continue
    for (const { cluster, endpoint } of node.endpoints) {
      const pointer = { target: joinNames(path, base), headless: true, createdAt: age.get(cluster) ?? 0 }
      for (const address of endpoint.addresses) yield [address, pointer]
    }
  }
  if (published.type === 'ClusterSetIP') yield* servicePointers(entry, base)
}

function* servicePointers(entry: Entry, target: Name): Generator<readonly [Address, Pointer]> {
  const oldest = new Map<Address, number>()
  for (const { clusterIPs, endpoints, createdAt } of contributors(entry)) {
    for (const address of [...clusterIPs, ...readyIn(endpoints).flatMap(({ addresses }) => addresses)]) {
      if (!oldest.has(address)) oldest.set(address, createdAt)
    }
  }
  for (const [address, createdAt] of oldest) yield [address, { target, headless: false, createdAt }]
}

/** The name and all above it, up to the zone's own. */
function namesUpTo(name: Name, zone: Name): readonly Name[] {
  return name === zone ? [name] : [name, ...namesUpTo(name.slice(name.indexOf('.') + 1), zone)]
}
