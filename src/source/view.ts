import {
  type EndpointSlice,
  type Kind,
  keyOf,
  type ObjectKey,
  type Service,
  type ServiceExport,
  type ServiceImport,
  type ServiceKey,
} from '../kube/index.ts'
import { trimmed } from '../packed/index.ts'
import { Table } from '../table/index.ts'
import type { Change } from './types.ts'

/** What one cluster last said, by service key. Persistent: a change shares all it does not touch. */
export interface ClusterView {
  readonly services: Table<Service>
  readonly exports: Table<ServiceExport>
  readonly imports: Table<ServiceImport>
  /** Slices by the service they belong to, as either label says it, in order of name. */
  readonly slices: Table<readonly EndpointSlice[]>
  readonly sliceNames: Table<EndpointSlice>
}

export const EMPTY_VIEW: ClusterView = {
  services: Table.empty(),
  exports: Table.empty(),
  imports: Table.empty(),
  slices: Table.empty(),
  sliceNames: Table.empty(),
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
  const kind = change.op === 'put' ? change.object.kind : change.kind
  const key = change.op === 'put' ? keyOf(change.object) : change.key
  if (kind !== 'EndpointSlice') dirty.add(key)
  if (change.op === 'delete')
    return kind === 'EndpointSlice' ? withoutSlice(view, key, dirty) : without(view, kind, key)
  const { object } = change
  switch (object.kind) {
    case 'Service':
      return { ...view, services: view.services.set(key, object) }
    case 'ServiceExport':
      return { ...view, exports: view.exports.set(key, object) }
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
    case 'ServiceImport':
      return { ...view, imports: view.imports.delete(key) }
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
