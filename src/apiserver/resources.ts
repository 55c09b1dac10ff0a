import { type ExportGroup, type Kind, LABEL, MANAGED_BY } from '../kube/index.ts'

/** How a kind is called in URLs and in roles, and which of its objects are meant: all, unless said otherwise. */
export interface Resource {
  readonly kind: string
  /** '' is the core group. */
  readonly group: string
  readonly plural: string
  /** Those that Meridian reads, best first. */
  readonly versions: readonly string[]
  /** Defined by a CRD, which a cluster may lack. The others every API server has. */
  readonly custom: boolean
  /** Those of one namespace. */
  readonly namespace?: string
  /** Those with these labels, as `kubectl -l` takes them. */
  readonly selector?: string
  /** The one of this name. */
  readonly name?: string
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
    // What the controller wrote holds endpoints that are read where they come from.
    selector: `${LABEL.sliceManagedBy}!=${MANAGED_BY}`,
  },
  ServiceExport: { kind: 'ServiceExport', plural: 'serviceexports', ...MCS },
  'ServiceExport.net.gke.io': {
    kind: 'ServiceExport',
    group: 'net.gke.io',
    plural: 'serviceexports',
    versions: ['v1'],
    custom: true,
  },
  ServiceImport: { kind: 'ServiceImport', plural: 'serviceimports', ...MCS },
}

/** What is read of a cluster: ServiceImports in the server's own, ServiceExports of other groups where it is said so. */
export const kindsOf = (isLocal: boolean, groups: readonly ExportGroup[]): readonly Kind[] => [
  ...EXPORTED,
  ...[...new Set(groups)].map((group) => `ServiceExport.${group}` as const),
  ...(isLocal ? (['ServiceImport'] as const) : []),
]

const EXPORTED: readonly Kind[] = ['Service', 'EndpointSlice', 'ServiceExport']

/** The objects of a kind: in all namespaces, where that is null, or in one. */
export const resourceOf = (kind: Kind, namespace: string | null): Resource =>
  namespace === null ? RESOURCES[kind] : { ...RESOURCES[kind], namespace }

export const apiVersionOf = ({ group }: Resource, version: string): string =>
  group === '' ? version : `${group}/${version}`

/** `services`; of one namespace: `services in namespace shop`. */
export const titleOf = ({ plural, namespace }: Resource): string =>
  namespace === undefined ? plural : `${plural} in namespace ${namespace}`

/** `/apis/discovery.k8s.io/v1/endpointslices`, `/api/v1/namespaces/meridian/secrets`. */
export function pathOf(resource: Resource, version: string): string {
  const { group, plural, namespace, name } = resource
  const root = `/${group === '' ? 'api' : 'apis'}/${apiVersionOf(resource, version)}`
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  return `${root}${scope}/${plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`
}

/** What narrows a list and its watch to the objects that are meant. */
export const selectionOf = ({ selector }: Resource): Readonly<Record<string, string>> =>
  selector === undefined ? {} : { labelSelector: selector }

/** Where a permission is missing, and the rule that gives it: to list and watch, or to get what has a name. */
export function grantOf(resource: Resource, verbs?: readonly string[]): string {
  const { group, plural, namespace, name } = resource
  const role = namespace === undefined ? 'its ClusterRole' : `a Role in namespace ${namespace}`
  const which = name === undefined ? '' : `, resourceNames: ["${name}"]`
  const words = verbs ?? (name === undefined ? ['list', 'watch'] : ['get'])
  const list = words.map((verb) => `"${verb}"`).join(', ')
  return `${role} the rule {apiGroups: ["${group}"], resources: ["${plural}"]${which}, verbs: [${list}]}`
}
