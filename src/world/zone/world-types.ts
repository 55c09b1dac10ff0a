import type { ClusterView } from '../../sources/changes/index.ts'
import type { Table } from '../../values/table/index.ts'
import type { ClusterId, ServicePolicy } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import type { InventoryRules, Seen } from '../inventory/index.ts'
import type { PointerIndex } from './pointers.ts'
import type { Moving, Serials } from './serials.ts'
import type { Entry, Faults, Snapshot } from './types.ts'

/** The snapshot that the watching side owns and steps; a query only reads it. */
export interface World extends Snapshot, Moving {
  /**
   * By service key. Persistent, as all tables here: what changed since another world is found without looking at the
   * rest.
   */
  readonly entries: Table<Entry>
  /** As in Snapshot, as a table that is stepped. */
  readonly tally: Table<number>
  /** The PTR record of each address that has one. */
  readonly pointers: PointerIndex['pointers']
  /** All that stand for an address, where there are several: the next one follows when the best goes. */
  readonly rivals: PointerIndex['rivals']
  /** Sums for the metrics, kept by difference (gauges.ts). */
  readonly gauges: Table<number>
  /** What each cluster declares that decides which of its objects count. A cluster without a rule holds nothing. */
  readonly rules: ReadonlyMap<ClusterId, InventoryRules>
  /** `routing.services`: it is in the entries. */
  readonly configured: ReadonlyMap<ServiceKey, ServicePolicy>
  /** Federations whose names are taken: the server's own cluster has Namespaces that are called so. Empty: one value. */
  readonly refused: ReadonlySet<string>
  /** Whose objects of Istio are read. */
  readonly istio?: Seen['istio']
  /** Registries whose objects say something of services. */
  readonly registries?: Seen['registries']
  /** Those whose own API servers were not heard yet, by their views. */
  readonly unheard: ReadonlySet<ClusterId>
  /** By service key: what was not derived, by a mistake of ours, and stays as it was. */
  readonly faults: Table<Faults>
  /** Services of whose host names something else is known than before: another object each time (host-names.ts). */
  readonly renamed: Table<object>
  /** Serials ahead of the clock that zones had before this world: in another process, or while they were zones. */
  readonly earlierSerials: Serials
}

/** What each cluster last said. One that was never heard has none. */
export type Views = ReadonlyMap<ClusterId, ClusterView>
