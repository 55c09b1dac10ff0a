import { fits, joinNames, type Name, type RR, TYPE } from '../../values/dns/index.ts'
import type { Port } from '../../words/kube/index.ts'
import { numberBy } from '../../world/inventory/index.ts'
import { portIn, portOf } from '../../world/synthesis/index.ts'
import { grammarOf, type ServiceNode } from '../../world/zone/index.ts'
import { type Candidate, type Drawn, printObstacle, type Routing, turnsOf } from '../routing/index.ts'
import { endpointTargets } from './endpoint-targets.ts'
import { type AnswerContext, clustersetIPs, nowhere, placeService } from './place.ts'
import { numberedOf, type PortWay, portWayOf, routingAmong } from './ports.ts'
import { routedOf, routingOf } from './routed.ts'
import {
  cutTo,
  type Draft,
  distinctTargets,
  mostTargets,
  NO_TARGETS,
  type Nowhere,
  type SrvTarget,
  spread,
  type Targets,
  type WantedPort,
  wantedIn,
} from './targets.ts'

/** The SRV records of a service in a zone, one per distinct (target, port number) (answers.md 2, rows 4, 5 and 7). */
export function targetsOf(node: ServiceNode, wanted: WantedPort, context: AnswerContext): Targets | Nowhere {
  if (node.published.type === 'Headless') return endpointTargets(node, wanted, context)
  const routing = node.zone.kind === 'cluster' ? undefined : routingOf(node, context)
  if (routing === undefined || clustersetIPs(node, context) !== undefined)
    return serviceTargets(node, wanted, context)
  if (grammarOf(node.zone.kind).hasClusters) return policyTargets(node, wanted, routing, context)
  if (routing.obstacle !== null) return nowhere(routing.obstacle, routing.pending)
  return portTargets(node, wanted, routing, context)
}

/** The service itself is the target. */
function serviceTargets(node: ServiceNode, wanted: WantedPort, context: AnswerContext): Targets | Nowhere {
  const at = ownTarget(node, context)
  if ('kind' in at) return at
  const ports = namedPorts(node, wanted).slice(0, mostTargets(node, context))
  return spread(
    distinctTargets(ports.flatMap(({ port }) => at.map((one) => ({ ...one, port })))),
    node,
    context,
  )
}

type Place = Pick<SrvTarget, 'target' | 'addresses' | 'clusters' | 'isDrawn'>

function ownTarget(node: ServiceNode, context: AnswerContext): readonly [Place] | Nowhere {
  const placed = placeService(node, context)
  if (placed.kind === 'nowhere') return placed
  const { ranks, clusters } = placed
  return [{ target: node.base, addresses: ranks.flatMap((rank) => [...rank]), clusters, isDrawn: false }]
}

const namedPorts = ({ published }: ServiceNode, wanted: WantedPort): readonly Port[] =>
  wantedIn(published.ports, wanted)

/**
 * The service itself where every cluster that may answer exposes the port under one number: whoever looks the name up
 * gets some cluster's address. Else a cluster is drawn of those that have the port, by a name of its own.
 */
function portTargets(
  node: ServiceNode,
  wanted: WantedPort,
  routing: Routing,
  context: AnswerContext,
): Targets | Nowhere {
  let at: readonly Place[] | Nowhere | undefined
  const targets: Draft[] = []
  let missing: Nowhere | undefined
  for (const port of namedPorts(node, wanted)) {
    if (targets.length > mostTargets(node, context)) break
    const way = portWayOf(node, port, routing, context)
    if (way.kind === 'service') at ??= ownTarget(node, context)
    const found = targetsBy(way, at ?? [], node, context)
    if ('kind' in found) missing = missing?.pending === true || !found.pending ? (missing ?? found) : found
    else targets.push(...found)
  }
  return targets.length > 0 || missing === undefined
    ? spread(distinctTargets(targets), node, context)
    : missing
}

/** Finds out of one port at a time what is kept of each, as a look-up of all of them needs it. */
export function* portsPrepared(node: ServiceNode, context: AnswerContext): Generator<void> {
  if (node.published.type === 'Headless' || node.zone.kind !== 'clusterset') return
  const routing = routingOf(node, context)
  if (routing === undefined || routing.obstacle !== null || clustersetIPs(node, context) !== undefined) return
  for (const port of namedPorts(node, null)) {
    portWayOf(node, port, routing, context)
    yield
  }
}

