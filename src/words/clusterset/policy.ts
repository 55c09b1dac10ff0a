import type { Affinity } from '../kube/index.ts'
import type { Labels } from './labels.ts'
import type { LocalityPattern } from './locality.ts'
import { type Networks, networksOf } from './networks.ts'
import { isAt, type Standpoint } from './standpoint.ts'
import type { ClusterId, Viewpoint } from './viewpoint.ts'

/** What the operator wants of routing in general (answers.md 4.3). */
export interface RoutingPolicy {
  readonly distribute: readonly Distribute[]
  readonly failover: readonly Failover[]
  readonly minHealthy: MinHealthy | null
}

export interface Distribute {
  readonly from: LocalityPattern
  /** The most specific first, of which the first that matches counts; weights are relative. */
  readonly to: readonly { readonly locality: LocalityPattern; readonly weight: number }[]
}

export interface Failover {
  readonly from: string
  readonly to: string
}

/** A number of ready endpoints, or a share (0 to 1) of a level's endpoints. */
export type MinHealthy = { readonly count: number } | { readonly share: number }

/** What one service overrides; null or absent: the general policy. */
export interface ServicePolicy {
  /** Clusters that carry all of these are nearer than all others. */
  readonly prefer: Labels | null
  readonly weights: ReadonlyMap<ClusterId, number> | null
  readonly distribute: readonly Distribute[] | null
  readonly failover: readonly Failover[] | null
  readonly minHealthy: MinHealthy | null
  /** Absent: it is not said. */
  readonly affinity?: Affinity | undefined
}

/** What a cluster or a client has by its place, and by which others may be alike. */
export const TOPOLOGY = ['region', 'zone', 'subzone', 'cluster', 'network'] as const

/** One of them as the asker has it, or any of `values`. */
export interface TopologyKey {
  readonly key: (typeof TOPOLOGY)[number]
  readonly values: readonly string[] | null
}

/** A key as it holds for one asker. `isOwn`: the values are the asker's. */
export interface RankingKey extends TopologyKey {
  readonly isOwn?: boolean | undefined
}

/** In place of nearest first: the more of the keys, from the first on, somebody is alike in, the nearer. */
type Order = readonly TopologyKey[]

/** What somebody says of one service's routing. */
export interface SaidPolicy extends ServicePolicy {
  /** Who, for `explain`: `routing.services`. */
  readonly by: string
  /** The clusters whose clients it is for; null: everybody's. */
  readonly viewpoints: readonly ClusterId[] | null
  /** Those of them who stand in one of these; absent: all. */
  readonly places?: readonly Standpoint[] | undefined
  /** Absent: nothing is said of it. */
  readonly order?: Order | undefined
  /** Where it says how draws spread or what fails over, nothing general of either holds beside it. */
  readonly isWhole?: boolean | undefined
}

/** All that is said of a service's routing, in order of precedence. */
export type SaidPolicies = readonly SaidPolicy[]

/** Of most services nobody says anything: one value for all of them. */
export const NO_POLICIES: SaidPolicies = []

/** What `by` is where the configuration speaks. */
export const CONFIGURED = 'routing.services'

/** What holds for a service's routing, from one viewpoint. */
export interface Policy extends RoutingPolicy {
  readonly prefer: Labels | null
  readonly weights: ReadonlyMap<ClusterId, number> | null
  readonly affinity?: Affinity | undefined
  readonly order?: readonly RankingKey[] | undefined
}

/** What policies hold against: the general one, and the members' networks. */
interface Ground {
  readonly policy: RoutingPolicy
  readonly members: ReadonlyMap<ClusterId, { readonly network: Networks }>
}

/** What is said of the parts of a service's policy, over the general one. */
export function policyFor(said: SaidPolicies, { policy, members }: Ground, from: Viewpoint): Policy {
  const { distribute, failover, minHealthy } = policy
  if (said.length === 0) return { prefer: null, weights: null, distribute, failover, minHealthy }
  const own = partsFor(said, from)
  return {
    prefer: own.prefer?.prefer ?? null,
    weights: own.spread?.weights ?? null,
    distribute: own.spread?.distribute ?? (isInstead(own) ? NOWHERE : distribute),
    failover: own.failover?.failover ?? (own.spread?.isWhole === true ? NOWHERE : failover),
    minHealthy: own.minHealthy?.minHealthy ?? minHealthy,
    affinity: own.spread?.affinity,
    order: orderFrom(own.spread?.order, members.get(from.cluster)?.network ?? null),
  }
}

/** Whether something else than a distribution says how draws spread. */
export const isInstead = ({ spread, failover }: ReturnType<typeof partsFor>): boolean =>
  spread === undefined
    ? failover?.isWhole === true
    : spread.affinity !== undefined || spread.order !== undefined

const NOWHERE: readonly never[] = []

/** An order in which networks are somebody's. */
const orderFrom = (order: Order | undefined, networks: Networks): Policy['order'] =>
  order?.map((one) =>
    one.key === 'network' && one.values === null
      ? { ...one, values: networksOf(networks), isOwn: true }
      : one,
  )

/** Whether anybody says anything for the clients of a viewpoint. */
export const isPolicySaid = (said: SaidPolicies, from: Viewpoint): boolean =>
  said.some((one) => isFor(one, from))

