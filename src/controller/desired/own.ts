import { LABEL, MANAGED_BY, type ServiceKey, serviceCalled } from '../../words/kube/index.ts'
import type { Desired } from './types.ts'

/** The kinds that Meridian makes; of others it writes the status alone. */
type MadeKind = 'ServiceImport' | 'Service' | 'EndpointSlice'

/** The label by which an object says who makes it: Meridian's own have `MANAGED_BY` there. */
export const OWNER_LABEL: Readonly<Record<MadeKind, string>> = {
  ServiceImport: LABEL.managedBy,
  Service: LABEL.managedBy,
  EndpointSlice: LABEL.sliceManagedBy,
}

/** As much of an object's metadata as says whose it is. */
interface MarkedObject {
  readonly namespace: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}

/** The service that an object of Meridian's own was made for; undefined if it is not Meridian's. */
export function ownerOf(kind: MadeKind, { namespace, name, labels }: MarkedObject): ServiceKey | undefined {
  if (labels[OWNER_LABEL[kind]] !== MANAGED_BY) return undefined
  const service = kind === 'ServiceImport' ? name : labels[LABEL.importedService]
  return service === undefined ? undefined : serviceCalled({ namespace, name: service })
}

/** Whether an object of Meridian's own that is not wanted may be deleted now. */
export const mayGo = (
  { awaited }: Pick<Desired, 'awaited'>,
  kind: string,
  labels: Readonly<Record<string, unknown>>,
): boolean =>
  awaited.length === 0 ||
  (kind === 'EndpointSlice' && !awaited.some((cluster) => cluster === labels[LABEL.sourceCluster]))

/** Labels of what is made for an import: whose it is, and of which service. */
export const ownLabels = (kind: 'Service' | 'EndpointSlice', service: string): Record<string, string> => ({
  [OWNER_LABEL[kind]]: MANAGED_BY,
  [LABEL.importedService]: service,
})

export const isForeign = ({ managedBy }: { readonly managedBy: string | null }): boolean =>
  managedBy !== MANAGED_BY

/** `managed by "helm"`, of something that is not Meridian's. */
export const printOwner = ({ managedBy }: { readonly managedBy: string | null }): string =>
  managedBy === null ? `not marked as Meridian's` : `managed by "${managedBy}"`
