import { apiVersionOf as apiVersion, type KindRow, type Served } from '../../words/kube/index.ts'

/** What is asked of an API server: the objects of a kind, all of them unless said otherwise. */
export interface Resource extends Omit<Served, 'namespaced'> {
  /** Those of one namespace. */
  readonly namespace?: string
  /** The one of this name. */
  readonly name?: string
}

/** The objects of a kind: in all namespaces, where that is null, or in one. */
export const resourceOf = ({ served }: Pick<KindRow, 'served'>, namespace: string | null): Resource =>
  namespace === null || !served.namespaced ? served : { ...served, namespace }

/** No row has them: nothing is kept of them as of the objects that services are made of. */
export const NAMESPACES: Resource = {
  kind: 'Namespace',
  group: '',
  plural: 'namespaces',
  versions: ['v1'],
  custom: false,
}

/** The namespace by whose UID a cluster is known: it lives as long as that. Whoever may get it can tell clusters apart. */
export const KUBE_SYSTEM = { ...NAMESPACES, name: 'kube-system', verbs: ['get'] }

export const resourceApiVersion = ({ group }: Resource, version: string): string => apiVersion(group, version)

/** `services`; of one namespace: `services in namespace shop`. */
export const titleOf = ({ plural, namespace }: Resource): string =>
  namespace === undefined ? plural : `${plural} in namespace ${namespace}`

/** `/apis/discovery.k8s.io/v1/endpointslices`, `/api/v1/namespaces/meridian/secrets`. */
export function pathOf(resource: Resource, version: string): string {
  const { group, plural, namespace, name } = resource
  const root = `/${group === '' ? 'api' : 'apis'}/${resourceApiVersion(resource, version)}`
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

/** Why no version of a resource is served, as a sentence. */
export function notServed({ plural, group, custom }: Pick<Resource, 'plural' | 'group' | 'custom'>): string {
  if (custom) return `list ${plural}: the API server no longer serves ${group}: install its CRDs again`
  return `list ${plural}: not found: is the URL in use that of a Kubernetes API?`
}
