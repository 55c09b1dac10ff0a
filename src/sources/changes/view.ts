import { reuse, Table } from '../../values/table/index.ts'
import {
  asService,
  isNamespaceKey,
  KINDS,
  type Kind,
  type KindRow,
  type Kinds,
  type KubeObject,
  keyOf,
  namespaceOf,
  type ObjectId,
  type ObjectKey,
  objectIdOf,
  type RowOf,
  SERVICE_ENTRY,
  type ServiceKey,
  type UnreadableObject,
  WORKLOAD_ENTRY,
} from '../../words/kube/index.ts'
import { indexed, isOfHeld, keysIn, reindexed, withKeys } from './by-namespace.ts'
import type { ClusterView, KeysByNamespace } from './cluster-view.ts'
import { Lists } from './lists.ts'
import { selecting } from './selected.ts'
import type { Change } from './types.ts'

/** Of a cluster that has said nothing. */
export const emptyView = (kinds: Kinds): ClusterView => ({
  kinds,
  objects: new Map(),
  lists: new Map(),
  unreadable: Table.empty(),
  unreadableIds: Table.empty(),
  byNamespace: null,
  named: Table.empty(),
})

export const EMPTY_VIEW = emptyView(KINDS)

const NOTHING = Table.empty<never>()
const NO_OBJECTS: readonly KubeObject[] = []

/** All objects of a kind, by key. */
export const objectsOf = ({ objects }: Pick<ClusterView, 'objects'>, kind: Kind): Table<KubeObject> =>
  objects.get(kind) ?? NOTHING

/** The one of a key. */
export function objectIn<T extends KubeObject>(
  view: ClusterView,
  row: RowOf<T>,
  key: ObjectKey,
): T | undefined {
  const object = view.objects.get(row.kind)?.get(key)
  return object !== undefined && row.is(object) ? object : undefined
}

/** Those that bear on a service, of a kind whose objects have other names than it. */
export function listIn<T extends KubeObject>(
  view: ClusterView,
  row: RowOf<T>,
  key: ServiceKey,
): readonly T[] {
  const list = view.lists.get(row.kind)?.get(key) ?? []
  return list.every(row.is) ? list : []
}

/** All that bear on a service, of any kind or of those: first what has its name. */
export function bearingOn(
  { kinds: all, objects, lists }: ClusterView,
  key: ServiceKey,
  isWanted: (row: KindRow) => boolean = () => true,
): readonly KubeObject[] {
  const found: KubeObject[] = []
  const rows = all.rows.filter(isWanted)
  for (const { kind, keysOf } of rows) {
    const object = keysOf === null ? objects.get(kind)?.get(key) : undefined
    if (object !== undefined) found.push(object)
  }
  for (const { kind } of rows)
    for (const object of lists.get(kind)?.get(key) ?? NO_OBJECTS) found.push(object)
  return found
}

/** The services of which a view says anything, some more than once. */
export function* servicesIn({ kinds, objects, lists, unreadable }: ClusterView): Generator<ServiceKey> {
  const tables = kinds.rows.map(
    ({ kind, keysOf }) => (keysOf === null ? objects : lists).get(kind) ?? NOTHING,
  )
  for (const table of [...tables, unreadable]) for (const [key] of table) if (!isNamespaceKey(key)) yield key
}

/** What cannot be read too. */
export function* idsIn({ kinds, objects, unreadableIds }: ClusterView): Generator<ObjectId> {
  for (const { kind } of kinds) for (const [key] of objectsOf({ objects }, kind)) yield { kind, key }
  for (const [, { kind, key }] of unreadableIds) yield { kind, key }
}

/** Whether anything is known of a cluster's objects. */
export const isHeld = (view: ClusterView | undefined): boolean =>
  view !== undefined && [...view.objects.values()].some(({ size }) => size > 0)

/** A view after some changes. */
interface Changed {
  readonly view: ClusterView
  /** The services that they may have changed. */
  readonly dirty: ReadonlySet<ServiceKey>
  /** The namespaces that say something else of themselves. */
  readonly namespaces: ReadonlySet<string>
}

