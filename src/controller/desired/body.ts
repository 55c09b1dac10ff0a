import { type Address, type Family, familyOf } from '../../values/dns/index.ts'
import type { Clusterset, Viewpoint } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import type { Entry } from '../../world/zone/index.ts'
import type { Here, Json, JsonObject, Rules, WantedKind, WantedObject } from './types.ts'

/** All that the objects of one service in one cluster are decided from. */
export interface Scene {
  readonly key: ServiceKey
  readonly namespace: string
  readonly name: string
  /** Undefined: no cluster holds anything of that name. */
  readonly entry: Entry | undefined
  readonly clusterset: Clusterset
  /** The cluster that is written, as a place to look from. */
  readonly from: Viewpoint
  readonly here: Here
  readonly rules: Rules
  /** Unix milliseconds. */
  readonly now: number
}

/** What kinds of object an apply speaks of. */
const API: Readonly<Record<WantedKind, { readonly group: string | null; readonly kind: string }>> = {
  'ServiceExport/status': { group: null, kind: 'ServiceExport' },
  ServiceImport: { group: null, kind: 'ServiceImport' },
  'ServiceImport/status': { group: null, kind: 'ServiceImport' },
  Service: { group: 'v1', kind: 'Service' },
  EndpointSlice: { group: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
}

const mcsVersion = ({ version }: Here): string => `multicluster.x-k8s.io/${version}`

/** An object as it is to be applied. `metadata` besides its name, `rest` besides metadata. */
export function wanted(
  kind: WantedKind,
  { namespace, here }: Scene,
  name: string,
  metadata: JsonObject,
  rest: JsonObject,
): WantedObject {
  const api = API[kind]
  const head = { apiVersion: api.group ?? mcsVersion(here), kind: api.kind }
  return { kind, namespace, name, body: { ...head, metadata: { namespace, name, ...metadata }, ...rest } }
}

/** An object without the members that are undefined. */
export const present = (members: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(
    Object.entries(members).filter((member): member is [string, Json] => member[1] !== undefined),
  )

/** Labels or annotations in order of key, so that equal ones are equal as JSON. */
export const sortedByKey = (tags: Readonly<Record<string, string>>): JsonObject =>
  Object.fromEntries(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)))

/** What is made for an import goes with it. */
export const ownedBy = (uid: string, name: string, here: Here): JsonObject => ({
  ownerReferences: [{ apiVersion: mcsVersion(here), kind: 'ServiceImport', name, uid }],
})

export const printFamily = (family: Family): string => (family === 4 ? 'IPv4' : 'IPv6')

export const familiesAmong = (addresses: readonly Address[]): readonly Family[] => [
  ...new Set(addresses.map(familyOf)),
]
