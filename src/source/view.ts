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
import { trimmed } from '../packed/index.ts'
import { Table } from '../table/index.ts'
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
  const dirty = new Set<ServiceKey>()
  for (const change of changes) view = applyChange(view, change, dirty)
  return { view, dirty }
}

function applyChange(view: ClusterView, change: Change, dirty: Set<ServiceKey>): ClusterView {
  const { kind, key } = idOfChange(change)
  view = withoutUnreadable(view, kind, key, dirty)
  if (change.op === 'unreadable') return withUnreadable(view, change.object, dirty)
  if (kind !== 'EndpointSlice') dirty.add(key)
  if (change.op === 'delete')
    return kind === 'EndpointSlice' ? withoutSlice(view, key, dirty) : without(view, kind, key)
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
      return withSlice(withoutSlice(view, key, dirty), key, object, dirty)
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

function withUnreadable(view: ClusterView, object: Unreadable, dirty: Set<ServiceKey>): ClusterView {
  const { kind, key, service } = object
  const unreadableIds = view.unreadableIds.set(`${kind} ${key}`, object)
  if (service === null) return { ...view, unreadableIds }
  dirty.add(service)
  const others = view.unreadable.get(service) ?? []
  return { ...view, unreadableIds, unreadable: view.unreadable.set(service, trimmed([...others, object])) }
}

function withoutUnreadable(
  view: ClusterView,
  kind: Kind,
  key: ObjectKey,
  dirty: Set<ServiceKey>,
): ClusterView {
  if (view.unreadableIds.size === 0) return view
  const id = `${kind} ${key}`
  const before = view.unreadableIds.get(id)
  if (before === undefined) return view
  const unreadableIds = view.unreadableIds.delete(id)
  const { service } = before
  if (service === null) return { ...view, unreadableIds }
  dirty.add(service)
  const others = (view.unreadable.get(service) ?? []).filter((other) => other !== before)
  const { unreadable } = view
  return {
    ...view,
    unreadableIds,
    unreadable: others.length === 0 ? unreadable.delete(service) : unreadable.set(service, trimmed(others)),
  }
}

function withSlice(
  view: ClusterView,
  key: ObjectKey,
  slice: EndpointSlice,
  dirty: Set<ServiceKey>,
): ClusterView {
  let { slices } = view
  for (const service of servicesOf(slice)) {
    dirty.add(service)
    const others = slices.get(service) ?? []
    slices = slices.set(service, trimmed([...others, slice].sort((a, b) => (a.name < b.name ? -1 : 1))))
  }
  return { ...view, slices, sliceNames: view.sliceNames.set(key, slice) }
}

function withoutSlice(view: ClusterView, key: ObjectKey, dirty: Set<ServiceKey>): ClusterView {
  const slice = view.sliceNames.get(key)
  if (slice === undefined) return view
  let { slices } = view
  for (const service of servicesOf(slice)) {
    dirty.add(service)
    const others = (slices.get(service) ?? []).filter((other) => other !== slice)
    slices = others.length === 0 ? slices.delete(service) : slices.set(service, trimmed(others))
  }
  return { ...view, slices, sliceNames: view.sliceNames.delete(key) }
}

/** The services whose endpoints a slice holds: its own cluster's, an imported one, or both. */
function servicesOf({ namespace, service, importedService }: EndpointSlice): ReadonlySet<ServiceKey> {
  const names = [service, importedService].filter((name) => name !== null)
  return new Set(names.map((name) => `${namespace}/${name}`))
}
