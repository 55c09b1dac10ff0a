import type { ClusterView } from '../../sources/changes/index.ts'
import type { Table } from '../../values/table/index.ts'
import type { ClusterId, ServicePolicy } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import type { InventoryRules, Seen } from '../inventory/index.ts'
import type { PointerIndex } from './pointers.ts'
import type { Moving, Serials } from './serials.ts'
import type { Entry, Faults, Snapshot } from './types.ts'

/**
 * The snapshot that main owns and steps, with what only the next step needs (`step` in `world.ts`). It never changes: a
 * turn makes another one, and `server/replica/update.ts` tells the threads that answer what differs between the two.
 */
export interface World extends Snapshot, Moving {
  /**
   * The entries by service key. The table is persistent, as all are here: what changed since another world is found without
   * looking at the rest.
   */
  readonly entries: Table<Entry>
  /** Counts of services behind names, as in Snapshot: here a table that is stepped. */
  readonly tally: Table<number>
  /** The PTR record of each address that has one, as in Snapshot. */
  readonly pointers: PointerIndex['pointers']
  /** All that stand for an address, where there are several: the next one follows when the best goes. */
  readonly rivals: PointerIndex['rivals']
  /** Sums over all services, for the metrics: kept by difference, and keyed by what `gauges.ts` makes of labels. */
  readonly gauges: Table<number>
  /** What each cluster declares that decides which of its objects count. A cluster without a rule holds nothing. */
  readonly rules: ReadonlyMap<ClusterId, InventoryRules>
  /** What `routing.services` says, by service: entries have it among their policies. */
  readonly configured: ReadonlyMap<ServiceKey, ServicePolicy>
  /**
   * Federations whose names are taken, since the server's own cluster has a namespace that is called so: they have no zone
   * (answers.md 1). One empty value while there are none.
   */
  readonly refused: ReadonlySet<string>
  /** Whose objects of Istio are read, and which count; null or absent: nobody's. */
  readonly istio?: Seen['istio']
  /** Registries whose objects say something of services, Karmada's say; absent: none. */
  readonly registries?: Seen['registries']
  /** The views of registries whose own API servers were not heard yet: until they are, the world does not settle. */
  readonly unheard: ReadonlySet<ClusterId>
  /** What was not derived, by a mistake of ours, and stays as it was: by service key and cluster. */
  readonly faults: Table<Faults>
  /** Services of whose host names something else is known than before: another object each time (host-names.ts). */
  readonly renamed: Table<object>
  /** Serials ahead of the clock that zones had before this world: in another process, or while they were zones. */
  readonly earlierSerials: Serials
}

/** What each cluster last said. One that was never heard has none. */
export type Views = ReadonlyMap<ClusterId, ClusterView>
