import { Table } from '../../values/table/index.ts'
import {
  EXPORT,
  GKE_EXPORT,
  type Kind,
  type KindRow,
  namespaceOf,
  SERVICE,
  type ServiceKey,
  SLICE,
} from '../../words/kube/index.ts'
import type { ClusterView, KeysByNamespace } from './cluster-view.ts'

/** What a namespace holds: where there is one of these, there is the namespace. */
const HELD: readonly KindRow[] = [SERVICE, EXPORT, GKE_EXPORT, SLICE]

const NO_KEYS = Table.empty<true>()

type Tables = Pick<ClusterView, 'objects' | 'lists'>

const tableOf = ({ kind, keysOf }: KindRow, { objects, lists }: Tables): Table<unknown> | undefined =>
  (keysOf === null ? objects : lists).get(kind)

const KINDS_HELD: ReadonlySet<Kind> = new Set(HELD.map(({ kind }) => kind))

export const isOfHeld = ({ kind }: Pick<KindRow, 'kind'>): boolean => KINDS_HELD.has(kind)

/** The services of which namespaces hold something. */
export function indexed(tables: Tables): KeysByNamespace {
  let index: KeysByNamespace = Table.empty()
  for (const row of HELD) for (const [key] of tableOf(row, tables) ?? []) index = withKey(index, key, true)
  return index
}

/** The same after changes that bear on some services. */
export const reindexed = (
  index: KeysByNamespace,
  keys: Iterable<ServiceKey>,
  tables: Tables,
): KeysByNamespace =>
  withKeys(index, keys, (key) => HELD.some((row) => tableOf(row, tables)?.get(key) !== undefined))

/** With those of the keys that are there, and without the others. */
export function withKeys(
  index: KeysByNamespace,
  keys: Iterable<ServiceKey>,
  isThere: (key: ServiceKey) => boolean,
): KeysByNamespace {
  let next = index
  for (const key of keys) next = withKey(next, key, isThere(key))
  return next
}

function withKey(index: KeysByNamespace, key: ServiceKey, isThere: boolean): KeysByNamespace {
  const namespace = namespaceOf(key)
  const before = index.get(namespace) ?? NO_KEYS
  const after = isThere ? before.set(key, true) : before.delete(key)
  return after.size === 0 ? index.delete(namespace) : index.set(namespace, after)
}

/** Those of one namespace. */
export function* keysIn(index: KeysByNamespace | null, namespace: string): Generator<ServiceKey> {
  for (const [key] of index?.get(namespace) ?? NO_KEYS) yield key
}

/**
 * The services of some namespaces that ServiceEntries name, whichever cluster holds those: what a namespace says of itself
 * in one cluster may decide of an export that is said in another.
 */
export function* namedIn(
  namespaces: Iterable<string>,
  views: ReadonlyMap<unknown, ClusterView>,
): Generator<ServiceKey> {
  for (const namespace of namespaces) for (const { named } of views.values()) yield* keysIn(named, namespace)
}
