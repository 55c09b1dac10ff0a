import { objectIn } from '../../sources/changes/index.ts'
import { NAMESPACE } from '../../words/kube/index.ts'
import { advance, aheadOf } from './serials.ts'
import type { Views, World } from './world-types.ts'
import { zonesOf } from './zones.ts'

/** No federation's name is taken. */
export const NONE_REFUSED: World['refused'] = new Set()

/** Federations that are called as a Namespace of the server's own cluster is, whose Services have those names. */
export function refusedIn({ settings, clusterset }: Pick<World, 'settings' | 'clusterset'>, views: Views) {
  const { federations } = settings
  const view = views.get(clusterset.local.cluster)
  if (federations === undefined || federations.size === 0 || view === undefined) return NONE_REFUSED
  const taken = [...federations.keys()].filter((name) => objectIn(view, NAMESPACE, `/${name}`) !== undefined)
  return taken.length === 0 ? NONE_REFUSED : new Set(taken)
}

/** The world with the zones of just those federations left out. Serials go on from where they were. */
export function withRefused(world: World, refused: World['refused'], now: number): World {
  const before = world.refused
  if (refused.size === before.size && [...refused].every((name) => before.has(name))) return world
  const { settings, clusterset } = world
  const zones = zonesOf(settings, clusterset.members, clusterset.local.cluster, refused)
  const known = new Map([...world.earlierSerials, ...world.serials])
  const come = [...zones.keys()].filter((name) => !world.zones.has(name))
  const serials = new Map(world.serials)
  for (const name of world.zones.keys()) if (!zones.has(name)) serials.delete(name)
  const moved = advance(known, come, now)
  for (const name of come) serials.set(name, moved.get(name) ?? 1)
  const moving = new Set([...world.moving].filter((name) => zones.has(name)))
  return { ...world, refused, zones, serials, moving, earlierSerials: aheadOf(now, known) }
}
