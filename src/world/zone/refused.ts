import { type ClusterView, objectIn } from '../../sources/changes/index.ts'
import { remembered, type Table } from '../../values/table/index.ts'
import { EXPORT, GKE_EXPORT, NAMESPACE, namespaceOf, SERVICE, SLICE } from '../../words/kube/index.ts'
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
function hasNamespace(view: ClusterView, name: string): boolean {
  if (objectIn(view, NAMESPACE, `/${name}`) !== undefined) return true
  const tables = [
    ...[SERVICE, EXPORT, GKE_EXPORT].map(({ kind }) => view.objects.get(kind)),
    view.lists.get(SLICE.kind),
  ]
  return tables.some((table) => table !== undefined && namespacesIn(table).has(name))
}

const namespacesIn = remembered(
  (table: Table<unknown>): ReadonlySet<string> => new Set(Array.from(table, ([key]) => namespaceOf(key))),
)

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
