import { Ordered } from '../../values/packed/index.ts'
import { type Ranked, Table } from '../../values/table/index.ts'
import { type Care, NO_CARE } from '../../words/care/index.ts'
import { type ClusterId, type Clusterset, type Freshness, takesDraws } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import type { Ids } from '../inventory/index.ts'
import { derived, noSums, withSums } from './derive.ts'
import { hostsAbove, lowestFirst } from './hosts.ts'
import { type KeptPointer, PointerTable } from './pointer-table.ts'
import { reverseZonesMoved } from './pointers.ts'
import { NONE_REFUSED, refusedIn, withRefused } from './refused.ts'
import { advance, aheadOf, Moves, moveOn, type Serials, STILL } from './serials.ts'
import type { Entry, Faults, Zone } from './types.ts'
import type { Views, World } from './world-types.ts'
import { zonesOf } from './zones.ts'

/** A world in which no cluster has said anything yet. `now` in Unix milliseconds. */
export function emptyWorld(
  { settings, clusterset, rules, configured, istio, registries = [] }: WorldPlan,
  now: number,
  known: Serials = new Map(),
  refused: World['refused'] = NONE_REFUSED,
): World {
  const zones = zonesOf(settings, clusterset.members, clusterset.local.cluster, refused)
  const serials = advance(known, zones.keys(), now, new Map())
  const earlierSerials = aheadOf(now, known)
  const tables = {
    faults: Table.empty<Faults>(),
    renamed: Table.empty<object>(),
    entries: Table.empty<Entry>(),
    tally: Table.empty<number>(),
    pointers: PointerTable.EMPTY,
    rivals: Ordered.empty<Ranked<KeptPointer>>(),
  }
  const gauges = Table.empty<number>()
  const moving = STILL
  return {
    settings,
    clusterset,
    rules,
    configured,
    refused,
    istio,
    registries,
    unheard: unheardAmong(registries, clusterset),
    zones,
    serials,
    moving,
    earlierSerials,
    ...tables,
    gauges,
    settled: false,
  }
}

/** Registries whose objects are no member's: each is to be heard once, as members are. */
const unheardAmong = (
  registries: NonNullable<World['registries']>,
  { members }: Clusterset,
): World['unheard'] => new Set(registries.map(({ view }) => view).filter((id) => !members.has(id)))

/**
 * One turn: recompute the services that are dirty; what comes out equal keeps its identity, and a turn that changes
 * nothing returns the same world. `said`: the clusters that said something; the others hold what they held, unless these
 * speak of them. `now` in Unix milliseconds, for the serials of the zones that changed.
 */
export function step(
  world: World,
  views: Views,
  dirty: Iterable<ServiceKey>,
  now: number,
  care: Care = NO_CARE,
  said: Ids = views,
): World {
  let next = withRefused(world, refusedIn(world, views), now)
  const sums = noSums()
  const moves = new Moves(world.settings)
  const above = new Set<ServiceKey>()
  const derive = (key: ServiceKey): void => {
    const before = next.entries.get(key)
    next = derived(next, { key, views, said, before, old: before, sums, care })
    const after = next.entries.get(key)
    if (after === before) return
    moves.exchange(before, after)
    for (const one of hostsAbove(before ?? after, next.entries)) above.add(one)
  }
  for (const key of dirty) derive(key)
  for (const key of lowestFirst(above)) derive(key)
  if (next.entries === world.entries) return next
  const { zones } = next
  const reversed = reverseZonesMoved(world.pointers, next.pointers, zones)
  const names = [...zones.values()].filter((zone) => moves.has(zone)).map(({ name }) => name)
  return { ...withSums(next, sums), ...moveOn(next, [...names, ...reversed], now) }
}

/** The world with clusters joined, gone, or in another state. Their services are derived by `step`. */
export function withClusterset(world: World, clusterset: Clusterset, now: number): World {
  if (clusterset === world.clusterset) return world
  const routed = [...world.zones.values()].filter(({ kind }) => kind !== 'reverse').map(({ name }) => name)
  return { ...world, clusterset, ...moveOn(world, routed, now) }
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
  if (cluster === undefined) return withRegistry(world, id, freshness)
  const members = new Map(world.clusterset.members).set(id, { ...cluster, freshness, slow })
  const next = { ...world, clusterset: { ...world.clusterset, members } }
  // What is routed depends on no more of it; a cluster's own zone has it whatever its state.
  const isRouted = slow !== cluster.slow || takesDraws(freshness) !== takesDraws(cluster.freshness)
  const names = isRouted
    ? [...world.zones.values()].filter((zone) => isDrawnIn(zone, id)).map(({ name }) => name)
    : []
  return settleIfHeard({ ...next, ...moveOn(world, names, now) })
}

/** The world once the API server of a registry was heard, or what it last said was read back. */
function withRegistry(world: World, id: ClusterId, { kind }: Freshness): World {
  if (!world.unheard.has(id) || kind === 'never') return world
  return settleIfHeard({ ...world, unheard: new Set([...world.unheard].filter((one) => one !== id)) })
}

const isDrawnIn = (zone: Zone, id: ClusterId): boolean =>
  zone.kind === 'clusterset' ||
  zone.kind === 'global' ||
  (zone.kind === 'federation' && zone.clusters.includes(id))

/** Settled if there is no cluster, and no registry, that was never heard. */
export const settleIfHeard = (world: World): World =>
  world.unheard.size > 0 ||
  [...world.clusterset.members.values()].some(({ freshness }) => freshness.kind === 'never')
    ? world
    : settle(world)

/** The world once the serials that wait have moved, a second after their zones changed; the same one where none does. */
export const withSerialsMoved = (world: World, now: number): World =>
  world.moving.size === 0
    ? world
    : { ...world, serials: advance(world.serials, world.moving, now), moving: STILL }

/** What configuration and registries want of a world. */
export type WorldPlan = Pick<
  World,
  'settings' | 'clusterset' | 'rules' | 'configured' | 'istio' | 'registries'
>

/** The world once every cluster has had a view, or start-up has taken its time. */
export const settle = (world: World): World => (world.settled ? world : { ...world, settled: true })
