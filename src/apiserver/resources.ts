import type { Kind } from '../kube/index.ts'

/** How a kind is called in URLs and in roles. */
export interface Resource {
  readonly kind: Kind
  /** '' is the core group. */
  readonly group: string
  readonly plural: string
  /** Those that Meridian reads, best first. */
  readonly versions: readonly string[]
  /** Defined by a CRD, which a cluster may lack. The others every API server has. */
  readonly custom: boolean
}

const MCS = { group: 'multicluster.x-k8s.io', versions: ['v1beta1', 'v1alpha1'], custom: true }

const RESOURCES: Readonly<Record<Kind, Resource>> = {
  Service: { kind: 'Service', group: '', plural: 'services', versions: ['v1'], custom: false },
  EndpointSlice: {
    kind: 'EndpointSlice',
    group: 'discovery.k8s.io',
    plural: 'endpointslices',
    versions: ['v1'],
    custom: false,
  },
  ServiceExport: { kind: 'ServiceExport', plural: 'serviceexports', ...MCS },
  ServiceImport: { kind: 'ServiceImport', plural: 'serviceimports', ...MCS },
}

export const resourceOf = (kind: Kind): Resource => RESOURCES[kind]

export const apiVersionOf = ({ group }: Resource, version: string): string =>
  group === '' ? version : `${group}/${version}`

/** `/apis/discovery.k8s.io/v1/endpointslices`: the objects of all namespaces. */
export const pathOf = (resource: Resource, version: string): string =>
  `/${resource.group === '' ? 'api' : 'apis'}/${apiVersionOf(resource, version)}/${resource.plural}`

/** The rule that a ClusterRole needs for it. */
export const ruleOf = ({ group, plural }: Resource): string =>
  `{apiGroups: ["${group}"], resources: ["${plural}"], verbs: ["list", "watch"]}`
