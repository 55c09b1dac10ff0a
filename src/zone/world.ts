import type { ClusterId, Clusterset, Freshness } from '../clusterset/index.ts'
import { type Name, nextSerial, type Serial } from '../dns/index.ts'
import { type Holdings, holdingsOf, type InventoryRules, type ValidExport } from '../inventory/index.ts'
import type { ServiceKey } from '../kube/index.ts'
import type { ClusterView } from '../source/index.ts'
import { synthesize } from '../synthesis/index.ts'
import { reuse, Table } from '../table/index.ts'
import { gaugesOf } from './gauges.ts'
import { indexPointers, type PointerIndex } from './pointers.ts'
import { addTo, count, type Net, tallyOf } from './tally.ts'
import type { Entry, Pointer, Snapshot, ZoneSettings } from './types.ts'
import { zonesOf } from './zones.ts'

/** The snapshot that the watching side owns and steps; a query only reads it. */
export interface World extends Snapshot {
  readonly entries: Table<Entry>
  readonly tally: Table<number>
  readonly pointers: Table<readonly Pointer[]>
  /** Sums for the metrics, kept by difference (gauges.ts). */
  readonly gauges: Table<number>
  readonly rules: ReadonlyMap<ClusterId, InventoryRules>
}

export type Views = ReadonlyMap<ClusterId, ClusterView>

/** A world in which no cluster has said anything yet. `now` in Unix milliseconds. */
export function emptyWorld(
  settings: ZoneSettings,
  clusterset: Clusterset,
  rules: ReadonlyMap<ClusterId, InventoryRules>,
  now: number,
): World {
  const zones = zonesOf(settings, clusterset.members, clusterset.local.cluster)
  const serials = new Map([...zones.keys()].map((name) => [name, nextSerial(0, Math.floor(now / 1000))]))
  const tables = {
    entries: Table.empty<Entry>(),
    tally: Table.empty<number>(),
    pointers: Table.empty<readonly Pointer[]>(),
  }
  return { settings, clusterset, rules, zones, serials, ...tables, gauges: Table.empty(), settled: false }
}

/**
 * One turn: recompute the services that are dirty; what comes out equal keeps its identity, and a turn that changes
 * nothing returns the same world. `views`: of the clusters that said something; the others hold what they held. `now`
 * in Unix milliseconds, for the serials of the zones that changed.
 */
export function step(world: World, views: Views, dirty: Iterable<ServiceKey>, now: number): World {
  let next = world
  const sums = noSums()
  const clusters = new Set<ClusterId>()
  for (const key of dirty) {
    const before = next.entries.get(key)
    const after = kept(before, entryOf(holdingsOf(key, views, world.rules, before)))
    if (after === before) continue
    next = exchange(next, key, before, after, sums)
    for (const cluster of changedIn(before, after)) clusters.add(cluster)
  }
  if (next === world) return world
  // A cluster's zone changes with its own exports; the others hold something of every service.
  const touched = [...world.zones.values()].filter(
    (zone) => zone.kind !== 'cluster' || clusters.has(zone.cluster),
  )
  const names = touched.map(({ name }) => name)
  return { ...counted(next, sums), serials: advance(next.serials, names, now) }
}

/** The world with clusters joined, gone, or in another state. Their services are derived by `step`. */
export function withClusterset(world: World, clusterset: Clusterset, now: number): World {
  if (clusterset === world.clusterset) return world
  const routed = [...world.zones.values()].filter(({ kind }) => kind !== 'reverse').map(({ name }) => name)
  return { ...world, clusterset, serials: advance(world.serials, routed, now) }
}

/** The world with one cluster in another state; it settles once every cluster has been heard. */
export function withFreshness(
  world: World,
  id: ClusterId,
  freshness: Freshness,
  now: number,
  slow = false,
): World {
  const cluster = world.clusterset.members.get(id)
  if (cluster === undefined) return world
  const members = new Map(world.clusterset.members).set(id, { ...cluster, freshness, slow })
  return settleIfHeard(withClusterset(world, { ...world.clusterset, members }, now))
}

/** Settled if there is no cluster that was never heard. */
export const settleIfHeard = (world: World): World =>
  [...world.clusterset.members.values()].some(({ freshness }) => freshness.kind === 'never')
    ? world
    : settle(world)

/**
 * The world under other settings, clusters or rules: everything is derived again, and what comes out equal keeps its
 * identity. Serials go on from where they were.
 */
