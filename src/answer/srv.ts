import type { ClusterId } from '../clusterset/index.ts'
import { type Address, joinNames, type Name, type RR, TYPE } from '../dns/index.ts'
import type { EndpointPort, ValidExport } from '../inventory/index.ts'
import type { Port, Protocol } from '../kube/index.ts'
import { type Candidate, type Drawn, type Routing, turnsOf } from '../routing/index.ts'
import { portsNamed } from '../synthesis/index.ts'
import { type ClusterEndpoint, candidatesOf, endpointPath, namesOf, type ServiceNode } from '../zone/index.ts'
import {
  type Context,
  clustersetIPs,
  nowhere,
  type Placement,
  placeService,
  routingOf,
  unionOf,
} from './place.ts'
import { type PortWay, routingAmong, wayOf } from './ports.ts'

/** A target of SRV records, with the addresses that go into the additional section. */
export interface Target {
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly target: Name
  readonly addresses: readonly Address[]
  /** Whose addresses they are. */
  readonly clusters: readonly ClusterId[]
  /** A draw decided that it is this one. */
  readonly isDrawn: boolean
}

/** Which ports an SRV question is about: one by name and protocol, or null, at the service's own name: all named ones. */
export type WantedPort = { readonly name: string; readonly protocol: Protocol } | null

const wantedIn = <T extends EndpointPort>(ports: readonly T[], wanted: WantedPort): readonly T[] =>
  (wanted === null ? ports : portsNamed(ports, wanted)).filter(({ name }) => name !== '')

type Nowhere = Extract<Placement, { kind: 'nowhere' }>

/** The SRV records of a service in a zone, one per distinct (target, port number) (answers.md rows 4, 5 and 7). */
export function targetsOf(
  node: ServiceNode,
  wanted: WantedPort,
  context: Context,
): readonly Target[] | Nowhere {
  if (node.published.type === 'Headless') return endpointTargets(node, wanted, context)
  const routing = node.zone.kind === 'cluster' ? undefined : routingOf(node.entry, context)
  if (routing === undefined || clustersetIPs(node, context) !== undefined)
    return serviceTargets(node, wanted, context)
  if (routing.obstacle !== null) return nowhere(routing.obstacle)
  return node.zone.kind === 'global'
    ? policyTargets(node, wanted, context)
    : portTargets(node, wanted, routing, context)
}

/** The service itself is the target. */
function serviceTargets(
  node: ServiceNode,
  wanted: WantedPort,
  context: Context,
): readonly Target[] | Nowhere {
  const at = ownTarget(node, context)
  if ('kind' in at) return at
  return spread(namedPorts(node, wanted).flatMap(({ port }) => at.map((one) => ({ ...one, port }))))
}

type Place = Pick<Target, 'target' | 'addresses' | 'clusters' | 'isDrawn'>

function ownTarget(node: ServiceNode, context: Context): readonly [Place] | Nowhere {
  const placed = placeService(node, context)
  if (placed.kind === 'nowhere') return placed
  const { ranks, clusters } = placed
  return [{ target: node.base, addresses: ranks.flat(), clusters, isDrawn: false }]
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
  context: Context,
): readonly Target[] | Nowhere {
  const ways = namedPorts(node, wanted).map((port) => wayOf(node, port, routing, context))
  const at = ways.some(({ kind }) => kind === 'service') ? ownTarget(node, context) : []
  const outcomes = ways.map((way) => targetsBy(way, at, node, context))
  const targets = outcomes.flatMap((one) => ('kind' in one ? [] : one))
  return targets.length > 0 ? spread(targets) : (outcomes.find((one) => 'kind' in one) ?? [])
}

function targetsBy(
  way: PortWay,
  at: readonly Place[] | Nowhere,
  { entry }: ServiceNode,
  { choose }: Context,
): readonly Omit<Target, 'priority' | 'weight'>[] | Nowhere {
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
      return nowhere(way.reason)
    case 'nobody':
      return []
  }
}

const shareOf = ({ cluster, route: way }: Candidate): Omit<Place, 'target'> => ({
  addresses: way.kind === 'none' ? [] : way.addresses,
  clusters: [cluster.id],
  isDrawn: true,
})

