import type { ClusterId } from '../clusterset/index.ts'
import { type Address, joinNames, type Name, type RR, TYPE } from '../dns/index.ts'
import type { ValidExport } from '../inventory/index.ts'
import type { Port, Protocol } from '../kube/index.ts'
import { type Member, type Routing, route } from '../routing/index.ts'
import { type ClusterEndpoint, contributors, endpointPath, namesOf, type ServiceNode } from '../zone/index.ts'
import {
  type Context,
  clustersetIPs,
  nowhere,
  type Placement,
  placeService,
  routingOf,
  unionOf,
} from './place.ts'

/** A target of SRV records, with the addresses that go into the additional section. */
export interface Target {
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly target: Name
  readonly addresses: readonly Address[]
  readonly cluster: ClusterId | null
}

/** Which ports an SRV question is about: one by name and protocol, or, at the service's own name, all named ones. */
export type PortFilter = (port: { readonly name: string; readonly protocol: Protocol }) => boolean

type Nowhere = Extract<Placement, { kind: 'nowhere' }>

/** The SRV records of a service in a zone, one per distinct (target, port number) (answers.md rows 4, 5 and 7). */
export function targetsOf(
  node: ServiceNode,
  wanted: PortFilter,
  context: Context,
): readonly Target[] | Nowhere {
  if (node.published.type === 'Headless') return endpointTargets(node, wanted, context)
  const routing = node.zone.kind === 'global' ? routingOf(node.entry, context) : undefined
  if (routing === undefined || clustersetIPs(node, context) !== undefined)
    return serviceTargets(node, wanted, context)
  if (routing.obstacle !== null) return nowhere(routing.obstacle)
  const targets = clusterTargets(node, wanted, routing)
  return targets.length > 0 ? targets : standbyTargets(node, wanted, context)
}

/** The service itself is the target. */
function serviceTargets(
  node: ServiceNode,
  wanted: PortFilter,
  context: Context,
): readonly Target[] | Nowhere {
  const placed = placeService(node, context)
  if (placed.kind === 'nowhere') return placed
  const numbers = node.published.ports
    .filter((port) => port.name !== '' && wanted(port))
    .map(({ port }) => port)
  const [cluster = null] = placed.clusters
  const addresses = placed.ranks.flat()
  return spread(numbers.map((port) => ({ port, target: node.base, addresses, cluster })))
}

/** One per ready endpoint, at the port that its own slice says. */
function endpointTargets(
  node: ServiceNode,
  wanted: PortFilter,
  context: Context,
): readonly Target[] | Nowhere {
  const named: PortFilter = (port) => port.name !== '' && wanted(port)
  const endpoints = node.published.endpoints.filter(({ endpoint }) => endpoint.ports.some(named))
  if (endpoints.length === 0) return []
  const union = unionOf(withEndpoints(node, endpoints), context)
  if (union.kind === 'nowhere') return union
  const targets = union.ranks.flat().flatMap((one) => {
    const path = endpointPath(node.zone.kind, one)
    if (!isMade(path, node)) return []
    const target = joinNames(path, node.base)
    return one.endpoint.ports.filter(named).map(({ port }) => ({
      port,
      target,
      addresses: one.endpoint.addresses,
      cluster: one.cluster,
    }))
  })
  return spread(targets)
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

/** One per cluster: its level is the priority, its share the weight. An SRV client sees the whole policy. */
function clusterTargets(node: ServiceNode, wanted: PortFilter, { levels }: Routing): readonly Target[] {
  const perLevel = levels.map((level) =>
    level.members.flatMap((member) => memberTargets(node, wanted, member)),
  )
  return perLevel
    .filter((targets) => targets.length > 0)
    .flatMap((targets, priority) => distinctTargets(targets.map((target) => ({ ...target, priority }))))
}

/** Where none of the clusters in use has the port, those that have it answer by the same rules among themselves. */
function standbyTargets(
  node: ServiceNode,
  wanted: PortFilter,
  { snapshot, asker }: Context,
): readonly Target[] | Nowhere {
  const { key, import: made } = node.entry
  const exports = contributors(node.entry).filter((one) => portsOf(one, node, wanted).length > 0)
  if (made === null || exports.length === 0) return []
  const routing = route({ key, import: made, exports }, asker.viewpoint, snapshot.clusterset)
  return routing.obstacle === null ? clusterTargets(node, wanted, routing) : nowhere(routing.obstacle)
}

/** The named ports of a cluster's export that are wanted and that the import has too. */
const portsOf = ({ ports }: ValidExport, { published }: ServiceNode, wanted: PortFilter): readonly Port[] =>
  ports.filter(
    (own) =>
      own.name !== '' &&
      wanted(own) &&
      published.ports.some((port) => port.name === own.name && port.protocol === own.protocol),
  )

function memberTargets(
  node: ServiceNode,
  wanted: PortFilter,
  { candidate, share }: Member,
): readonly Omit<Target, 'priority'>[] {
  const { id } = candidate.cluster
  if (!isMade(id, node)) return []
  const target = joinNames(id, node.base)
  const addresses = candidate.route.kind === 'none' ? [] : candidate.route.addresses
  const weight = Math.min(65_535, Math.max(1, Math.round(share * 65_535)))
  return portsOf(candidate.export, node, wanted).map(({ port }) => ({
    weight,
    port,
    target,
    addresses,
    cluster: id,
  }))
}

/** Whether the name at `path` below the service's own exists: one beyond the limits of the DNS is no target either. */
const isMade = (path: string, { zone, published, base }: ServiceNode): boolean =>
  namesOf(zone.kind, published, base).nodes.has(path)

function distinctTargets<
  T extends { readonly target: Name; readonly port: number; readonly addresses: readonly Address[] },
>(targets: readonly T[]): readonly T[] {
  if (targets.length < 2) return targets
  const byKey = new Map<string, T>()
  for (const one of targets) {
    const key = `${one.port} ${one.target}`
    const before = byKey.get(key)
    byKey.set(
      key,
      before === undefined
        ? one
        : { ...before, addresses: [...new Set([...before.addresses, ...one.addresses])] },
    )
  }
  return [...byKey.values()]
}

export const srvRecord = (owner: Name, ttl: number, { priority, weight, port, target }: Target): RR => ({
  owner,
  ttl,
  data: { type: TYPE.SRV, priority, weight, port, target },
})
