import { type Address, type Family, familyOf } from '../../values/dns/index.ts'
import {
  type Cluster,
  type ClusterId,
  type Clusterset,
  isPolicySaid,
  printLastHeard,
  type SaidPolicies,
  type Site,
  type Viewpoint,
} from '../../words/clusterset/index.ts'
import { routeByPort, routeToSite, type ValidExport } from '../../world/inventory/index.ts'
import {
  addressesByRank,
  EndpointPlaces,
  type Entry,
  grammarOf,
  isExtended,
  type Pool,
  type Published,
  placeOf,
  type ServiceNode,
  type Snapshot,
  sitesIn,
} from '../../world/zone/index.ts'
import {
  type Drawn,
  type Draws,
  drawsFor,
  drawsOf,
  type HeadlessRouting,
  headlessServiceOf,
  printNetwork,
  printObstacle,
  type Routing,
  reachesEndpoints,
  routeHeadless,
  routeTo,
} from '../routing/index.ts'
import { memoTables } from './memo.ts'
import { routingOf } from './routed.ts'
import type { Asker } from './types.ts'

/** What an answer is made from, besides the question. */
export interface AnswerContext {
  readonly snapshot: Snapshot
  readonly asker: Pick<Asker, 'viewpoint'>
  readonly choose: Choose
  /** Octets of the longest message that it is for: records beyond are not made. Infinite: all are. */
  readonly room: number
  /** Puts equals in order; null: they stand as they come, for whoever does it later. */
  readonly random: (() => number) | null
}

/** How many records of so many octets each say that there are more than a message holds. */
export const mostIn = ({ room }: Pick<AnswerContext, 'room'>, octets: number): number =>
  Math.floor(room / octets) + 1

/** Which clusters answer of those that draws may come to: a query draws one, a zone transfer takes all. */
export type Choose = (from: Draws, entry: Entry) => readonly Drawn[]

/** Where a name leads: addresses with their clusters, or nowhere, and why. */
export type Placement =
  | {
      readonly kind: 'at'
      /** The best first; those of one rank are as good as each other. */
      readonly ranks: Ranks
      /** Even so they come in that order. */
      readonly ordered?: boolean
      readonly clusters: readonly ClusterId[]
      /** Another client of the same viewpoint may get others. */
      readonly sticky?: boolean
    }
  /** `pending`: or somewhere, which is not known yet. */
  | { readonly kind: 'nowhere'; readonly reason: string; readonly pending: boolean }

export type Ranks = readonly Pool<Address>[]

/** Whether a client keeps the cluster that it was once sent to. */
export const isSticky = (entry: Entry): boolean => entry.import?.sessionAffinity === 'ClientIP'

/** Everybody in the level in use, or in those that share the draws. */
export const drawLevel: Choose = drawsOf

/** The addresses of a service's own name in a zone, for a look-up of one family or, undefined, of each. */
export function placeService(node: ServiceNode, context: AnswerContext, family?: Family): Placement {
  const ips = clustersetIPs(node, context)
  if (ips !== undefined) return { kind: 'at', ranks: [ips], ordered: true, clusters: [] }
  if (node.published.type === 'Headless') return placeUnion(node, context, family)
  if (node.zone.kind === 'cluster') return placeCluster(node, node.zone.cluster, context, family)
  const routing = routingOf(node, context)
  if (routing === undefined)
    return nowhere(`the ServiceImport in ${context.asker.viewpoint.cluster} has no clusterset IP`)
  if (routing.obstacle !== null) return nowhere(routing.obstacle, routing.pending)
  const families = family !== undefined ? [family] : routing.apart === null ? [EITHER] : FAMILIES
  const chosen = families.flatMap((one) => chooseOf(one, routing, node.entry, context))
  return {
    kind: 'at',
    ranks: chosen.map(({ addresses }) => addresses),
    clusters: chosen.map(({ cluster }) => cluster),
    sticky: isSticky(node.entry),
  }
}

const FAMILIES: readonly Family[] = [4, 6]
const EITHER = null

