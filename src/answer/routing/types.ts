import type { Address, Family } from '../../values/dns/index.ts'
import type { ClusterId, Freshness, Labels, Locality, Networks } from '../../words/clusterset/index.ts'
import type { Port } from '../../words/kube/index.ts'
import type { Endpoints, Route } from '../../world/inventory/index.ts'
import type { ClusterShare, EndpointPlaces } from '../../world/zone/index.ts'

/**
 * A candidate: somebody who may answer for a service, as one viewpoint reaches it. Clusters are one maker of them
 * (`clusters.ts`).
 */
export interface Candidate {
  /** The cluster's id, or the label that a place outside of clusters is called by: no two candidates share one. */
  readonly id: ClusterId
  /** Where the whole cluster stands, a region and perhaps a zone in it; null: not declared. */
  readonly locality: Locality | null
  /** The networks that it is on: whoever shares one reaches its endpoints; null: it is on none. */
  readonly network: Networks
  /** Declared of the cluster, for `prefer`. */
  readonly labels: Labels
  /** How old what is known of it is. */
  readonly freshness: Freshness
  /** The operator wants it to have no clients. It stands in for others where nobody else is left. */
  readonly drain: boolean
  /** Its probe takes too long: it stands behind its equals. */
  readonly slow: boolean
  /** Its relative weight where its own side set one; null: no opinion. */
  readonly weight: number | null
  /** How many are ready, and of how many. Where nobody set a weight, draws are divided by how many are ready. */
  readonly endpoints: Pick<Endpoints, 'count' | 'total'>
  /** Its ports under its own names and numbers; of a Headless service none, since each endpoint has its own. */
  readonly ports: readonly Port[]
  /** How the viewpoint reaches it, or why it does not. */
  readonly route: Route
}

/** A part of a Headless service. */
export interface HeadlessCandidate extends Candidate {
  /** Which of the service's shares. */
  readonly share: number
}

/** How near somebody is: lower ranks are nearer. */
export interface Distance {
  /** 0 is nearest. A rule multiplies the rank by its own steps, so that the first rule weighs most. */
  readonly rank: number
  /** What people read: `same zone`, `another region`. */
  readonly label: string
}

/**
 * Who may answer, best first. While a class has a member with a route, the later ones take nothing: `usable`;
 * else `down` clusters by their last view; else `drained` ones; else any with a route, ready or not. `usable`:
 * live or stale, with ready endpoints. `drained`: by `drain`, by weight 0, or by a share of 0 in `distribute`.
 */
export type Standby = 'usable' | 'down' | 'drained' | 'notReady'

/** What the rules say of a candidate. */
export interface Placed<C extends Candidate = Candidate> {
  /** The candidate as its maker made it: rules only add beside it. */
  readonly candidate: C
  /** How near it is to the viewpoint that is routed for. */
  readonly distance: Distance
  /**
   * Its relative weight where somebody set one: the service's policy, the export's annotation, the cluster's; else null.
   */
  readonly weight: number | null
  /** The class in which it would answer. */
  readonly standby: Standby
  /**
   * Why it does not answer when it does not, for a person. Where nothing keeps it from answering: `others
   * answer`.
   */
  readonly why: string
}

/** All candidates of a service under all rules: what both draws and ranked lists are read from. */
export interface Selection<C extends Candidate = Candidate> {
  /** Everyone considered, nearest first. Those that are equally near by id. */
  readonly candidates: readonly Placed<C>[]
  /** Those of the candidates that have a route, in the same order. */
  readonly routable: readonly Placed<C>[]
  /** The class of those that answer: usable ones, or which stand-ins. `usable` also where nobody has a route. */
  readonly standby: Standby
  /**
   * Those that a rule left out before distance was looked at, with the rule. By `internalTrafficPolicy: Local`
   * alone: all but the viewpoint's own cluster.
   */
  readonly excluded: readonly { readonly cluster: ClusterId; readonly reason: string }[]
  /** Why nobody answers, for the asker. null: somebody has a route. */
  readonly obstacle: string | null
  /** Whether that is not known yet: somebody could be reached by a host name that is looked up for the first time. */
  readonly pending: boolean
}

/**
 * A level: candidates that answer together, with the share of draws of each; shares sum to 1. One is a distance,
 * a `distribute` or the weights of a service, in each case the quick ones apart from the slow.
 */
export interface Level {
  /** What its members have in common: `same zone`, `weights of shop/cart`. */
  readonly label: string
  /**
   * The level's part of all draws: 1 for the first and 0 for the rest, unless `minHealthy` spills. With it a
   * level with too few ready endpoints keeps a part, and the next one takes the rest.
   */
  readonly draws: number
  /** The candidates of this level, each with its part of the level's draws; one of weight 0 is no member. */
  readonly members: readonly LevelMember[]
}

/** A candidate of a level, with its part of the draws. */
export interface LevelMember {
  /** Who it is. */
  readonly candidate: Candidate
  /** Its part of the level's draws, from 0 to 1. */
  readonly share: number
  /** The families that all have whom draws may come to; empty: they have none in common. */
  readonly families: readonly Family[]
  /** The addresses of its route that are of those families; where none is in common, all. */
  readonly addresses: readonly Address[]
}

/** What is drawn from. */
export interface Draws {
  /** The levels in order of use; empty: nobody can be reached. */
  readonly levels: readonly Level[]
}

/** Where the clients of one viewpoint are sent for one service. */
export interface Routing extends Selection, Draws {
  /**
   * What a look-up of each family draws from, where those whom draws may come to have no family in common; null: either
   * draws alike.
   */
  readonly apart: Readonly<Record<Family, Draws>> | null
}

/** Headless services are not drawn from: everyone who may answer does (answers.md 4, end). */
export interface HeadlessRouting extends Selection<HeadlessCandidate> {
  /** All shares of the service: a candidate's `share` is a place in this list. */
  readonly shares: readonly ClusterShare[]
  /** The candidates whose endpoints answer. */
  readonly members: readonly Placed<HeadlessCandidate>[]
  /** Their endpoints, nearest first; those that are equally near stand together. */
  readonly ranks: readonly EndpointPlaces[]
}
