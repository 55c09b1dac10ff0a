import { type Address, type Family, familyOf, printAddress, unusable } from '../../values/dns/index.ts'
import { remembered } from '../../values/table/index.ts'
import {
  ClaimsByNetwork,
  type Cluster,
  type Clusterset,
  claimsOf,
  type Networks,
  printNetworks,
  type Reach,
  shareNetwork,
  type Viewpoint,
} from '../../words/clusterset/index.ts'
import type { Ingress } from '../../words/kube/index.ts'
import type { ValidExport } from './export-types.ts'
import { routeByNodePort, routeByPort, routeTranslated } from './node-port.ts'
import { balancerProblem, isInside, isRefused } from './outside.ts'
import { Ready } from './ready.ts'
import type { NoRoute, Route } from './route-types.ts'
import { portsProblem } from './shifted.ts'
import { routeToShare } from './site-route.ts'

/** How clients of a viewpoint reach a cluster's share of a ClusterSetIP service (answers.md 4.1). */
export function routeTo(
  cluster: Cluster,
  exported: ValidExport,
  from: Viewpoint,
  clusterset: Clusterset,
): Route {
  const isOwn = cluster.id === from.cluster
  // What is exported by ServiceEntries alone is outside for its own cluster too.
  if (isOwn && (exported.route === undefined || exported.clusterIPs.length > 0))
    return orNone('clusterIP', exported.clusterIPs, 'its Service has no ClusterIP')
  if (exported.route !== undefined && (isOwn || reachOf(cluster, exported) === 'auto'))
    return routeToShare(exported.route, from, clusterset)
  return byReach({ cluster, exported, clusterset, network: networkOf(from, clusterset) }, WAYS)
}

/**
 * How a clusterset IP of the viewpoint's cluster reaches a cluster's share of a service: its endpoints' own addresses
 * where the network is one, whatever their ports, for a proxy translates those; the other ways are as for clients.
 */
export function routeBehind(
  cluster: Cluster,
  exported: ValidExport,
  from: Viewpoint,
  clusterset: Clusterset,
): Route {
  const trip: Trip = { cluster, exported, clusterset, network: networkOf(from, clusterset) }
  const isOwn = cluster.id === from.cluster
  const ready = new Ready(exported.endpoints.ready)
  if (isOwn && (exported.route === undefined || ready.length > 0)) return toEndpoints(ready)
  return exported.route !== undefined && (isOwn || reachOf(cluster, exported) === 'auto')
    ? routeByPort(routeToShare(exported.route, from, clusterset))
    : byReach(trip, PROXIED)
}

/** By which way a cluster's share is reached: what an object says of that holds where nobody says it here. */
const reachOf = (cluster: Cluster, exported: ValidExport): Reach => exported.reach ?? cluster.reach

function byReach(trip: Trip, waysOf: Readonly<Record<Reach, readonly Way[]>>): Route {
  const reach = reachOf(trip.cluster, trip.exported)
  const ways = waysOf[reach].map((way) => way(trip))
  const open = ways.find((route) => route.kind !== 'none')
  return open ?? noRoute(trip, reach, ways)
}

const networkOf = (from: Viewpoint, { members }: Clusterset): Networks =>
  members.get(from.cluster)?.network ?? null

/** Whether Headless endpoints of a cluster can be reached: they need the viewpoint's own network. */
export function reachesEndpoints(cluster: Cluster, from: Viewpoint, clusterset: Clusterset): boolean {
  return cluster.id === from.cluster || shareNetwork(networkOf(from, clusterset), cluster.network)
}

/** `network b`: where a cluster is that is not on the viewpoint's network, in the words of an EDE text. */
export const printNetwork = ({ network }: Cluster): string => printNetworks(network)

interface Trip {
  readonly cluster: Cluster
  readonly exported: ValidExport
  readonly clusterset: Clusterset
  /** The viewpoint's. */
  readonly network: Networks
}

type Way = (trip: Trip) => Route

const byEndpoints: Way = (trip) => atTargets(trip, (ready) => portsProblem(trip.exported.ports, ready))

const byTargets: Way = (trip) => atTargets(trip, () => undefined)

function atTargets(
  { cluster, exported, network }: Trip,
  problem: (ready: Ready) => string | undefined,
): Route {
  if (!shareNetwork(network, cluster.network)) return none(`endpoints: ${offNetwork(cluster, network)}`)
  const ready = new Ready(exported.endpoints.ready)
  const reason = problem(ready)
  return reason === undefined ? toEndpoints(ready) : none(`endpoints: ${reason}`)
}