function targetsBy(
  way: PortWay,
  at: readonly Place[] | Nowhere,
  { entry }: ServiceNode,
  { choose }: AnswerContext,
): readonly Draft[] | Nowhere {
  switch (way.kind) {
    case 'service':
      return 'kind' in at ? at : at.map((one) => ({ ...one, port: way.number }))
    case 'drawn':
      return choose(way.routing, entry).flatMap(({ cluster, member: { candidate } }) => {
        const share = way.shares.get(cluster)
        return share === undefined
          ? []
          : [{ port: share.number, target: share.target, ...shareOf(candidate) }]
      })
    case 'nowhere':
      return nowhere(way.reason, way.pending)
    case 'nobody':
      return []
  }
}

const shareOf = ({ id, route: way }: Candidate): Omit<Place, 'target'> => ({
  addresses: way.kind === 'none' ? [] : way.addresses,
  clusters: [id],
  isDrawn: true,
})

/**
 * One per cluster that has the port, by the same rules among these. Priorities are the order of use, weights the
 * chances: an SRV client sees the whole policy, and divides as a look-up of addresses is divided.
 */
function policyTargets(
  node: ServiceNode,
  wanted: WantedPort,
  whole: Routing,
  context: AnswerContext,
): Targets | Nowhere {
  const candidates = numberedOf(routedOf(node, context)?.service.candidates ?? [])
  if (whole.obstacle !== null && candidates.every(({ route }) => route.kind === 'none'))
    return nowhere(whole.obstacle, whole.pending)
  const having = candidates.filter((one) => numbersOf(one, node, wanted, 1).length > 0)
  if (having.length === 0) return unnumbered(candidates, node, wanted)
  const routing = routingAmong(node, having, context)
  if (routing === undefined) return NO_TARGETS
  if (routing.obstacle !== null) return nowhere(routing.obstacle, routing.pending)
  const most = mostTargets(node, context)
  const all: SrvTarget[] = []
  let priority = 0
  for (const turn of turnsOf(routing)) {
    const before = all.length
    for (const drawn of turn) {
      if (all.length > most) break
      for (const target of memberTargets(node, wanted, drawn, most)) all.push({ ...target, priority })
    }
    if (all.length > before) priority++
    if (all.length > most) break
  }
  return cutTo(all, node, context)
}

/** A candidate's own ports that are the wanted ones of the import: by name, or where it has another name for one by number. */
function* sharedPorts(candidate: Candidate, { published }: ServiceNode, wanted: WantedPort): Generator<Port> {
  const { ports: all } = published
  if (wanted === null) {
    for (const own of candidate.ports) if ((portOf(candidate, own, all)?.name ?? '') !== '') yield own
    return
  }
  for (const port of wantedIn(all, wanted)) {
    const own = portIn(candidate, port, all)
    if (own !== undefined) yield own
  }
}

function memberTargets(
  node: ServiceNode,
  wanted: WantedPort,
  { cluster, chance, member: { candidate } }: Drawn,
  most: number,
): readonly Omit<SrvTarget, 'priority'>[] {
  const target = joinNames(cluster, node.base)
  if (!fits(target)) return []
  const weight = Math.min(65_535, Math.max(1, Math.round(chance * 65_535)))
  const at = { target, weight, ...shareOf(candidate), isDrawn: false }
  return numbersOf(candidate, node, wanted, most).map((port) => ({ ...at, port }))
}

/** Under which numbers a candidate has the wanted ports, as many as are asked for. */
function numbersOf(
  candidate: Candidate,
  node: ServiceNode,
  wanted: WantedPort,
  most: number,
): readonly number[] {
  const numbers = new Set<number>()
  for (const own of sharedPorts(candidate, node, wanted)) {
    const number = numberBy(candidate.route, own)
    if (number !== undefined && numbers.add(number).size >= most) break
  }
  return [...numbers]
}

/** Nobody has the port, or only such as do not serve it at their nodes. */
function unnumbered(
  candidates: readonly Candidate[],
  node: ServiceNode,
  wanted: WantedPort,
): Targets | Nowhere {
  const served = candidates.flatMap((one) => {
    const own = sharedPorts(one, node, wanted).next()
    return own.done === true ? [] : [[one.id, `nodePort: port ${own.value.port} has no nodePort`] as const]
  })
  return served.length === 0 ? NO_TARGETS : nowhere(printObstacle(served), false)
}

export const srvRecord = (
  owner: Name,
  ttl: number,
  { priority, weight, port, target }: Pick<SrvTarget, 'priority' | 'weight' | 'port' | 'target'>,
): RR => ({
  owner,
  ttl,
  data: { type: TYPE.SRV, priority, weight, port, target },
})