const isFor = ({ viewpoints, places }: SaidPolicy, from: Viewpoint): boolean =>
  (viewpoints === null || viewpoints.includes(from.cluster)) &&
  (places === undefined || places.some((place) => isAt(place, from)))

/** The first to say something of each part. Weights, distribute, affinity and order are one: how draws spread over the clusters. */
export function partsFor(said: SaidPolicies, from: Viewpoint) {
  const first = (says: (one: SaidPolicy) => boolean) => said.find((one) => isFor(one, from) && says(one))
  return {
    prefer: first(({ prefer }) => prefer !== null),
    spread: first((one) => SPREADING.some((part) => isSaid(one, part))),
    failover: first(({ failover }) => failover !== null),
    minHealthy: first(({ minHealthy }) => minHealthy !== null),
  }
}

/** A part of a service's policy, who says it, and who else decides it; null: it is in force. */
export interface PolicyPart {
  readonly part: keyof ServicePolicy | 'order'
  readonly by: string
  readonly decidedBy: string | null
}

/** Where each part of a service's policy comes from, for the clients of a viewpoint. */
export function policySources(said: SaidPolicies, from: Viewpoint): readonly PolicyPart[] {
  const { prefer, spread, failover, minHealthy } = partsFor(said, from)
  const deciding = {
    prefer,
    weights: spread,
    distribute: spread,
    affinity: spread,
    order: spread,
    failover,
    minHealthy,
  }
  return PARTS.flatMap((part) =>
    firstOfEach(said.filter((one) => isSaid(one, part) && isFor(one, from))).map((one) => {
      const winner = deciding[part]
      return { part, by: one.by, decidedBy: winner === one || winner === undefined ? null : winner.by }
    }),
  )
}

/** Those of one speaker: what `by` of theirs is. */
type IsOf = (by: string) => boolean

/**
 * Who decides all that one speaker says to the clients of a viewpoint; undefined: some of it holds for them, or nothing
 * is said to them.
 */
export function decidedFor(said: SaidPolicies, isOf: IsOf, from: Viewpoint): readonly string[] | undefined {
  const parts = policySources(said, from).filter(({ by }) => isOf(by))
  const others = parts.flatMap(({ decidedBy }) => (decidedBy === null || isOf(decidedBy) ? [] : [decidedBy]))
  return parts.length > 0 && others.length === parts.length ? [...new Set(others)] : undefined
}

/** The same to those of all clusters that there are. */
export function decidedForAll(
  said: SaidPolicies,
  isOf: IsOf,
  clusters: readonly ClusterId[],
): readonly string[] | undefined {
  const at = said.findIndex(({ by }) => isOf(by))
  const before = said.slice(0, Math.max(at, 0)).filter(({ places }) => places === undefined)
  const parts = PARTS.filter((part) => said.some((one) => isOf(one.by) && isSaid(one, part)))
  const deciding = parts.map((part) => decidersOf(part, before, clusters))
  const isOver = parts.length > 0 && deciding.every((some) => some.length > 0)
  return isOver ? [...new Set(deciding.flat())] : undefined
}

/** Who has the say in a part before anybody else, for the clients of whichever cluster; none: not for all of them. */
function decidersOf(
  part: PolicyPart['part'],
  before: SaidPolicies,
  clusters: readonly ClusterId[],
): readonly string[] {
  const group = SPREADING.some((name) => name === part) ? SPREADING : [part]
  const deciding = new Set<string>()
  const left = new Set(clusters)
  for (const one of before) {
    if (!group.some((name) => isSaid(one, name))) continue
    deciding.add(one.by)
    for (const id of one.viewpoints ?? clusters) left.delete(id)
    if (one.viewpoints === null || left.size === 0) return [...deciding]
  }
  return []
}

/** A part that somebody says to the clients of other clusters, and not to those of a viewpoint. */
export interface PolicyElsewhere extends Pick<PolicyPart, 'part' | 'by'> {
  readonly clientsOf: readonly ClusterId[]
}

/** What is said of a service's routing, and does not hold for the clients of a viewpoint's cluster. */
export function policyElsewhere(said: SaidPolicies, { cluster }: Viewpoint): readonly PolicyElsewhere[] {
  const forAll = new Set(said.flatMap(({ by, viewpoints }) => (viewpoints === null ? [by] : [])))
  return said.flatMap((one) => {
    const { by, viewpoints } = one
    if (viewpoints === null || viewpoints.includes(cluster) || forAll.has(by)) return []
    return PARTS.flatMap((part) => (isSaid(one, part) ? [{ part, by, clientsOf: viewpoints }] : []))
  })
}

/** Who speaks for all says it to the clients of its own cluster too, and there before others do: once is enough. */
const firstOfEach = (said: readonly SaidPolicy[]): readonly SaidPolicy[] =>
  said.filter(
    ({ by, viewpoints }, i) =>
      viewpoints !== null || !said.slice(0, i).some((one) => one.by === by && one.viewpoints !== null),
  )

const isSaid = (one: SaidPolicy, part: PolicyPart['part']): boolean =>
  one[part] !== null && one[part] !== undefined

const SPREADING = ['weights', 'distribute', 'affinity', 'order'] as const

const PARTS = ['prefer', 'weights', 'distribute', 'affinity', 'order', 'failover', 'minHealthy'] as const