export function rebuild(world: World, plan: Plan, views: Views, now: number): World {
  const { settings, clusterset, rules } = plan
  let next: World = { ...emptyWorld(settings, clusterset, rules, now), settled: world.settled }
  const keys = new Set([...views.values()].flatMap(keysOf))
  const sums = noSums()
  for (const key of keys) {
    const entry = kept(world.entries.get(key), entryOf(holdingsOf(key, views, rules)))
    if (entry !== undefined) next = exchange(next, key, undefined, entry, sums)
  }
  const serials = new Map([...next.serials].map(([name, fresh]) => [name, world.serials.get(name) ?? fresh]))
  return { ...counted(next, sums), serials: advance(serials, next.zones.keys(), now) }
}

/** What configuration and registries want of a world. */
export type Plan = Pick<World, 'settings' | 'clusterset' | 'rules'>

/** Every service that a view says anything of. */
const keysOf = ({ services, exports, imports, slices }: ClusterView): readonly ServiceKey[] =>
  [services, exports, imports, slices].flatMap((table) => [...table].map(([key]) => key))

/** The world once every cluster has had a view, or start-up has taken its time. */
export const settle = (world: World): World => (world.settled ? world : { ...world, settled: true })

/** Host names among the load balancer addresses of a service's exports. */
export const hostnamesOf = (entry: Entry | undefined): readonly string[] =>
  (entry?.exports ?? []).flatMap((one) =>
    one.kind === 'valid' ? one.ingress.flatMap((at) => ('hostname' in at ? [at.hostname] : [])) : [],
  )

function entryOf({ key, exports, imports }: Holdings): Entry | undefined {
  if (exports.length === 0 && imports.size === 0) return undefined
  const [namespace = '', name = ''] = key.split('/')
  const valid = exports.filter((one): one is ValidExport => one.kind === 'valid')
  return { key, namespace, name, exports, imports, import: synthesize(valid) ?? null }
}

/**
 * The entry after, in which what equals the entry before is that itself. Exports are told apart by cluster: one that
 * comes or goes moves the others' places, and changes none of them.
 */
function kept(before: Entry | undefined, after: Entry | undefined): Entry | undefined {
  if (before === undefined || after === undefined) return after
  const old = new Map(before.exports.map((one) => [one.cluster, one]))
  const exports = after.exports.map((one) => reuse(old.get(one.cluster), one))
  const imports = reuse(before.imports, after.imports)
  const made = reuse(before.import, after.import)
  const same = exports.length === old.size && exports.every((one, i) => one === before.exports[i])
  if (same && imports === before.imports && made === before.import) return before
  return { ...after, exports, imports, import: made }
}

/** What a turn adds to the sums: they are counted once, at its end. */
interface Sums {
  readonly gauges: Net
  readonly tally: Net
}

const noSums = (): Sums => ({ gauges: new Map(), tally: new Map() })

const counted = (world: World, { gauges, tally }: Sums): World => ({
  ...world,
  gauges: count(world.gauges, gauges),
  tally: count(world.tally, tally),
})

function exchange(
  world: World,
  key: ServiceKey,
  before: Entry | undefined,
  after: Entry | undefined,
  sums: Sums,
): World {
  const { settings, zones } = world
  if (before !== undefined) add(sums, before, settings, -1)
  if (after !== undefined) add(sums, after, settings, 1)
  let index: PointerIndex = { pointers: world.pointers, tally: world.tally }
  if (settings.reverse && before !== undefined) index = indexPointers(index, before, settings, zones, -1)
  if (settings.reverse && after !== undefined) index = indexPointers(index, after, settings, zones, 1)
  const entries = after === undefined ? world.entries.delete(key) : world.entries.set(key, after)
  return { ...world, entries, ...index }
}

function add(sums: Sums, entry: Entry, settings: ZoneSettings, sign: 1 | -1): void {
  addTo(sums.gauges, gaugesOf(entry, settings), sign)
  addTo(sums.tally, tallyOf(entry), sign)
}

/** The clusters whose own export is another. */
function* changedIn(before: Entry | undefined, after: Entry | undefined): Generator<ClusterId> {
  for (const one of before?.exports ?? []) if (!after?.exports.includes(one)) yield one.cluster
  for (const one of after?.exports ?? []) if (!before?.exports.includes(one)) yield one.cluster
}

function advance(
  serials: ReadonlyMap<Name, Serial>,
  touched: Iterable<Name>,
  now: number,
): ReadonlyMap<Name, Serial> {
  const next = new Map(serials)
  for (const name of touched) next.set(name, nextSerial(serials.get(name) ?? 0, Math.floor(now / 1000)))
  return next
}
