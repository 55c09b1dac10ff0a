import type { Family } from '../../values/dns/index.ts'
import type { ClusterId, Precedence } from '../../words/clusterset/index.ts'
import type { ImportType, Port } from '../../words/kube/index.ts'
import type { ClusterEndpoints } from '../inventory/index.ts'

/** Why a ServiceExport has condition Conflict=True: the reasons of KEP-1645's API (serviceexport.go). */
export const CONFLICT_REASONS = [
  'TypeConflict',
  'PortConflict',
  'SessionAffinityConflict',
  'SessionAffinityConfigConflict',
  'InternalTrafficPolicyConflict',
  'TrafficDistributionConflict',
  'LabelsConflict',
  'AnnotationsConflict',
  'IPFamilyConflict',
] as const

/** The reason of a conflict: the field about which clusters disagree. */
export type ConflictReason = (typeof CONFLICT_REASONS)[number]

/**
 * One disagreement among the clusters that export a service. Whatever disagrees, the import stands: the first
 * export decides, and of ports the union counts.
 */
export interface Conflict {
  /**
   * The field about which they disagree. Of an export of another type `TypeConflict` alone is told: nothing else of it
   * is compared.
   */
  readonly reason: ConflictReason
  /**
   * The winning value, whose it is, and how many disagree, for the condition's message. It has 2,048 characters
   * of the value at most.
   */
  readonly message: string
  /** The clusters that disagree with the first export, in order of precedence. */
  readonly clusters: readonly ClusterId[]
}

/** The ServiceImport that the exports of one service make together (KEP-1645, "Constraints and Conflict Resolution"). */
export interface Import {
  /** The type of the first export: one that says the other type takes no part. */
  readonly type: ImportType
  /**
   * The union over the contributing clusters: unique names, unique (protocol, number). A name or a number that
   * two clusters give to different ports is that of the first. A thousand at most.
   */
  readonly ports: readonly Port[]
  /** Families that every contributing cluster offers; if they share none, the oldest's. */
  readonly ipFamilies: readonly Family[]
  /** That of the first export, as is all that cannot be merged. */
  readonly sessionAffinity: 'None' | 'ClientIP'
  /**
   * Seconds; null when unset. Compared where both exports say ClientIP; unset counts as 10,800 then, as the API
   * server has it.
   */
  readonly sessionAffinityTimeout: number | null
  /** Local: clients are answered their own cluster's share, or nothing. */
  readonly internalTrafficPolicy: 'Cluster' | 'Local'
  /** `spec.trafficDistribution` as it is written; null: not said. */
  readonly trafficDistribution: string | null
  /** Exported ones of the first export (KEP-1645, "exportedLabels"). Not known where queries are answered. */
  readonly labels: Readonly<Record<string, string>>
  /** Exported annotations of the first export, likewise. */
  readonly annotations: Readonly<Record<string, string>>
  /**
   * Clusters whose type agrees and that, unless Headless, have at least one of the ports, in order of precedence.
   * Who shares no port has nothing that a client of the import could ask for.
   */
  readonly clusters: readonly ClusterId[]
  /** One for each reason at most; empty: all agree. */
  readonly conflicts: readonly Conflict[]
  /**
   * Why the first one is first. `oldest`: by the age of exports. `declared`: by the order that configuration has
   * the clusters in.
   */
  readonly precedence: Precedence
  /** Headless: the endpoints of each that answers hold, where all of them are too many; null: all. */
  readonly shares: readonly ClusterEndpoints[] | null
}
