import {
  type EndpointSlice,
  type Kind,
  type ObjectId,
  type ObjectKey,
  type OtherExport,
  objectIdOf,
  type Service,
  type ServiceExport,
  type ServiceImport,
  type ServiceKey,
  type Unreadable,
} from '../kube/index.ts'
import { Table } from '../table/index.ts'
import { Lists } from './lists.ts'
import type { Change } from './types.ts'

/** What one cluster last said, by service key. Persistent: a change shares all it does not touch. */
export interface ClusterView {
  readonly services: Table<Service>
  readonly exports: Table<ServiceExport>
  /** Those of other groups, where they are read. */
  readonly otherExports: Table<OtherExport>
  readonly imports: Table<ServiceImport>
  /** Slices by the service they belong to, as either label says it, in order of name. */
  readonly slices: Table<readonly EndpointSlice[]>
  readonly sliceNames: Table<EndpointSlice>
  /** What cannot be read, by the service that it belongs to, and by kind and key. */
  readonly unreadable: Table<readonly Unreadable[]>
  readonly unreadableIds: Table<Unreadable>
}

export const EMPTY_VIEW: ClusterView = {
  services: Table.empty(),
  exports: Table.empty(),
  otherExports: Table.empty(),
  imports: Table.empty(),
  slices: Table.empty(),
  sliceNames: Table.empty(),
  unreadable: Table.empty(),
  unreadableIds: Table.empty(),
}

/** The view after some changes, and the keys of the services that they may have changed. */
export function applyChanges(
  view: ClusterView,
  changes: readonly Change[],
): { readonly view: ClusterView; readonly dirty: ReadonlySet<ServiceKey> } {
  const work = { dirty: new Set<ServiceKey>(), slices: slicesIn(view), unreadable: unreadableIn(view) }
  for (const change of changes) view = applyChange(view, change, work)
  const { dirty, slices, unreadable } = work
  return { view: { ...view, slices: slices.written(), unreadable: unreadable.written() }, dirty }
}

/** What changes are gathered in. */
interface Work {
  readonly dirty: Set<ServiceKey>
  readonly slices: Lists<EndpointSlice>
  readonly unreadable: Lists<Unreadable>
}

const byName = (a: EndpointSlice, b: EndpointSlice): number => (a.name < b.name ? -1 : 1)

const slicesIn = ({ slices }: ClusterView) => new Lists(slices, ({ name }: EndpointSlice) => name, byName)

const unreadableIn = ({ unreadable }: ClusterView) =>
  new Lists(unreadable, ({ kind, key }: Unreadable) => `${kind} ${key}`)

function applyChange(view: ClusterView, change: Change, work: Work): ClusterView {
  const { dirty } = work
  const { kind, key } = idOfChange(change)
  view = withoutUnreadable(view, kind, key, work)
  if (change.op === 'unreadable') return withUnreadable(view, change.object, work)
  if (kind !== 'EndpointSlice') dirty.add(key)
  if (change.op === 'delete')
    return kind === 'EndpointSlice' ? withoutSlice(view, key, work) : without(view, kind, key)
  const { object } = change
  switch (object.kind) {
    case 'Service':
      return { ...view, services: view.services.set(key, object) }
    case 'ServiceExport':
      return { ...view, exports: view.exports.set(key, object) }
    case 'ServiceExport.net.gke.io':
      return { ...view, otherExports: view.otherExports.set(key, object) }
    case 'ServiceImport':
      return { ...view, imports: view.imports.set(key, object) }
    case 'EndpointSlice':
      return withSlice(withoutSlice(view, key, work), key, object, work)
  }
}

function without(view: ClusterView, kind: Exclude<Kind, 'EndpointSlice'>, key: ObjectKey): ClusterView {
  switch (kind) {
    case 'Service':
      return { ...view, services: view.services.delete(key) }
    case 'ServiceExport':
      return { ...view, exports: view.exports.delete(key) }
    case 'ServiceExport.net.gke.io':
      return { ...view, otherExports: view.otherExports.delete(key) }
    case 'ServiceImport':
      return { ...view, imports: view.imports.delete(key) }
  }
}

const idOfChange = (change: Change): ObjectId => (change.op === 'delete' ? change : objectIdOf(change.object))

function withUnreadable(view: ClusterView, object: Unreadable, { dirty, unreadable }: Work): ClusterView {
  const { kind, key, service } = object
  if (service !== null) {
    dirty.add(service)
    unreadable.put(service, object)
  }
  return { ...view, unreadableIds: view.unreadableIds.set(`${kind} ${key}`, object) }
}

function withoutUnreadable(
  view: ClusterView,
  kind: Kind,
  key: ObjectKey,
  { dirty, unreadable }: Work,
): ClusterView {
  if (view.unreadableIds.size === 0) return view
  const id = `${kind} ${key}`
  const before = view.unreadableIds.get(id)
  if (before === undefined) return view
  const { service } = before
  if (service !== null) {
    dirty.add(service)
    unreadable.remove(service, before)
  }
  return { ...view, unreadableIds: view.unreadableIds.delete(id) }
}

function withSlice(
  view: ClusterView,
  key: ObjectKey,
  slice: EndpointSlice,
  { dirty, slices }: Work,
): ClusterView {
  for (const service of servicesOf(slice)) {
    dirty.add(service)
    slices.put(service, slice)
  }
  return { ...view, sliceNames: view.sliceNames.set(key, slice) }
}

function withoutSlice(view: ClusterView, key: ObjectKey, { dirty, slices }: Work): ClusterView {
  const slice = view.sliceNames.get(key)
  if (slice === undefined) return view
  for (const service of servicesOf(slice)) {
    dirty.add(service)
    slices.remove(service, slice)
  }
  return { ...view, sliceNames: view.sliceNames.delete(key) }
}

/** The services whose endpoints a slice holds: its own cluster's, an imported one, or both. */
function servicesOf({ namespace, service, importedService }: EndpointSlice): ReadonlySet<ServiceKey> {
  const names = [service, importedService].filter((name) => name !== null)
  return new Set(names.map((name) => `${namespace}/${name}`))
}