/** Who answers a look-up of a family, with its addresses of that. */
const chooseOf = (
  family: Family | null,
  routing: Routing,
  entry: Entry,
  { choose }: AnswerContext,
): readonly { readonly cluster: ClusterId; readonly addresses: readonly Address[] }[] =>
  choose(family === null ? routing : drawsFor(routing, family), entry).map(({ cluster, member }) => ({
    cluster,
    addresses: family === null ? member.addresses : ofFamily(member.addresses, family),
  }))

/**
 * The clusterset IPs of the ServiceImport in the asker's cluster. They are the whole answer in the clusterset zone;
 * in the global zone only where another implementation gave them and nobody configured routing for the service, or there
 * is nobody to route to.
 */
export function clustersetIPs(
  { zone, entry, published }: ServiceNode,
  context: AnswerContext,
): readonly Address[] | undefined {
  const found = entry.imports.get(context.asker.viewpoint.cluster)
  if (found === undefined || found.type !== 'ClusterSetIP' || found.ips.length === 0) return undefined
  if (published.type === 'Headless' || zone.kind === 'cluster') return undefined
  if (zone.kind !== 'global') return found.ips
  if (entry.import === null) return sitesIn(entry).length > 0 ? undefined : found.ips
  const isRouted =
    !found.foreign || isExtended(entry) || isPolicySaid(entry.policies, context.asker.viewpoint)
  return isRouted ? undefined : found.ips
}

/** One cluster's addresses as the viewpoint reaches them, whatever the cluster's state. */
export function placeCluster(
  node: ServiceNode,
  cluster: ClusterId,
  context: AnswerContext,
  family?: Family,
): Placement {
  if (node.published.type === 'Headless') {
    const { shares } = node.published
    const all = shares.flatMap(({ cluster: own, ready }, share) =>
      own === cluster ? Array.from({ length: ready.length }, (_, i) => placeOf(share, i)) : [],
    )
    return placeEndpoints(node, new EndpointPlaces(shares, all), context, family)
  }
  const { snapshot, asker } = context
  const member = snapshot.clusterset.members.get(cluster)
  const exported = node.entry.exports.find(
    (one): one is ValidExport => one.kind === 'valid' && one.cluster === cluster,
  )
  const site = exported === undefined ? siteCalled(cluster, node.entry) : undefined
  const direct =
    site !== undefined
      ? routeToSite(site, asker.viewpoint, snapshot.clusterset)
      : member && exported && wayTo(member, exported, asker.viewpoint, snapshot.clusterset)
  if (direct === undefined) return nowhere(`${cluster} is not a member of the clusterset`)
  const way = grammarOf(node.zone.kind).hasClusters ? routeByPort(direct) : direct
  if (way.kind === 'none') return nowhere(printObstacle([[cluster, way.brief]]), way.pending !== undefined)
  return { kind: 'at', ranks: [way.addresses], clusters: [cluster] }
}

const siteCalled = (id: ClusterId, entry: Entry): Site | undefined =>
  entry.external === undefined ? undefined : sitesIn(entry).find((one) => one.id === id)

/** Found out once: each port of a service leads there. */
function wayTo(
  cluster: Cluster,
  exported: ValidExport,
  from: Viewpoint,
  clusterset: Clusterset,
): ReturnType<typeof routeTo> {
  const known = ways(clusterset, from)
  const way = known.get(exported) ?? routeTo(cluster, exported, from, clusterset)
  known.set(exported, way)
  return way
}

const ways = memoTables<ValidExport, ReturnType<typeof routeTo>>()

