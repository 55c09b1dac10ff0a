import { Table } from '../../values/table/index.ts'
import { namespaceOf, type ServiceKey } from '../../words/kube/index.ts'

/**
 * The keys of Services by their namespace, for objects that bear on all in one. Null until there is such an object: most
 * clusters are not read for any.
 */
export type ByNamespace = Table<Table<true>> | null

const NOBODY = Table.empty<true>()

/** The index of those that are there. */
export function indexed(keys: Iterable<readonly [ServiceKey, unknown]>): Table<Table<true>> {
  let index = Table.empty<Table<true>>()
  for (const [key] of keys) index = withService(index, key, true)
  return index
}

/** With one more, or without it. */
export function withService(
  index: Table<Table<true>>,
  key: ServiceKey,
  isThere: boolean,
): Table<Table<true>> {
  const namespace = namespaceOf(key)
  const before = index.get(namespace) ?? NOBODY
  const after = isThere ? before.set(key, true) : before.delete(key)
  return after.size === 0 ? index.delete(namespace) : index.set(namespace, after)
}

/** Those of one namespace. */
export function* servicesOf(index: ByNamespace, namespace: string): Generator<ServiceKey> {
  for (const [key] of index?.get(namespace) ?? NOBODY) yield key
}
