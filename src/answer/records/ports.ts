import { fits, joinNames, type Name } from '../../values/dns/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { Port } from '../../words/kube/index.ts'
import { routeByPort } from '../../world/inventory/index.ts'
import { portIn } from '../../world/synthesis/index.ts'
import {
  baseOf,
  type Entry,
  type Published,
  type ServiceNode,
  type Snapshot,
  zoneOfCluster,
} from '../../world/zone/index.ts'
import { type Candidate, type Draws, type Routing, route } from '../routing/index.ts'
import { memoTables } from './memo.ts'
import { type AnswerContext, nowhere } from './place.ts'
import { type Asked, isApart, routedOf } from './routed.ts'

/** Where a look-up of SRV for one port leads (answers.md 2, row 4). */
export type PortWay =
  /** Every cluster that may answer exposes it under one number: to the service itself. */
  | { readonly kind: 'service'; readonly number: number }
  /** To one drawn of those that have it. */
  | { readonly kind: 'drawn'; readonly routing: Routing; readonly shares: ReadonlyMap<ClusterId, Share> }
  | { readonly kind: 'nowhere'; readonly reason: string; readonly pending: boolean }
  | { readonly kind: 'nobody' }

/** A cluster's own name and the number that it has. */
interface Share {
  readonly target: Name
  readonly number: number
}

/** Found out once for a service, as long as all is the same: there may be hundreds of clusters. */
export function portWayOf(node: ServiceNode, port: Port, routing: Routing, context: AnswerContext): PortWay {
  const table = ways(context.snapshot.clusterset, context.asker.viewpoint)
  const { zones } = context.snapshot
  const hit = table.get(node.published)
  const known = hit?.zones === zones ? hit : { zones, byPort: new Map<Port, PortWay>() }
  if (known !== hit) table.set(node.published, known)
  const way = known.byPort.get(port) ?? findWay(node, port, routing, context)
  known.byPort.set(port, way)
  return way
}

const ways = memoTables<
  Published,
  { readonly zones: Snapshot['zones']; readonly byPort: Map<Port, PortWay> }
>()

function findWay(node: ServiceNode, port: Port, routing: Routing, context: AnswerContext): PortWay {
  const number = commonNumber(routing, port, node.published.ports)
  if (number !== undefined) return { kind: 'service', number }
  const all = routedOf(node, context)?.service.candidates ?? []
  const having = all.flatMap((candidate) => {
    const own = portIn(candidate, port, node.published.ports)
    return own === undefined ? [] : [{ candidate, number: own.port }]
  })
  const named = having.flatMap(({ candidate, number }) => {
    const target = nameOfShare(node, candidate.id, context.snapshot)
    return target === undefined ? [] : [{ candidate, share: { target, number } }]
  })
  const among = routingAmong(
    node,
    named.map(({ candidate }) => candidate),
    context,
  )
  if (among === undefined) return having.length === 0 ? { kind: 'nobody' } : nowhere(NAMELESS)
  if (among.obstacle !== null) return nowhere(among.obstacle, among.pending)
  const shares = new Map(named.map(({ candidate, share }) => [candidate.id, share]))
  return { kind: 'drawn', routing: among, shares }
}

const NAMELESS = "the clusters' ports differ, and no zone has names of single clusters"

/** The number under which everybody exposes a port who is usable or stands in; undefined where they differ. */
function commonNumber({ levels }: Draws, port: Port, ports: readonly Port[]): number | undefined {
  const [first, ...rest] = levels.flatMap(({ members }) =>
    members.map(({ candidate }) => portIn(candidate, port, ports)?.port),
  )
  return rest.every((number) => number === first) ? first : undefined
}

/** Where clients are sent if only some candidates count: a port leads only to clusters that have it. */
export function routingAmong(
  asked: Asked,
  having: readonly Candidate[],
  context: Pick<AnswerContext, 'snapshot' | 'asker'>,
): Routing | undefined {
  const routed = routedOf(asked, context)
  if (routed === undefined || having.length === 0) return undefined
  if (having.length === routed.service.candidates.length && !having.some(isNumbered)) return routed.routing
  const { viewpoint } = context.asker
  const { entry } = asked
  const { clusterset } = context.snapshot
  const table = (isApart(entry, asked.zone.kind) ? routingsGlobal : routings)(clusterset, viewpoint)
  const known = table.get(entry) ?? new Map<string, Routing>()
  table.set(entry, known)
  const who = having.map((one) => (isNumbered(one) ? `${one.id}:` : one.id)).join(' ')
  const routing = known.get(who) ?? route({ ...routed.service, candidates: having }, viewpoint)
  known.set(who, routing)
  return routing
}

/** Candidates for whoever looks up SRV, and is told the number of a port with the addresses. */
export const numberedOf = (candidates: readonly Candidate[]): readonly Candidate[] =>
  candidates.some(({ route }) => route.kind === 'none' && route.byPort !== undefined)
    ? candidates.map((one) => ({ ...one, route: routeByPort(one.route) }))
    : candidates

/** Numbers may be others than those that a look-up of addresses goes on to. */
const isNumbered = ({ route }: Candidate): boolean => route.kind === 'nodePort'

/** By those that count. */
const routings = memoTables<Entry, Map<string, Routing>>()
const routingsGlobal = memoTables<Entry, Map<string, Routing>>()

/** The name of one cluster's share of a service (answers.md 2, rows 8 and 10); undefined: no zone has one. */
function nameOfShare(
  { entry, published }: Pick<ServiceNode, 'entry' | 'published'>,
  cluster: ClusterId,
  snapshot: Snapshot,
): Name | undefined {
  const { global } = snapshot.settings
  const base = global === null ? undefined : baseOf(entry, { kind: 'global', name: global })
  if (base !== undefined && published.clusters.includes(cluster) && fits(joinNames(cluster, base)))
    return joinNames(cluster, base)
  const zone = zoneOfCluster(snapshot, cluster)
  const name = zone && baseOf(entry, { kind: 'cluster', name: zone })
  return name !== undefined && fits(name) ? name : undefined
}
