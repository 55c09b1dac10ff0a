import { type ClusterView, indexed, objectIn } from '../../sources/changes/index.ts'
import { remembered } from '../../values/table/index.ts'
import { NAMESPACE } from '../../words/kube/index.ts'
import { advance, aheadOf } from './serials.ts'
import type { Views, World } from './world-types.ts'
import { zonesOf } from './zones.ts'

/** No federation's name is taken. */
export const NONE_REFUSED: World['refused'] = new Set()

/** Federations that are called as a namespace of the server's own cluster is, whose Services have those names. */
export function refusedIn({ settings, clusterset }: Pick<World, 'settings' | 'clusterset'>, views: Views) {
  const { federations } = settings
  if (federations === undefined || federations.size === 0) return NONE_REFUSED
  const view = views.get(clusterset.local.cluster)
  const taken = [...federations.keys()].filter(
    (name) => EVERYWHERE.has(name) || (view !== undefined && hasNamespace(view, name)),
  )
  return taken.length === 0 ? NONE_REFUSED : new Set(taken)
}

/** Namespaces that every cluster has. */
const EVERYWHERE: ReadonlySet<string> = new Set(['default', 'kube-system'])

/** Manifests mostly hold what is in a namespace, and not itself. */
const hasNamespace = (view: ClusterView, name: string): boolean =>
  objectIn(view, NAMESPACE, `/${name}`) !== undefined ||
  (view.byNamespace ?? indexOf(view)).get(name) !== undefined

const indexOf = remembered((view: ClusterView) => indexed(view))

/** Views of which the server's own cluster's is kept so that the namespaces in it are found at once, where that is asked. */
export function withNamespaces(
  { settings: { federations }, clusterset: { local } }: Pick<World, 'settings' | 'clusterset'>,
  views: Views,
): Views {
  const view = views.get(local.cluster)
  if (federations === undefined || federations.size === 0 || view === undefined) return views
  return view.byNamespace === null
    ? new Map(views).set(local.cluster, { ...view, byNamespace: indexOf(view) })
    : views
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