/** Their addresses are read when somebody asks for them: a look-up is sent to one cluster of many. */
function toEndpoints(ready: Ready): Route {
  if (ready.length === 0) return none('endpoints: none is ready')
  let addresses: readonly Address[] | undefined
  const known = ready.families
  return {
    kind: 'endpoints',
    families: known,
    get addresses() {
      addresses ??= ready.allAddresses()
      return addresses
    },
  }
}

function byClusterIP({ cluster, exported, clusterset, network }: Trip): Route {
  if (!shareNetwork(network, cluster.network)) return none(`ClusterIP: ${offNetwork(cluster, network)}`)
  if (cluster.serviceCIDRs.length === 0) return none('ClusterIP: the cluster declares no serviceCIDRs')
  const rival = rivalOf(cluster, network, clusterset.members)
  if (rival !== undefined) return none(`ClusterIP: its serviceCIDRs overlap those of ${rival}`)
  const inside = exported.clusterIPs.filter((ip) => isInside(ip, cluster.serviceCIDRs, clusterset.addresses))
  return orNone('clusterIP', inside, 'ClusterIP: its Service has none inside the declared serviceCIDRs')
}

/** Whether the cluster's ClusterIPs could be another's for who is on some networks, and cannot reach them then. */
export const isContested = (cluster: Cluster, from: Networks, members: Clusterset['members']): boolean =>
  rivalOf(cluster, from, members) !== undefined

/** Another cluster on the asker's networks that declares addresses which the cluster's serviceCIDRs hold too. */
function rivalOf(
  { id, serviceCIDRs }: Cluster,
  from: Networks,
  members: Clusterset['members'],
): string | undefined {
  const claims = claimsIn(members).on(from)
  for (const prefix of serviceCIDRs) {
    const rival = claims?.rivalOf({ id, prefix })
    if (rival !== undefined) return rival
  }
  return undefined
}

/** What the clusters of each network declare, for as long as these are the members. */
const claimsIn = remembered(
  (members: Clusterset['members']) => new ClaimsByNetwork(members.values(), claimsOf),
)

function byLoadBalancer({ cluster, exported, clusterset }: Trip): Route {
  const refused = exported.strays.find((stray) => stray.refused)
  if (exported.ingress.length === 0)
    return none(
      refused === undefined
        ? 'load balancer: its Service has no ingress address'
        : `load balancer: ${refused.example} is ${refused.reason}`,
    )
  const named = exported.ingress.flatMap((one) => ('address' in one ? [] : resolve(one, clusterset)))
  const written = exported.ingress.flatMap((one) => ('address' in one ? [one.address] : []))
  const believed = believedOf(named, cluster, clusterset)
  const addresses = [...usableOnes(written, clusterset), ...usableOnes(believed.addresses, clusterset)]
  return addresses.length === 0
    ? unnamed('load balancer', exported.ingress, believed.problem, clusterset)
    : orNone('loadBalancer', [...new Set(addresses)], '')
}

function byGateway({ cluster, exported, clusterset }: Trip): Route {
  const { addresses, ports } = cluster.gateway
  if (addresses.length === 0) return none('gateway: the cluster declares none')
  const missing =
    exported.reach === 'gateway' ? undefined : exported.ports.find(({ port }) => !ports.includes(port))
  if (missing !== undefined) return none(`gateway: port ${missing.port} is not among gateway.ports`)
  const resolved = addresses.flatMap((one) => (typeof one === 'string' ? [one] : resolve(one, clusterset)))
  const believed = believedOf(resolved, cluster, clusterset)
  const usable = usableOnes(believed.addresses, clusterset)
  return usable.length === 0
    ? unnamed('gateway', addresses, believed.problem, clusterset)
    : orNone('gateway', usable, '')
}

/** Nothing of where a way would lead is known, or nothing of that may be. */
function unnamed(
  way: string,
  ends: readonly (Ingress | Cluster['gateway']['addresses'][number])[],
  problem: string | undefined,
  clusterset: Clusterset,
): NoRoute {
  const names = ends.flatMap((end) => (typeof end === 'object' && 'hostname' in end ? [end.hostname] : []))
  const pending = names.find((hostname) => isPending(hostname, clusterset))
  if (pending === undefined) return none(`${way}: ${problem ?? 'its host name does not resolve'}`)
  return { ...none(`${way}: ${pending} was not looked up yet`), pending }
}

