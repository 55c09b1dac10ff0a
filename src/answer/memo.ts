import type { Clusterset, Viewpoint } from '../clusterset/index.ts'
import { Recent } from '../table/index.ts'

/**
 * Values that follow from a part of the world, a clusterset and a viewpoint. One holds while all three are the same
 * and goes with the first that is not; memos only, the same values come out without them. Call with what most
 * queries share to get the table of the rest.
 */
export function memoTables<K extends object, V>(): (
  clusterset: Clusterset,
  viewpoint: Viewpoint,
) => Recent<K, V> {
  const byClusterset = new WeakMap<Clusterset, WeakMap<Viewpoint, Recent<K, V>>>()
  return (clusterset, viewpoint) => {
    const byViewpoint = byClusterset.get(clusterset) ?? new WeakMap<Viewpoint, Recent<K, V>>()
    byClusterset.set(clusterset, byViewpoint)
    const table = byViewpoint.get(viewpoint) ?? new Recent<K, V>()
    byViewpoint.set(viewpoint, table)
    return table
  }
}
