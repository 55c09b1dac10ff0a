import { type ClusterView, listIn, objectIn } from '../../sources/changes/index.ts'
import type { ClusterId, ExportingRules } from '../../words/clusterset/index.ts'
import {
  SERVICE,
  type Service,
  type ServiceKey,
  type ServiceWords,
  SLICE,
  selects,
} from '../../words/kube/index.ts'
import { isMirrored } from './endpoints.ts'
import type { Export } from './export-types.ts'
import { type Declaration, exportOfService, mayExport, namespaceIn } from './exported.ts'
import type { ExportRule, InventoryRules, Seen } from './rule-types.ts'

// Exports without a ServiceExport: by what a Service says of itself, or by there being one.

/** A Service that could be exported so, and what is declared of its cluster. */
interface Speaking {
  readonly service: Service
  readonly said: ServiceWords
  readonly view: ClusterView
  readonly rules: InventoryRules
  readonly exporting: ExportingRules
}

/** `by`: the key of configuration that makes it the rule, for `explain`. */
interface Way {
  readonly by: string
  readonly isOn: (exporting: ExportingRules) => boolean
  /** A sentence: it is asked not to be exported, by whatever other rule. */
  readonly says: (speaking: Speaking) => boolean | string
  /** Why it says nothing of a Service that asks for it, which another rule may export. */
  readonly whyNot?: (speaking: Speaking) => string | undefined
}

const ruleOf = (way: Way): ExportRule => ({
  exportOf: (key, cluster, seen) => {
    const found = speakingIn(key, cluster, seen, way)
    if (found === undefined) return undefined
    const says = way.says(found)
    if (says === false) return undefined
    const { createdAt } = found.service
    const declined = says === true ? whyNever(found) : says
    return declined === undefined
      ? exportedBy(way, createdAt, key, cluster, seen)
      : { kind: 'notExported', cluster, createdAt, by: way.by, declined }
  },
  isWanted: (key, cluster, seen) => {
    const found = speakingIn(key, cluster, seen, way)
    return found !== undefined && way.says(found) === true && whyNever(found) === undefined
  },
  whyNot: (key, cluster, seen) => {
    const found = way.whyNot && speakingIn(key, cluster, seen, way)
    const declined = found && way.whyNot?.(found)
    return declined === undefined ? undefined : { by: way.by, declined }
  },
})

const exportedBy = (
  { by }: Way,
  createdAt: number,
  key: ServiceKey,
  cluster: ClusterId,
  seen: Seen,
): Export | undefined => exportOfService({ ...SAYS_NO_MORE, createdAt, by }, key, cluster, seen)

const SAYS_NO_MORE: Omit<Declaration, 'createdAt'> = {
  weight: null,
  reach: null,
  exportedLabels: {},
  exportedAnnotations: {},
}

function speakingIn(key: ServiceKey, cluster: ClusterId, seen: Seen, way: Way): Speaking | undefined {
  const rules = seen.rules.get(cluster)
  const exporting = rules?.exporting
  if (rules === undefined || exporting === undefined || !way.isOn(exporting)) return undefined
  const view = seen.views.get(cluster)
  const service = view && objectIn(view, SERVICE, key)
  if (view === undefined || service?.said === undefined) return undefined
  return { service, said: service.said, view, rules, exporting }
}

/** What is the cluster's own, Meridian's, or another cluster's, and so nobody's to share; or stands for nothing here. */
function whyNever({ service, said, view, rules }: Speaking): string | undefined {
  if (said.isMeridians) return "the Service is Meridian's own"
  if (service.derived) return 'the Service was derived from a ServiceImport'
  if (OF_SYSTEM.test(service.namespace)) return `namespace ${service.namespace} is the cluster's own`
  if (isApiServer(service)) return "default/kubernetes is the cluster's own"
  return hasEndpoints(service, said, view, rules)
    ? undefined
    : "the Service has neither a selector nor EndpointSlices of the cluster's own"
}

/** Namespaces whose Services are a cluster's own. */
const OF_SYSTEM = /^(?:kube-.*|openshift.*|istio-system)$/

const isApiServer = ({ namespace, name }: Service): boolean =>
  namespace === 'default' && name === 'kubernetes'

/** One without a selector and without slices of its own stands for nothing here. */
const hasEndpoints = (
  { name, namespace, type }: Service,
  { hasSelector }: ServiceWords,
  view: ClusterView,
  rules: InventoryRules,
): boolean =>
  hasSelector ||
  type === 'ExternalName' ||
  listIn(view, SLICE, `${namespace}/${name}`).some(
    (slice) => slice.service === name && !isMirrored(slice, rules),
  )

/** Whether Cilium shares what is in a namespace with other clusters. */
export function isGlobalNamespace(
  namespace: string,
  view: ClusterView,
  { defaultGlobalNamespace }: ExportingRules,
): boolean {
  const global = namespaceIn(view, namespace)?.global ?? null
  return global === null ? defaultGlobalNamespace : global.toLowerCase() === 'true'
}

/** Cilium's annotations. Who is asked not to be shared is not, whatever else is exported. */
export const CILIUM_SERVICES: ExportRule = ruleOf({
  by: 'clusters[].exports.annotations: cilium',
  isOn: ({ annotations }) => annotations === 'cilium',
  says: ({ service, said: { cilium }, view, exporting }) => {
    if (cilium === null || !isGlobalNamespace(service.namespace, view, exporting)) return false
    return cilium.isShared ? true : 'service.cilium.io/shared is there, and not true'
  },
  whyNot: ({ service: { namespace }, said: { cilium }, view }) => {
    if (cilium === null) return undefined
    const isSaid = (namespaceIn(view, namespace)?.global ?? null) !== null
    return isSaid
      ? `Namespace ${namespace} has clustermesh.cilium.io/global, and not as true`
      : `Namespace ${namespace} has no clustermesh.cilium.io/global, without which defaultGlobalNamespace leaves it out`
  },
})

/** Labels of Services. */
export const SELECTED_SERVICES: ExportRule = ruleOf({
  by: 'clusters[].exports.services',
  isOn: ({ services }) => services !== null,
  says: ({ said, exporting: { services } }) => services !== null && selects(services, said.labels),
})

/** Where it is this, nobody asked for the one Service. */
export const BY_ALL = 'clusters[].exports.all'

/** All that may be: nobody asked for any one of them, and so `explain` alone tells of those that may not. */
export const ALL_SERVICES: ExportRule = ruleOf({
  by: BY_ALL,
  isOn: ({ all }) => all,
  says: ({ service, view, rules }) =>
    service.type !== 'ExternalName' && mayExport(rules, service.namespace, view),
  whyNot: (speaking) =>
    speaking.service.type === 'ExternalName'
      ? 'a Service of type ExternalName cannot be exported'
      : (whyNever(speaking) ?? "the cluster's exports.namespaces does not admit this namespace"),
})
