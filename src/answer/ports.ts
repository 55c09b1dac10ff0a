import type { ClusterId } from '../clusterset/index.ts'
import { fits, joinNames, type Name } from '../dns/index.ts'
import type { ValidExport } from '../inventory/index.ts'
import type { Port } from '../kube/index.ts'
import { type Draws, type Routing, route } from '../routing/index.ts'
import { portIn } from '../synthesis/index.ts'
import {
  contributors,
  type Entry,
  namesOf,
  type ServiceNode,
  type Snapshot,
  zoneOfCluster,
} from '../zone/index.ts'
import { memoTables } from './memo.ts'
import { type Context, routingOf } from './place.ts'

/** The number under which everybody exposes a port who is usable or stands in; undefined where they differ. */
export function commonNumber({ levels }: Draws, port: Port, ports: readonly Port[]): number | undefined {
  const [first, ...rest] = levels.flatMap(({ members }) =>
    members.map(({ candidate }) => portIn(candidate.export, port, ports)?.port),
  )
  return rest.every((number) => number === first) ? first : undefined
}

/** Where clients are sent if only some of a service's exports count: a port leads only to clusters that have it. */
export function routingAmong(
  entry: Entry,
  having: readonly ValidExport[],
  context: Pick<Context, 'snapshot' | 'asker'>,
): Routing | undefined {
  const { key, import: made } = entry
  if (made === null || having.length === 0) return undefined
  if (having.length === contributors(entry).length) return routingOf(entry, context)
  const { clusterset } = context.snapshot
  const { viewpoint } = context.asker
  const table = routings(clusterset, viewpoint)
  const known = table.get(entry) ?? new Map<string, Routing>()
  table.set(entry, known)
  const who = having.map(({ cluster }) => cluster).join(' ')
  const routing = known.get(who) ?? route({ key, import: made, exports: having }, viewpoint, clusterset)
  known.set(who, routing)
  return routing
}

/** By the clusters that count. */
const routings = memoTables<Entry, Map<string, Routing>>()

/** The name of one cluster's share of a service (answers.md rows 8 and 10); undefined: no zone has one. */
export function nameOfShare(
  { entry, published }: Pick<ServiceNode, 'entry' | 'published'>,
  cluster: ClusterId,
  snapshot: Snapshot,
): Name | undefined {
  const { global } = snapshot.settings
  const base = global === null ? undefined : joinNames(entry.name, entry.namespace, global)
  if (base !== undefined && namesOf('global', published, base).nodes.has(cluster))
    return joinNames(cluster, base)
  const zone = zoneOfCluster(snapshot, cluster)
  const name = zone && joinNames(entry.name, entry.namespace, 'svc', zone)
  return name !== undefined && fits(name) ? name : undefined
}
