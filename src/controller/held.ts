import { type Fields, fieldsOf, type Resource, resourceOf, textOf } from '../sources/apiserver/index.ts'
import { EXPORT, IMPORT, LABEL, MANAGED_BY, SERVICE, type ServiceKey, SLICE } from '../words/kube/index.ts'
import { OWNER_LABEL } from './desired/index.ts'

/** The kinds that the controller writes, or whose status it writes. */
export type HeldKind = 'ServiceImport' | 'ServiceExport' | 'Service' | 'EndpointSlice'

const ROWS = { ServiceImport: IMPORT, ServiceExport: EXPORT, Service: SERVICE, EndpointSlice: SLICE } as const

/** An object that a cluster holds, as far as it is compared with what it should be. */
export interface HeldObject {
  readonly kind: HeldKind
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  readonly generation: number
  /** Marked for deletion: what is written now would go with it. */
  readonly deleting: boolean
  readonly labels: Readonly<Record<string, unknown>>
  readonly metadata: Fields
  /** All but kind, version and metadata. */
  readonly content: Fields
}

export function readHeld(kind: HeldKind, object: Fields): HeldObject {
  const { metadata: raw, kind: _kind, apiVersion: _version, ...content } = object
  const { managedFields: _fields, ...metadata } = fieldsOf(raw)
  const { generation } = metadata
  return {
    kind,
    namespace: textOf(metadata['namespace']) ?? '',
    name: textOf(metadata['name']) ?? '',
    uid: textOf(metadata['uid']) ?? '',
    resourceVersion: textOf(metadata['resourceVersion']) ?? '',
    generation: typeof generation === 'number' ? generation : 0,
    deleting: metadata['deletionTimestamp'] !== undefined,
    labels: fieldsOf(metadata['labels']),
    metadata,
    content,
  }
}

/** Whether Meridian made it, and so may change and remove it. */
export const isOurs = ({ kind, labels }: Pick<HeldObject, 'kind' | 'labels'>): boolean =>
  kind !== 'ServiceExport' && labels[OWNER_LABEL[kind]] === MANAGED_BY

/** The service that an object is about: its own name, or the one that its label names. */
export function serviceKeyOf({ kind, namespace, name, labels }: HeldObject): ServiceKey {
  const isNamedSo = kind === 'ServiceImport' || kind === 'ServiceExport'
  return `${namespace}/${isNamedSo ? name : (textOf(labels[LABEL.importedService]) ?? name)}`
}

/** What to watch of a kind: Services and EndpointSlices are many, and only Meridian's own are looked at. */
export function watchedResource(kind: HeldKind): Resource {
  const resource = resourceOf(ROWS[kind], null)
  const isForOthersToo = kind === 'ServiceImport' || kind === 'ServiceExport'
  return isForOthersToo ? resource : { ...resource, selector: `${OWNER_LABEL[kind]}=${MANAGED_BY}` }
}

export const HELD_KINDS: readonly HeldKind[] = ['ServiceImport', 'ServiceExport', 'Service', 'EndpointSlice']

/** One object of a kind, to be written. */
export const resourceNamed = (kind: HeldKind, namespace: string, name: string): Resource => ({
  ...resourceOf(ROWS[kind], namespace),
  name,
})
