import {
  type Candidate,
  clusterCandidate,
  drawsOf,
  printNetwork,
  type Route,
  route,
  routeBehind,
  routeHeadless,
  shareCandidates,
} from '../../answer/routing/index.ts'
import type { Family } from '../../values/dns/index.ts'
import {
  type Cluster,
  type ClusterId,
  NO_POLICIES,
  type Policy,
  policyFor,
  takesDraws,
} from '../../words/clusterset/index.ts'
import type { Port } from '../../words/kube/index.ts'
import { numberBy, type ValidExport } from '../../world/inventory/index.ts'
import { type Import, portIn } from '../../world/synthesis/index.ts'
import { contributors } from '../../world/zone/index.ts'
import { printFamily, type Scene } from './body.ts'
import { type EndpointRow, hasReady, headlessShare, rowsOf, standIns } from './endpoints.ts'

/** One cluster's part in what stands behind an import, as seen from the cluster that is written. */
export interface ImportShare {
  readonly cluster: ClusterId
  readonly rows: readonly EndpointRow[]
  /** Null for a Headless service: the ports of its endpoints are as they say. */
  readonly ports: readonly SharedPort[] | null
}

/** A port of the import that a cluster has, maybe under another name or number: the one that SRV records lead to. */
export interface SharedPort {
  readonly port: Port
  /** The same in the cluster's own Service, whose name its endpoints' ports have. */
  readonly own: Port
  /** The cluster is among those that names lead to, so the clusterset IP leads there too. */
  readonly followed: boolean
}

/** Why some of a cluster's endpoints are not in the slices, or are there although they may be gone. */
export interface ShareProblem {
  readonly reason: ShareProblemReason
  readonly cluster: ClusterId
  readonly message: string
}

export const SHARE_PROBLEMS = ['NoRoute', 'ClusterDown', 'StaleEndpoints', 'ClusterIdTooLong'] as const

type ShareProblemReason = (typeof SHARE_PROBLEMS)[number]

/** Who stands behind an import, and what keeps the others out. Only addresses of the families given count. */
export interface Shares {
  readonly shares: readonly ImportShare[]
  readonly problems: readonly ShareProblem[]
}

export function sharesOf(scene: Scene, merged: Import, families: readonly Family[]): Shares {
  const all = contributorsIn(scene).filter(({ exported }) => hasReady(exported))
  const exports = all.filter((one) => !isTooLong(one))
  const parts =
    merged.type === 'Headless'
      ? headlessParts(scene, exports, families)
      : partsBehind(scene, merged, exports, families)
  const outcomes = [...parts, ...all.filter(isTooLong).map(tooLong)]
  return {
    shares: outcomes.flatMap(({ share }) => share ?? []),
    problems: outcomes.flatMap(({ problem }) => problem ?? []),
  }
}

/** What becomes of one cluster. */
interface Outcome {
  readonly share?: ImportShare
  readonly problem?: ShareProblem
}

interface Contributor {
  readonly exported: ValidExport
  readonly member: Cluster
}

function contributorsIn({ entry, clusterset }: Scene): readonly Contributor[] {
  if (entry === undefined) return []
  return contributors(entry).flatMap((exported) => {
    const member = clusterset.members.get(exported.cluster)
    return member === undefined ? [] : [{ exported, member }]
  })
}

function headlessParts(
  scene: Scene,
  exports: readonly Contributor[],
  families: readonly Family[],
): readonly Outcome[] {
  const { from, clusterset } = scene
  const shares = exports.flatMap(({ exported }) => (hasReady(exported) ? [headlessShare(exported)] : []))
  const weights = new Map(exports.map(({ exported }) => [exported.cluster, exported.weight]))
  const candidates = shareCandidates({ shares, weights, isMirrored: false }, from, clusterset)
  const routing = routeHeadless({ candidates, shares, policy: policyIn(scene) }, from)
  const reached = new Set(routing.routable.map(({ candidate }) => candidate.id))
  const members = new Set(routing.members.map(({ candidate }) => candidate.id))
  return exports.map(({ exported, member }) => {
    if (!reached.has(member.id)) return noRoute(member.id, [offNetwork(scene, member)])
    const used = members.has(member.id)
    return outcomeOf(member, used, {
      cluster: member.id,
      rows: within(rowsOf(exported), families),
      ports: null,
    })
  })
}

const policyIn = ({ entry, from, clusterset }: Scene): Policy =>
  policyFor(entry?.policies ?? NO_POLICIES, clusterset, from)

function offNetwork({ from, clusterset: { members } }: Scene, member: Cluster): string {
  const own = members.get(from.cluster)
  return `it is on ${printNetwork(member)}, this cluster on ${own === undefined ? 'no network' : printNetwork(own)}`
}

function partsBehind(
  scene: Scene,
  merged: Import,
  exports: readonly Contributor[],
  families: readonly Family[],
): readonly Outcome[] {
  const way = wayOf(families)
  const trips = exports.map((one) => tripTo(one, scene, families, way))
  const usersOf = usersByPort(scene, merged, trips)
  return trips.map(({ exported, member, candidate: { route }, rows }) => {
    if (route.kind === 'none') return noRoute(member.id, route.reasons)
    const ports = merged.ports.flatMap((port) => {
      const own = portIn(exported, port, merged.ports)
      const number = own && numberBy(route, own)
      if (own === undefined || number === undefined) return []
      const there = number === own.port ? own : { ...own, port: number }
      return [{ port, own: there, followed: usersOf(port).has(member.id) }]
    })
    const standing = takesDraws(member.freshness) ? ports : ports.filter(({ followed }) => followed)
    return outcomeOf(member, standing.length > 0, { cluster: member.id, rows, ports: standing })
  })
}

