import type { ClusterView } from '../../sources/changes/index.ts'
import type { Table } from '../../values/table/index.ts'
import type { ClusterId, ServicePolicy } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import type { InventoryRules } from '../inventory/index.ts'
import type { PointerIndex } from './pointers.ts'
import type { Moving, Serials } from './serials.ts'
import type { Entry, Faults, Snapshot } from './types.ts'

/** The snapshot that the watching side owns and steps; a query only reads it. */
export interface World extends Snapshot, Moving {
  readonly entries: Table<Entry>
  readonly tally: Table<number>
  readonly pointers: PointerIndex['pointers']
  readonly rivals: PointerIndex['rivals']
  /** Sums for the metrics, kept by difference (gauges.ts). */
  readonly gauges: Table<number>
  readonly rules: ReadonlyMap<ClusterId, InventoryRules>
  /** `routing.services`: it is in the entries. */
  readonly configured: ReadonlyMap<ServiceKey, ServicePolicy>
  readonly faults: Table<Faults>
  /** Services of whose host names something else is known than before: another object each time (host-names.ts). */
  readonly renamed: Table<object>
  /** Serials ahead of the clock that zones had before this world: in another process, or while they were zones. */
  readonly earlierSerials: Serials
}

export type Views = ReadonlyMap<ClusterId, ClusterView>