/** The addresses of some endpoints, as far as the viewpoint shares their cluster's network. */
export function placeEndpoints(
  node: ServiceNode,
  endpoints: EndpointPlaces,
  { snapshot: { clusterset }, asker: { viewpoint } }: AnswerContext,
  family?: Family,
): Placement {
  const mirrored = isMirrored(node)
  const idOf = (share: number): ClusterId => endpoints.shares[share]?.cluster ?? ''
  const own = endpoints.sharesOf()
  const reachable = own.filter((share) => {
    const cluster = clusterset.members.get(idOf(share))
    return mirrored || (cluster !== undefined && reachesEndpoints(cluster, viewpoint, clusterset))
  })
  if (reachable.length === 0)
    return nowhere(printObstacle(own.map(idOf).map((id) => [id, networkOf(id, clusterset)] as const)))
  const within = reachable.length === own.length ? endpoints : endpoints.within(new Set(reachable))
  return { kind: 'at', ranks: addressesIn(within, family), ordered: true, clusters: reachable.map(idOf) }
}

/** Of a family or, undefined, of each. */
const addressesIn = (places: EndpointPlaces, family: Family | undefined): Ranks =>
  family === undefined ? FAMILIES.map((one) => places.addresses(one)) : [places.addresses(family)]

const networkOf = (id: ClusterId, { members }: Clusterset): string => {
  const cluster = members.get(id)
  return cluster === undefined ? 'unknown cluster' : printNetwork(cluster)
}

function placeUnion(node: ServiceNode, context: AnswerContext, family: Family | undefined): Placement {
  const union = unionOf(node, context)
  if (union.kind === 'nowhere') return union
  const families = family === undefined ? FAMILIES : [family]
  const ranks = families.flatMap((one) => addressesByRank(union.ranks, one))
  return { kind: 'at', ranks, clusters: union.clusters }
}

/** A Headless service's endpoints, nearest first: all that may answer, or the one cluster's that the zone is for. */
export function unionOf(
  node: ServiceNode,
  context: AnswerContext,
):
  | {
      readonly kind: 'of'
      readonly ranks: HeadlessRouting['ranks']
      readonly clusters: readonly ClusterId[]
    }
  | Extract<Placement, { kind: 'nowhere' }> {
  const routing = headlessRoutingOf(node, context)
  if (routing.obstacle !== null) return nowhere(routing.obstacle)
  return { kind: 'of', ranks: routing.ranks, clusters: routing.members.map(({ candidate }) => candidate.id) }
}

/** How a Headless service's clusters stand; in a cluster's own zone it is that cluster alone, whatever its state. */
export function headlessRoutingOf(node: ServiceNode, { snapshot, asker }: AnswerContext): HeadlessRouting {
  const { clusterset } = snapshot
  const { viewpoint } = asker
  const known = headlessRoutings(clusterset, viewpoint)
  const hit = known.get(node.published)
  const { entry, published } = node
  if (hit?.policies === entry.policies) return hit.routing
  const service = headlessServiceOf(entry, published, isMirrored(node), viewpoint, clusterset)
  const routing = routeHeadless(service, viewpoint)
  known.set(published, { policies: entry.policies, routing })
  return routing
}

/**
 * By what a zone publishes of a service: it is of one entry, and made anew with whatever it was made from; what is said
 * of its routing may be another while it stays.
 */
const headlessRoutings = memoTables<Published, { policies: SaidPolicies; routing: HeadlessRouting }>()

/** Known only from a ServiceImport that others wrote: its endpoints are reached the way they arranged it. */
const isMirrored = ({ entry, zone }: ServiceNode): boolean => entry.import === null && zone.kind !== 'cluster'

/** The notices of a reply that holds addresses of clusters that are not live, by cluster: chance orders addresses alone. */
export function datedOf(clusters: readonly ClusterId[], { members }: Clusterset): readonly string[] {
  if (clusters.every((id) => members.get(id)?.freshness.kind === 'live')) return []
  return clusters.toSorted().flatMap((id) => {
    const cluster = members.get(id)
    return (cluster && printLastHeard(id, cluster.freshness)) ?? []
  })
}

export function ofFamily(addresses: readonly Address[], family: Family): readonly Address[] {
  const isOfIt = (address: Address): boolean => familyOf(address) === family
  return addresses.every(isOfIt) ? addresses : addresses.filter(isOfIt)
}

export const nowhere = (reason: string, pending = false): Extract<Placement, { kind: 'nowhere' }> => ({
  kind: 'nowhere',
  reason,
  pending,
})
