import { Recent } from '../../values/table/index.ts'
import { type Clusterset, groundOf, type Viewpoint } from '../../words/clusterset/index.ts'

/**
 * Values that follow from a service, a clusterset and a viewpoint. One holds while all three are the same (`groundOf`)
 * and goes with the first that is not; memos only, the same values come out without them. Call with what most
 * queries share to get the table of the rest.
 */
export function memoTables<K extends object, V>(): (
  clusterset: Clusterset,
  viewpoint: Viewpoint,
) => Recent<K, V> {
  const byGround = new WeakMap<object, WeakMap<Viewpoint, Recent<K, V>>>()
  return (clusterset, viewpoint) => {
    const ground = groundOf(clusterset)
    const byViewpoint = byGround.get(ground) ?? new WeakMap<Viewpoint, Recent<K, V>>()
    byGround.set(ground, byViewpoint)
    const table = byViewpoint.get(viewpoint) ?? new Recent<K, V>()
    byViewpoint.set(viewpoint, table)
    return table
  }
}