/** A cluster, how it is reached, and what is found there. */
interface Trip extends Contributor {
  readonly candidate: Candidate
  readonly rows: readonly EndpointRow[]
  /** The names of the ports that some row listens at; null: it is the Service's own port, whichever. */
  readonly listened: ReadonlySet<string> | null
}

function tripTo(
  one: Contributor,
  { from, clusterset }: Scene,
  families: readonly Family[],
  way: typeof routeBehind,
): Trip {
  const route = way(one.member, one.exported, from, clusterset)
  const candidate = clusterCandidate(one.member, one.exported, route)
  if (route.kind === 'none') return { ...one, candidate, rows: [], listened: new Set() }
  const rows = route.kind === 'endpoints' ? rowsOf(one.exported) : standIns(route.addresses)
  const usable = within(rows, families)
  return { ...one, candidate, rows: usable, listened: listenedAt(usable) }
}

/** Of thousands of rows most share one list of ports. */
function listenedAt(rows: readonly EndpointRow[]): ReadonlySet<string> | null {
  const lists = new Set(rows.map(({ ports }) => ports))
  return lists.has(null) ? null : new Set([...lists].flatMap((ports) => (ports ?? []).map(nameOf)))
}

const nameOf = ({ name, protocol }: Pick<Port, 'name' | 'protocol'>): string => `${protocol} ${name}`

const within = (rows: readonly EndpointRow[], families: readonly Family[]): readonly EndpointRow[] =>
  rows.filter(({ family }) => families.includes(family))

/** Routes behind a clusterset IP, over addresses of some families alone. */
const wayOf =
  (families: readonly Family[]): typeof routeBehind =>
  (...trip) => {
    const route: Route = routeBehind(...trip)
    if (route.kind === 'none') return route
    const addresses = route.addresses.filter((address) => families.includes(address.length === 4 ? 4 : 6))
    if (addresses.length > 0) return { ...route, addresses }
    const reason = `${route.kind}: no address is ${families.map(printFamily).join(' or ')}`
    return { kind: 'none', brief: reason, reasons: [reason] }
  }

/**
 * The clusters that each port of the import leads to: those that names lead to, among the clusters that have the port
 * (KEP-1645: traffic to a port that only some clusters have goes to those alone).
 */
function usersByPort(
  scene: Scene,
  merged: Import,
  trips: readonly Trip[],
): (port: Port) => ReadonlySet<ClusterId> {
  const policy = policyIn(scene)
  const isLocalOnly = merged.internalTrafficPolicy === 'Local'
  const known = new Map<string, ReadonlySet<ClusterId>>()
  return (port) => {
    const having = trips.filter((trip) => serves(trip, port, merged)).map(({ candidate }) => candidate)
    const who = having.map(({ id }) => id).join()
    const users = known.get(who) ?? usersAmong(having)
    known.set(who, users)
    return users
  }
  function usersAmong(candidates: readonly Candidate[]): ReadonlySet<ClusterId> {
    const routing = route({ candidates, policy, isLocalOnly }, scene.from)
    return new Set(drawsOf(routing).map(({ cluster }) => cluster))
  }
}

/** Whether some endpoint listens for a port of the import. */
function serves({ exported, candidate, listened }: Trip, port: Port, { ports }: Import): boolean {
  const own = portIn(exported, port, ports)
  if (own === undefined || numberBy(candidate.route, own) === undefined) return false
  return listened === null || listened.has(nameOf(own))
}

/** A cluster that is down stays while it is used, which it is while nobody else has ready endpoints. */
function outcomeOf(member: Cluster, used: boolean, share: ImportShare): Outcome {
  const { id, freshness } = member
  if (takesDraws(freshness)) return { share }
  const state = `Cluster "${id}" is ${freshness.kind}`
  if (used) {
    const message = `${state}: its last known endpoints stay, since no other cluster has ready ones.`
    return { share, problem: { reason: 'StaleEndpoints', cluster: id, message } }
  }
  const message = `${state}: its endpoints are left out while other clusters have ready ones.`
  return { problem: { reason: 'ClusterDown', cluster: id, message } }
}

/** A label's value, which names a slice's source cluster, has no room for more. */
const LONGEST_ID = 63

const isTooLong = ({ member: { id } }: Contributor): boolean => id.length > LONGEST_ID

function tooLong({ member: { id } }: Contributor): Outcome {
  const message = `Cluster "${id}": an id of more than ${LONGEST_ID} characters is no label, which its EndpointSlices need.`
  return { problem: { reason: 'ClusterIdTooLong', cluster: id, message } }
}

function noRoute(cluster: ClusterId, reasons: readonly string[]): Outcome {
  const message = `No route to the endpoints of cluster "${cluster}" (${reasons.join('; ')}).`
  return { problem: { reason: 'NoRoute', cluster, message } }
}
