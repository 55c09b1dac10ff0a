import type { Viewpoint } from '../../words/clusterset/index.ts'
import { type Entry, grammarOf, type ServiceNode, type Snapshot, type Zone } from '../../world/zone/index.ts'
import { type Routable, type Routing, routableOf, route } from '../routing/index.ts'
import { memoTables } from './memo.ts'

/** A service in a zone. */
export type Asked = Pick<ServiceNode, 'entry' | 'zone'>

interface RoutingContext {
  readonly snapshot: Pick<Snapshot, 'clusterset'>
  readonly asker: { readonly viewpoint: Viewpoint }
}

/** Where clients of the asker's viewpoint are sent for a ClusterSetIP service; undefined when no cluster exports it. */
export const routingOf = (asked: Asked, context: RoutingContext): Routing | undefined =>
  routedOf(asked, context)?.routing

/** Who may answer for a ClusterSetIP service and by what rules, and what these come to. */
interface Routed {
  readonly service: Routable
  readonly routing: Routing
}

export function routedOf(
  { entry, zone: { kind } }: Asked,
  { snapshot: { clusterset }, asker: { viewpoint } }: RoutingContext,
): Routed | undefined {
  const known = isApart(entry, kind) ? routedGlobal(clusterset, viewpoint) : routed(clusterset, viewpoint)
  const hit = known.get(entry)
  if (hit !== undefined) return hit
  const service = routableOf(entry, viewpoint, clusterset, kind)
  if (service === undefined) return undefined
  const made = { service, routing: route(service, viewpoint) }
  known.set(entry, made)
  return made
}

const routed = memoTables<Entry, Routed>()
const routedGlobal = memoTables<Entry, Routed>()

/** Whether the zone has other candidates than the clusterset zone. */
export const isApart = ({ external }: Entry, zone: Zone['kind']): boolean =>
  external !== undefined && grammarOf(zone).hasSites
