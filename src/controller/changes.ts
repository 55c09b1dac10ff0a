import { reuse } from '../values/table/index.ts'
import type { Cluster, ClusterId, Clusterset } from '../words/clusterset/index.ts'
import type { ServiceKey } from '../words/kube/index.ts'
import type { Export } from '../world/inventory/index.ts'
import type { Entry, World } from '../world/zone/index.ts'

/**
 * The services whose wanted objects may differ between two worlds. What comes of one service is looked at alone, its host
 * names too; of a cluster whose state changed, its services; of other rules, clusters or settings, all.
 */
export function* changedServices(before: World, after: World): Generator<ServiceKey> {
  for (const [key] of after.entries.changesSince(before.entries)) yield key
  for (const [key] of after.renamed.changesSince(before.renamed)) if (after.entries.get(key)) yield key
  const concerns = concernOf(before, after)
  if (concerns === undefined) return
  for (const [key, entry] of after.entries) if (concerns(entry)) yield key
}

/**
 * Whose doing it is that a service differs between two worlds: of those that export it, who says another thing of it, or
 * stands otherwise. None: it comes of what is declared.
 */
export function changersBetween(before: World, after: World): (key: ServiceKey) => readonly ClusterId[] {
  const stand = new Set(changedMembers(before, after))
  return (key) => {
    const [was, is] = [exportsOf(before, key), exportsOf(after, key)]
    const ids = [...new Set([...was.keys(), ...is.keys()])]
    return ids.filter((id) => stand.has(id) || !isSame(was.get(id), is.get(id)))
  }
}

const exportsOf = ({ entries }: World, key: ServiceKey): ReadonlyMap<ClusterId, Export> =>
  new Map(entries.get(key)?.exports.map((one) => [one.cluster, one]))

/** Those that export a service; the one itself, if it does. */
export function exportersOf({ entries }: World, key: ServiceKey, id: ClusterId): readonly ClusterId[] {
  const exports = entries.get(key)?.exports ?? []
  const ids = exports.filter(({ kind }) => kind !== 'notExported').map(({ cluster }) => cluster)
  return ids.includes(id) ? [id] : ids
}

/** Which services a change beside their entries is about; undefined: none. */
function concernOf(before: World, after: World): ((entry: Entry) => boolean) | undefined {
  if (before.clusterset === after.clusterset && before.rules === after.rules) return undefined
  if (!isSame(rulesOf(before), rulesOf(after))) return () => true
  const ids = new Set(changedMembers(before, after))
  if (ids.size === 0) return undefined
  return (entry) => entry.exports.some(({ cluster }) => ids.has(cluster))
}

/** Those that stand otherwise. */
function changedMembers(before: World, after: World): readonly ClusterId[] {
  const { members } = before.clusterset
  return [...after.clusterset.members.values()]
    .filter((now) => members.get(now.id) !== now && !isSame(stateOf(members.get(now.id)), stateOf(now)))
    .map(({ id }) => id)
}

const rulesOf = ({ clusterset, rules }: World) => ({
  local: clusterset.local,
  policy: clusterset.policy,
  rules,
  members: declared(clusterset),
  gateways: gatewayNames(clusterset).map((name) => clusterset.resolved.get(name)),
})

/** Members without how they stand. */
const declared = ({ members }: Clusterset) =>
  [...members.values()].map(({ freshness: _freshness, slow: _slow, ...cluster }) => cluster)

const gatewayNames = ({ members }: Clusterset): readonly string[] =>
  [...members.values()].flatMap(({ gateway }) =>
    gateway.addresses.flatMap((one) => (typeof one === 'string' ? [] : [one.hostname])),
  )

/** How a member stands; when it was last heard of is no matter. */
const stateOf = (cluster: Cluster | undefined) =>
  cluster === undefined ? null : { kind: cluster.freshness.kind, slow: cluster.slow }

const isSame = (a: unknown, b: unknown): boolean => reuse(a, b) === a

/** How many clusters have never been heard. */
export const unheardIn = ({ clusterset: { members } }: World): number =>
  [...members.values()].filter(({ freshness }) => freshness.kind === 'never').length
