import type { FreshnessKind, PolicyElsewhere, PolicyPart } from '../../words/clusterset/index.ts'
import type { Endpoints, ObjectsRead } from '../../world/inventory/index.ts'
import type { Conflict, Import } from '../../world/synthesis/index.ts'

/** Why one service gives the answers it gives, from one viewpoint: values that the stages return, in plain words. */
export interface Explanation {
  readonly service: string
  readonly viewpoint: { readonly cluster: string; readonly locality: string | null }
  /** One sentence: who answers, or why nobody does. */
  readonly summary: string
  /** null when no cluster exports it. */
  readonly import: ImportSummary | null
  /** ServiceImports found in clusters, with what they change. */
  readonly found: readonly FoundImport[]
  readonly conflicts: readonly Conflict[]
  /** Where the parts of its policy come from; absent where nobody but the configuration says anything. */
  readonly policy?: readonly ExplainedPart[] | undefined
  /** What is said to the clients of other clusters alone; absent: nothing. */
  readonly policyElsewhere?: readonly PolicyElsewhere[] | undefined
  /** The objects of other systems that were read for it, in force or not; absent: none. */
  readonly objects?: ObjectsRead['first'] | undefined
  /** How many more there are than are listed. */
  readonly moreObjects?: number | undefined
  /** In rank order: those that answer, those that stand by, those left out. */
  readonly clusters: readonly ClusterExplanation[]
}

/** A part of its policy. */
interface ExplainedPart extends PolicyPart {
  /** Why it changes nothing, though it is in force; absent: it does. */
  readonly withoutEffect?: string | undefined
}

export interface ImportSummary {
  readonly type: Import['type']
  readonly ports: string
  readonly sessionAffinity: string
  readonly internalTrafficPolicy: string
  readonly precedence?: string | undefined
}

interface FoundImport {
  readonly cluster: string
  readonly type: string
  readonly ips: readonly string[]
  readonly foreign: boolean
}

/** One cluster's part. `level` counts from 1; `share` is of all draws, 0 to 1. */
export interface ClusterExplanation {
  readonly cluster: string
  readonly locality: string | null
  readonly network: string | null
  readonly state: FreshnessKind
  /** `cluster-west last heard from …`, unless it is live. */
  readonly lastHeard: string | null
  readonly slow: boolean
  /** 1 for the export that decides; null when it does not count. */
  readonly precedence: number | null
  readonly export: string
  readonly exportedAt: string | null
  /** By what, where that is no ServiceExport: the key of configuration. */
  readonly exportedBy?: string | undefined
  readonly ready: number
  readonly endpoints: number
  readonly basis: Endpoints['basis'] | null
  readonly ignored: Endpoints['ignored']
  readonly conflicts: readonly string[]
  readonly remarks: readonly string[]
  readonly route: string | null
  readonly addresses: readonly string[]
  /** How many more there are than are listed. */
  readonly moreAddresses: number
  readonly noRoute: readonly string[]
  readonly distance: string | null
  readonly weight: number | null
  readonly level: number | null
  readonly share: number | null
  /** Its shares of the look-ups of A and of AAAA, where those that answer have no family in common; else null. */
  readonly shareOf: { readonly A: number; readonly AAAA: number } | null
  /** What becomes of it: `answers`, `stands by …`, `left out: …`. */
  readonly fate: string
}

/** What routing decided about a cluster. */
export type Fate = Pick<
  ClusterExplanation,
  | 'route'
  | 'addresses'
  | 'moreAddresses'
  | 'noRoute'
  | 'distance'
  | 'weight'
  | 'level'
  | 'share'
  | 'shareOf'
  | 'fate'
>