/** One per ready endpoint, at the port that its own slice says. */
function endpointTargets(
  node: ServiceNode,
  wanted: WantedPort,
  context: Context,
): readonly Target[] | Nowhere {
  const portsOf = portsByList(wanted)
  const endpoints = node.published.endpoints.filter(({ endpoint }) => portsOf(endpoint.ports).length > 0)
  if (endpoints.length === 0) return []
  const union = unionOf(withEndpoints(node, endpoints), context)
  if (union.kind === 'nowhere') return union
  const targets = union.ranks.flat().flatMap((one) => {
    const path = endpointPath(node.zone.kind, one)
    if (!isMade(path, node)) return []
    const target = joinNames(path, node.base)
    return portsOf(one.endpoint.ports).map(({ port }) => ({
      port,
      target,
      addresses: one.endpoint.addresses,
      clusters: [one.cluster],
      isDrawn: false,
    }))
  })
  return spread(targets)
}

/** The named ports of a list that are wanted, found once: the endpoints of a slice have one list. */
function portsByList(wanted: WantedPort): (list: readonly EndpointPort[]) => readonly EndpointPort[] {
  const known = new Map<readonly EndpointPort[], readonly EndpointPort[]>()
  return (list) => {
    const ports = known.get(list) ?? wantedIn(list, wanted)
    known.set(list, ports)
    return ports
  }
}

/** The same node when they are all of its own: what is known of it stays known. */
const withEndpoints = (node: ServiceNode, endpoints: readonly ClusterEndpoint[]): ServiceNode =>
  endpoints.length === node.published.endpoints.length
    ? node
    : { ...node, published: { ...node.published, endpoints } }

/** Equal chances: priority 0, weight max(1, ⌊100/N⌋). */
function spread(targets: readonly Omit<Target, 'priority' | 'weight'>[]): readonly Target[] {
  const distinct = distinctTargets(targets)
  const weight = Math.max(1, Math.floor(100 / distinct.length))
  return distinct.map((target) => ({ ...target, priority: 0, weight }))
}

/**
 * One per cluster that has the port, by the same rules among these. Priorities are the order of use, weights the
 * chances: an SRV client sees the whole policy, and divides as a look-up of addresses is divided.
 */
function policyTargets(node: ServiceNode, wanted: WantedPort, context: Context): readonly Target[] | Nowhere {
  const all = candidatesOf(node.entry, context.asker.viewpoint.cluster)
  const having = all.filter((one) => portsOf(one, node, wanted).length > 0)
  const routing = routingAmong(node.entry, having, context)
  if (routing === undefined) return []
  if (routing.obstacle !== null) return nowhere(routing.obstacle)
  return turnsOf(routing)
    .map((turn) => turn.flatMap((drawn) => memberTargets(node, wanted, drawn)))
    .filter((targets) => targets.length > 0)
    .flatMap((targets, priority) => distinctTargets(targets.map((target) => ({ ...target, priority }))))
}

/** The named ports of a cluster's export that are wanted and that the import has too. */
const portsOf = ({ ports }: ValidExport, { published }: ServiceNode, wanted: WantedPort): readonly Port[] =>
  wantedIn(ports, wanted).filter((own) => portsNamed(published.ports, own).length > 0)

function memberTargets(
  node: ServiceNode,
  wanted: WantedPort,
  { cluster, chance, member: { candidate } }: Drawn,
): readonly Omit<Target, 'priority'>[] {
  if (!isMade(cluster, node)) return []
  const target = joinNames(cluster, node.base)
  const weight = Math.min(65_535, Math.max(1, Math.round(chance * 65_535)))
  const at = { target, weight, ...shareOf(candidate), isDrawn: false }
  return portsOf(candidate.export, node, wanted).map(({ port }) => ({ ...at, port }))
}

/** Whether the name at `path` below the service's own exists: one beyond the limits of the DNS is no target either. */
const isMade = (path: string, { zone, published, base }: ServiceNode): boolean =>
  namesOf(zone.kind, published, base).nodes.has(path)

/** One per distinct (target, port number), with the addresses of all of them: a host name may be that of every pod. */
function distinctTargets<
  T extends { readonly target: Name; readonly port: number; readonly addresses: readonly Address[] },
>(targets: readonly T[]): readonly T[] {
  if (targets.length < 2) return targets
  const byKey = Map.groupBy(targets, ({ port, target }) => `${port} ${target}`)
  return [...byKey.values()].flatMap((same) => {
    const [first] = same
    if (first === undefined || same.length === 1) return same
    return { ...first, addresses: joinedAddresses(same) }
  })
}

/** The addresses of several targets, each once; many have one list. */
export function joinedAddresses(targets: readonly Pick<Target, 'addresses'>[]): readonly Address[] {
  const lists = new Set(targets.map(({ addresses }) => addresses))
  return [...new Set([...lists].flat())]
}

export const srvRecord = (owner: Name, ttl: number, { priority, weight, port, target }: Target): RR => ({
  owner,
  ttl,
  data: { type: TYPE.SRV, priority, weight, port, target },
})
