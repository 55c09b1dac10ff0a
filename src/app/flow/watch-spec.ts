import type { HealthThresholds, ProbeOptions } from '../../sources/freshness/index.ts'
import type { ClusterBudget, SourceChoice } from '../../sources/kinds/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { Scope } from '../../words/kube/index.ts'

/** What it takes to watch one cluster. Clusters for which it is equal are left alone. */
export interface WatchSpec {
  readonly id: ClusterId
  readonly source: SourceChoice
  /** Where its objects are read; none: everywhere. */
  readonly namespaces: readonly string[]
  /** What of it is read. */
  readonly scope: Scope
  /** What exports carry for others is written somewhere. */
  readonly isWritten: boolean
  readonly budget: ClusterBudget
  readonly thresholds: HealthThresholds
  readonly probe: ProbeOptions | null
}
