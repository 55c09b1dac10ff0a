import type { Clusterset, Viewpoint } from '../clusterset/index.ts'

/**
 * Values that follow from a part of the world, a clusterset and a viewpoint. One holds while all three are the same
 * and goes with the first that is not; memos only, the same values come out without them. Call with what most
 * queries share to get the table of the rest.
 */
export function memoTables<K extends object, V>(): (
  clusterset: Clusterset,
  viewpoint: Viewpoint,
) => WeakMap<K, V> {
  const byClusterset = new WeakMap<Clusterset, WeakMap<Viewpoint, WeakMap<K, V>>>()
  return (clusterset, viewpoint) => {
    const byViewpoint = byClusterset.get(clusterset) ?? fresh(byClusterset, clusterset)
    return byViewpoint.get(viewpoint) ?? fresh(byViewpoint, viewpoint)
  }
}

function fresh<A extends object, B extends object, V>(
  tables: WeakMap<A, WeakMap<B, V>>,
  key: A,
): WeakMap<B, V> {
  const table = new WeakMap<B, V>()
  tables.set(key, table)
  return table
}