export function applyChanges(view: ClusterView, changes: readonly Change[]): Changed {
  const changing = new Changing(view)
  for (const change of changes) changing.apply(change)
  const after = changing.written()
  return { view: after, dirty: changing.dirtyIn(after), namespaces: changing.namespaces }
}

function byName(a: KubeObject, b: KubeObject): number {
  if (a.namespace !== b.namespace) return a.namespace < b.namespace ? -1 : 1
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

/** Nearly all stand in the service's own namespace: there may be many, and their names are there already. */
const nameFor = (object: KubeObject, service: ServiceKey): string =>
  isIn(object.namespace, service) ? object.name : keyOf(object)

const isIn = (namespace: string, service: ServiceKey): boolean =>
  service[namespace.length] === '/' && service.startsWith(namespace)

const idOf = ({ kind, key }: ObjectId): string => `${kind} ${key}`

const idOfChange = (change: Change): ObjectId => (change.op === 'delete' ? change : objectIdOf(change.object))

const servicesOfUnreadable = ({ service, others = [] }: UnreadableObject): readonly ServiceKey[] =>
  service === null ? others : [service, ...others]

/** No namespace is called so. */
const EVERYWHERE = '*'

/** A view while changes are applied to it. */
class Changing {
  readonly #dirty = new Set<ServiceKey>()
  /** Machines, as they were and as they are. */
  readonly #machines: KubeObject[] = []
  readonly #view: ClusterView
  readonly #objects: Map<Kind, Table<KubeObject>>
  readonly #lists = new Map<Kind, Lists<KubeObject>>()
  readonly #unreadable: Lists<UnreadableObject>
  #unreadableIds: Table<UnreadableObject>
  /** Whether somebody asks by namespace. */
  #isIndexed: boolean
  /** Under these a namespace may hold more, or less. */
  readonly #placed = new Set<ServiceKey>()
  /** Those that say something else of themselves. */
  readonly namespaces = new Set<string>()
  /** By the kind, in which namespaces of its objects something changed that bears on their services. */
  readonly #alongside = new Map<Kind, Set<string>>()

  constructor(view: ClusterView) {
    this.#view = view
    this.#objects = new Map(view.objects)
    this.#unreadable = new Lists(view.unreadable, idOf)
    this.#unreadableIds = view.unreadableIds
    this.#isIndexed = view.byNamespace !== null
  }

  /** One of a kind that the view does not have is none. */
  apply(change: Change): void {
    const id = idOfChange(change)
    const row = this.#view.kinds.named(id.kind)
    if (row === undefined) return
    this.#forgetUnreadable(id)
    if (change.op === 'unreadable') this.#noteUnreadable(change.object)
    else this.#exchange(row, id.key, change.op === 'put' ? change.object : undefined)
  }

  /** The services that may be others in the view that was written. */
  dirtyIn(after: ClusterView): ReadonlySet<ServiceKey> {
    this.#touchAlongside()
    for (const one of this.namespaces) for (const key of keysIn(after.byNamespace, one)) this.#dirty.add(key)
    const dirty = this.#dirty
    if (after.kinds.named(SERVICE_ENTRY.kind) === undefined) return dirty
    for (const key of [...dirty]) if (isNamespaceKey(key)) dirty.delete(key)
    for (const key of selecting(this.#view, after, [...dirty], this.#machines)) dirty.add(key)
    return dirty
  }

  written(): ClusterView {
    const tables = { objects: this.#objects, lists: this.#writtenLists() }
    return {
      kinds: this.#view.kinds,
      ...tables,
      unreadable: this.#unreadable.written(),
      unreadableIds: this.#unreadableIds,
      byNamespace: this.#index(tables),
      named: this.#named(tables.lists.get(SERVICE_ENTRY.kind)),
    }
  }

  #index(tables: Pick<ClusterView, 'objects' | 'lists'>): KeysByNamespace | null {
    if (!this.#isIndexed) return null
    const { byNamespace } = this.#view
    return byNamespace === null ? indexed(tables) : reindexed(byNamespace, this.#placed, tables)
  }

  /** Hosts that are names of no service have keys of their own, and so have namespaces. */
  #named(entries: Table<readonly KubeObject[]> = NOTHING): KeysByNamespace {
    const touched = [...(this.#lists.get(SERVICE_ENTRY.kind)?.keys() ?? [])]
    const keys = touched.filter((key) => namespaceOf(key) !== '' && !isNamespaceKey(key))
    return withKeys(this.#view.named, keys, (key) => entries.get(key) !== undefined)
  }

  #writtenLists(): ClusterView['lists'] {
    if (this.#lists.size === 0) return this.#view.lists
    const lists = new Map(this.#view.lists)
    for (const [kind, changed] of this.#lists) lists.set(kind, changed.written())
    return lists
  }

  #exchange(row: KindRow, key: ObjectKey, object: KubeObject | undefined): void {
    const table = objectsOf({ objects: this.#objects }, row.kind)
    const before = table.get(key)
    if (row.kind === WORKLOAD_ENTRY.kind)
      this.#machines.push(...[before, object].filter((one) => one !== undefined))
    if (object !== undefined && SERVICE_ENTRY.is(object) && object.selector !== null) this.#isIndexed = true
    if (row.keysOf === null) this.#touch(row, asService(key))
    this.#place(row, before, 'remove')
    this.#place(row, object, 'put')
    this.#objects.set(row.kind, object === undefined ? table.delete(key) : table.set(key, object))
    if (row.isOfNamespace && reuse(before, object) !== before) this.#noteNamespace(key)
    if (row.alongside !== null && reuse(before, object) !== before) this.#noteAlongside(row.alongside, key)
  }

  #touch(row: KindRow, service: ServiceKey): void {
    this.#dirty.add(service)
    if (this.#isIndexed && isOfHeld(row)) this.#placed.add(service)
  }

  /** All services of the namespace that an object is called as, whose own key is that of one in none. */
  #noteNamespace(key: ObjectKey): void {
    this.#isIndexed = true
    this.namespaces.add(key.slice(1))
  }

  #noteAlongside({ kind, of }: NonNullable<KindRow['alongside']>, key: ObjectKey): void {
    const noted = this.#alongside.get(kind) ?? new Set<string>()
    this.#alongside.set(kind, noted.add(of === 'all' ? EVERYWHERE : namespaceOf(key)))
  }

  /** However many objects changed beside them, they are gone through once. */
  #touchAlongside(): void {
    for (const [kind, namespaces] of this.#alongside) {
      const keysOf = this.#view.kinds.named(kind)?.keysOf ?? null
      for (const [key, object] of objectsOf({ objects: this.#objects }, kind))
        if (namespaces.has(EVERYWHERE) || namespaces.has(namespaceOf(key)))
          for (const service of keysOf?.(object) ?? [asService(key)]) this.#dirty.add(service)
    }
  }

  #listsOf(kind: Kind): Lists<KubeObject> {
    const known = this.#lists.get(kind)
    if (known !== undefined) return known
    const lists = new Lists<KubeObject>(this.#view.lists.get(kind) ?? NOTHING, nameFor, byName)
    this.#lists.set(kind, lists)
    return lists
  }

  #place(row: KindRow, object: KubeObject | undefined, verb: 'put' | 'remove'): void {
    if (object === undefined || row.keysOf === null) return
    const lists = this.#listsOf(row.kind)
    for (const key of row.keysOf(object)) {
      this.#touch(row, key)
      lists[verb](key, object)
    }
  }

  #noteUnreadable(object: UnreadableObject): void {
    for (const service of servicesOfUnreadable(object)) {
      this.#dirty.add(service)
      this.#unreadable.put(service, object)
    }
    this.#unreadableIds = this.#unreadableIds.set(idOf(object), object)
  }

  #forgetUnreadable(id: ObjectId): void {
    if (this.#unreadableIds.size === 0) return
    const before = this.#unreadableIds.get(idOf(id))
    if (before === undefined) return
    for (const service of servicesOfUnreadable(before)) {
      this.#dirty.add(service)
      this.#unreadable.remove(service, before)
    }
    this.#unreadableIds = this.#unreadableIds.delete(idOf(id))
  }
}
