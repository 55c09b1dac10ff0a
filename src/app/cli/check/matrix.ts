import { printNetwork, type Route, reachesEndpoints, routeTo } from '../../../answer/routing/index.ts'
import { type Address, printAddress } from '../../../values/dns/index.ts'
import type { Cluster, ClusterId, Viewpoint } from '../../../words/clusterset/index.ts'
import {
  type EndpointPort,
  numberBy,
  readyIn,
  routeByPort,
  type ValidExport,
} from '../../../world/inventory/index.ts'
import { contributors, type Entry, type Snapshot } from '../../../world/zone/index.ts'
import { inTurns } from '../turns.ts'
import { entriesOf, hasClustersetIP, viewpointsOf } from './reach.ts'

/** From every cluster to every cluster: which of the exported services its clients reach, and how. */
export interface Matrix {
  readonly clusters: readonly ClusterId[]
  /** Row by row. */
  readonly cells: readonly Cell[]
}

export interface Cell {
  readonly from: ClusterId
  readonly to: ClusterId
  /** That `to` contributes to. */
  readonly services: number
  readonly reached: number
  /** How many by which route, most first. */
  readonly routes: readonly { readonly route: string; readonly services: number }[]
  /** Why the rest is not reached, commonest first. */
  readonly obstacles: readonly {
    readonly reason: string
    readonly services: number
    readonly example: string
  }[]
  /** Where a TCP connect would show that the route leads somewhere; a few. */
  readonly samples: readonly TcpTarget[]
  /** What came of connects made from here; null: none was made. */
  readonly connects: readonly Connect[] | null
}

/** A TCP address of a service, as the route gives it. */
export interface TcpTarget {
  readonly service: string
  readonly host: string
  readonly port: number
}

/** `failure` null: it was accepted. */
export interface Connect extends TcpTarget {
  readonly failure: string | null
}

export async function matrixOf(snapshot: Snapshot): Promise<Matrix> {
  const entries = entriesOf(snapshot)
  const members = [...snapshot.clusterset.members.values()]
  const shares = new Map(members.map(({ id }) => [id, sharesOfCluster(id, entries)]))
  const pairs = viewpointsOf(snapshot).flatMap((from) => members.map((to) => ({ from, to })))
  const cells = await inTurns(
    pairs,
    ({ from, to }) => `looking at the ways from ${from.cluster} to ${to.id}`,
    ({ from, to }) => [cellOf(from, to, shares.get(to.id) ?? [], snapshot)],
  )
  return { clusters: members.map(({ id }) => id), cells }
}

/** One cluster's share of one service. */
export interface Share {
  readonly entry: Entry
  readonly exported: ValidExport
}

export const sharesOfCluster = (id: ClusterId, entries: readonly Entry[]): readonly Share[] =>
  entries.flatMap((entry) =>
    contributors(entry)
      .filter(({ cluster }) => cluster === id)
      .map((exported) => ({ entry, exported })),
  )

function cellOf(from: Viewpoint, to: Cluster, shares: readonly Share[], snapshot: Snapshot): Cell {
  const ways = shares.map((share) => ({ share, way: wayOf(share, from, to, snapshot) }))
  const open = ways.flatMap(({ share, way }) => (way.kind === 'none' ? [] : [{ share, way }]))
  const shut = ways.flatMap(({ share, way }) =>
    way.kind === 'none' ? [{ share, reason: way.reasons.join('; ') }] : [],
  )
  return {
    from: from.cluster,
    to: to.id,
    services: shares.length,
    reached: open.length,
    routes: mostFirst(
      [...Map.groupBy(open, ({ way }) => way.kind)].map(([route, of]) => ({ route, services: of.length })),
    ),
    obstacles: mostFirst(
      [...Map.groupBy(shut, ({ reason }) => reason)].map(([reason, of]) => ({
        reason,
        services: of.length,
        example: of[0]?.share.entry.key ?? '',
      })),
    ),
    samples: open.flatMap(({ share, way }) => sampleOf(share, way, from)).slice(0, SAMPLES),
    connects: null,
  }
}

type OpenWay = Exclude<Way, { kind: 'none' }>

/** What listens there: a cluster's own ports, an endpoint's if Headless; at a clusterset IP those of the ServiceImport. */
export function portsAt({ entry, exported }: Share, way: OpenWay, from: Viewpoint): readonly EndpointPort[] {
  if (way.kind === 'clustersetIP') return entry.imports.get(from.cluster)?.ports ?? []
  if (exported.type === 'Headless') return readyIn(exported.endpoints)[0]?.ports ?? []
  return exported.ports.flatMap(({ name, protocol, port }) => {
    const number = numberBy(way, { protocol, port })
    return number === undefined ? [] : [{ name, protocol, port: number }]
  })
}

/** Connects per pair: enough to tell one dead service from a dead way. */
const SAMPLES = 3

const mostFirst = <T extends { readonly services: number }>(groups: readonly T[]): readonly T[] =>
  groups.toSorted((a, b) => b.services - a.services)

type Way = Route | { readonly kind: 'clustersetIP'; readonly addresses: readonly Address[] }

function wayOf(
  { entry, exported }: Share,
  from: Viewpoint,
  to: Cluster,
  { clusterset, settings }: Snapshot,
): Way {
  // A Headless service has no traffic policy: its clients choose among endpoints.
  if (exported.type === 'Headless') return headlessWay(exported, reachesEndpoints(to, from, clusterset), to)
  if (entry.import?.internalTrafficPolicy === 'Local' && from.cluster !== to.id)
    return none('internalTrafficPolicy is Local')
  if (hasClustersetIP(entry, from))
    return { kind: 'clustersetIP', addresses: entry.imports.get(from.cluster)?.ips ?? [] }
  const way = routeTo(to, exported, from, clusterset)
  return settings.global === null ? way : routeByPort(way)
}

/** What the names of a cluster's own zone lead to: its share, whatever else there is. */
export function ownWayOf({ exported }: Share, from: Viewpoint, to: Cluster, snapshot: Snapshot): Way {
  if (exported.type === 'Headless')
    return headlessWay(exported, reachesEndpoints(to, from, snapshot.clusterset), to)
  return routeTo(to, exported, from, snapshot.clusterset)
}

function headlessWay({ endpoints }: ValidExport, reachable: boolean, to: Cluster): Way {
  if (endpoints.count === 0) return none('no ready endpoint')
  if (!reachable) return none(`endpoints: not on its network (${printNetwork(to)})`)
  return {
    kind: 'endpoints',
    addresses: readyIn(endpoints).flatMap(({ addresses }) => addresses),
    families: [],
  }
}

const none = (reason: string): Way => ({ kind: 'none', brief: reason, reasons: [reason] })

/** The first address of a service with a TCP port. */
function sampleOf(share: Share, way: OpenWay, from: Viewpoint): readonly TcpTarget[] {
  const { entry } = share
  const port = portsAt(share, way, from).find(({ protocol }) => protocol === 'TCP')?.port
  const [address] = way.addresses
  if (port === undefined || address === undefined) return []
  return [{ service: entry.key, host: printAddress(address), port }]
}
