import type { Cluster, ClusterId } from '../clusterset/index.ts'
import type { Address, Family } from '../dns/index.ts'
import type { Route, ValidExport } from '../inventory/index.ts'

/** How near a cluster or endpoint is: lower ranks are nearer. */
export interface Distance {
  readonly rank: number
  readonly label: string
}

/**
 * Who may answer, best first. While a class has a member with a route, the later ones take nothing:
 * `usable`; else `down` clusters by their last view; else `drained` ones; else any with a route, ready or not.
 */
export type Standby = 'usable' | 'down' | 'drained' | 'notReady'

/** A cluster that exports the service, and all that routing found out about it from one viewpoint. */
export interface Candidate {
  readonly cluster: Cluster
  readonly export: ValidExport
  readonly route: Route
  readonly distance: Distance
  /** Its relative weight where somebody set one: the service's policy, the export's annotation, the cluster's; else null. */
  readonly weight: number | null
  readonly drained: boolean
  readonly standby: Standby
}

/** Candidates that answer together, with the share of draws of each; shares sum to 1. */
export interface Level {
  /** What its members have in common: `same zone`, `weights of shop/cart`. */
  readonly label: string
  /** The level's part of all draws: 1 for the first and 0 for the rest, unless `minHealthy` spills. */
  readonly draws: number
  readonly members: readonly Member[]
}

export interface Member {
  readonly candidate: Candidate
  readonly share: number
  /** Those that all have that draws may come to; none in common: empty. */
  readonly families: readonly Family[]
  /** Of its route's, those of the families that all have that draws may come to; none in common: all. */
  readonly addresses: readonly Address[]
}

/** What is drawn from. */
export interface Draws {
  /** In order of use. Empty: nobody can be reached. */
  readonly levels: readonly Level[]
}

/** Where the clients of one viewpoint are sent for one service. */
export interface Routing extends Draws {
  /** By family, where those that draws may come to have none in common; null: a look-up of either draws alike. */
  readonly apart: Readonly<Record<Family, Draws>> | null
  /** Of the members of `levels`: usable ones, or which stand-ins. */
  readonly standby: Standby
  /** Everyone considered, nearest first. */
  readonly candidates: readonly Candidate[]
  /** Clusters that a rule left out before distance was looked at, with the rule. */
  readonly excluded: readonly { readonly cluster: ClusterId; readonly reason: string }[]
  /** Why `levels` is empty, for the asker. */
  readonly obstacle: string | null
  /** That is not known yet: somebody could be reached by a host name that is looked up for the first time. */
  readonly pending: boolean
}