/** Whether a name's first look-up is still to come to an end: by then it is one or the other. */
const isPending = (hostname: string, { resolving, resolved, unresolved }: Clusterset): boolean =>
  resolving && resolved.get(hostname) === undefined && unresolved.get(hostname) === undefined

/** Of what host names resolve to, and of a gateway: the addresses that are not refused, and why one is. */
function believedOf(
  addresses: readonly Address[],
  cluster: Cluster,
  { addresses: rules }: Clusterset,
): { readonly addresses: readonly Address[]; readonly problem?: string } {
  const judged = addresses.map((address) => {
    const problem = balancerProblem(address, cluster, rules)
    return { address, why: problem && isRefused(problem, rules) ? problem.reason : undefined }
  })
  const refused = judged.find(({ why }) => why !== undefined)
  if (refused === undefined) return { addresses }
  return {
    addresses: judged.flatMap(({ address, why }) => (why === undefined ? [address] : [])),
    problem: `${printAddress(refused.address)} is ${refused.why}`,
  }
}

const WAYS: Readonly<Record<Reach, readonly Way[]>> = {
  auto: [byEndpoints, byLoadBalancer, byGateway],
  clusterIP: [byClusterIP],
  endpoints: [byEndpoints],
  loadBalancer: [byLoadBalancer],
  nodePort: [({ cluster, exported }) => routeByNodePort(cluster.nodeAddresses, exported)],
  gateway: [byGateway],
}

/** For a proxy: ports may differ from their targets. */
const PROXIED: typeof WAYS = {
  ...WAYS,
  auto: [byTargets, byLoadBalancer, byGateway],
  endpoints: [byTargets],
  nodePort: [({ cluster, exported }) => routeTranslated(cluster.nodeAddresses, exported)],
}

const resolve = ({ hostname }: { readonly hostname: string }, { resolved }: Clusterset): readonly Address[] =>
  resolved.get(hostname) ?? []

const usableOnes = (
  addresses: readonly Address[],
  { addresses: { nat64 } }: Clusterset,
): readonly Address[] => [...new Set(addresses.filter((address) => unusable(address, nat64) === undefined))]

const offNetwork = (cluster: Cluster, network: Networks): string =>
  cluster.network === null || network === null
    ? `${cluster.network === null ? 'the cluster' : "the asker's cluster"} names no network`
    : `its ${sayNetworks(cluster.network)}, the asker's ${typeof network === 'string' ? `is ${network}` : `are ${network.join(', ')}`}`

const sayNetworks = (network: string | readonly string[]): string =>
  typeof network === 'string' ? `network is ${network}` : `networks are ${network.join(', ')}`

const none = (reason: string): NoRoute => ({ kind: 'none', brief: reason, reasons: [reason] })

const orNone = (
  kind: Exclude<Route['kind'], 'none' | 'nodePort'>,
  addresses: readonly Address[],
  otherwise: string,
): Route =>
  addresses.length > 0
    ? {
        kind,
        addresses,
        families: FAMILIES.filter((one) => addresses.some((each) => familyOf(each) === one)),
      }
    : none(otherwise)

const FAMILIES: readonly Family[] = [4, 6]

/** The asker's text names the network where that is the trouble, else the first reason. */
function noRoute({ cluster, network }: Trip, reach: Reach, ways: readonly Route[]): NoRoute {
  const reasons = ways.flatMap((route) => (route.kind === 'none' ? route.reasons : []))
  const offNetwork = !shareNetwork(network, cluster.network)
  const pending = ways.flatMap((route) => (route.kind === 'none' ? (route.pending ?? []) : [])).at(0)
  if (pending !== undefined)
    return { kind: 'none', brief: `${pending} was not looked up yet`, reasons, pending }
  const brief = offNetwork && BY_NETWORK.includes(reach) ? printNetwork(cluster) : (reasons[0] ?? reach)
  const byPort = ways.flatMap((route) => (route.kind === 'none' ? (route.byPort ?? []) : [])).at(0)
  return { kind: 'none', brief, reasons, ...(byPort && { byPort }) }
}

const BY_NETWORK: readonly Reach[] = ['auto', 'clusterIP', 'endpoints']
