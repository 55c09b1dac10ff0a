import { labelSelector } from './label-selector.ts'
import { dnsLabel, subdomain } from './meta.ts'
import {
  at,
  flag,
  integer,
  isBlank,
  isFields,
  itemsOf,
  type Left,
  lenient,
  listUpTo,
  objectOf,
  or,
  orIfBlank,
  orNull,
  section,
  text,
  texts,
} from './narrow.ts'
import type { KubeObject } from './object-types.ts'
import { rowOf } from './row.ts'
import type { Selector } from './selector.ts'

/** The words by which configuration asks for what Karmada's objects say of services, and for what divides their replicas. */
export const KARMADA = 'karmada'
export const KARMADA_WEIGHTS = 'karmada weights'

const BINDING = 'ResourceBinding'

/** Karmada's MultiClusterService, as far as it says which clusters have a service for others. */
export interface MultiClusterService extends KubeObject {
  readonly kind: 'MultiClusterService'
  /** CrossCluster is for other clusters, LoadBalancer for somebody else's load balancer. */
  readonly types: readonly string[]
  /** Empty: all of Karmada's. null: none of those that it names can be read. */
  readonly providers: readonly string[] | null
  /** The same of those whose clients use it. */
  readonly consumers: readonly string[] | null
}

/** Karmada's ResourceBinding, as far as it says how the replicas of a workload are divided. */
export interface ResourceBinding extends KubeObject {
  readonly kind: 'ResourceBinding'
  /** What is bound: a workload, whose replicas are divided, or another object. `namespace` null: that of the binding. */
  readonly of: {
    readonly group: string
    readonly kind: string
    readonly namespace: string | null
    readonly name: string
  }
  /** null: a cluster has no number of its own. */
  readonly clusters: readonly { readonly name: string; readonly replicas: number | null }[]
  /** Replicas are divided, and not the same everywhere. */
  readonly isDivided: boolean
  /** Not those that the scheduler has looked at last. */
  readonly isBehind: boolean
  /** null: it does not weigh, or not by numbers of its own. */
  readonly weights: readonly StaticWeight[] | null | 'unread'
}

/** An entry of `staticWeightList`: for the clusters of which all that it says is true. */
export interface StaticWeight {
  readonly weight: number
  /** Empty: all. */
  readonly names: readonly string[]
  readonly exclude: readonly string[]
  readonly labels: Selector
  /** Of `provider`, `region` and `zone`. */
  readonly fields: Selector
}

/** More than one control plane has. */
const MOST_CLUSTERS = 10_000

const named = section((fields, left) => at(fields, 'name', dnsLabel, left))

const clusters = itemsOf(named, MOST_CLUSTERS)

/** A list of which nothing is left says nothing of all clusters. */
const clustersOrNone = lenient(
  orNull((value, left) => {
    const names = clusters(value, left)
    return names.length === 0 && Array.isArray(value) && value.length > 0 ? null : names
  }),
  null,
)

const types = itemsOf(text, 10)

const spec = objectOf((fields, left) => ({
  types: at(fields, 'types', types, left),
  providers: fields['providerClusters'] == null ? [] : at(fields, 'providerClusters', clustersOrNone, left),
  consumers: fields['consumerClusters'] == null ? [] : at(fields, 'consumerClusters', clustersOrNone, left),
}))

export const MULTI_CLUSTER_SERVICE = rowOf<MultiClusterService>({
  kind: 'MultiClusterService',
  served: { group: 'networking.karmada.io', plural: 'multiclusterservices', versions: ['v1alpha1'] },
  where: 'registry',
  askedBy: KARMADA,
  name: subdomain,
  parse: (meta, fields, left) => ({
    kind: 'MultiClusterService',
    ...meta,
    ...at(fields, 'spec', spec, left),
  }),
})

/** Karmada's Cluster, as far as it says what a member is and how it is reached. */
export interface KarmadaCluster extends KubeObject {
  readonly kind: 'Cluster'
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** '' where Karmada does not reach it. */
  readonly apiEndpoint: string
  readonly secret: { readonly namespace: string; readonly name: string } | null
  /** Karmada's own API server may ask there as somebody else. */
  readonly mayImpersonate: boolean
  readonly isUnverified: boolean
  readonly proxy: string | null
  /** It has headers for that. */
  readonly hasProxyHeader: boolean
  readonly provider: string | null
  readonly region: string | null
  readonly zones: readonly string[]
  readonly taints: readonly { readonly key: string; readonly effect: string }[]
  /** The condition Ready, where it is not True: `False, ClusterNotReachable`. */
  readonly unready: string | null
}

/** Where Karmada keeps what it shows to members, unless it says otherwise. */
export const KARMADA_NAMESPACE = 'karmada-cluster'

const word = lenient(orIfBlank(text, null), null)
const secretRef = objectOf((fields, left) => ({
  namespace: at(fields, 'namespace', orIfBlank(dnsLabel, KARMADA_NAMESPACE), left),
  name: at(fields, 'name', subdomain, left),
}))
const taint = objectOf((fields, left) => ({
  key: at(fields, 'key', text, left),
  effect: at(fields, 'effect', text, left),
}))
const words = lenient(itemsOf(text, 100), [])
const taints = lenient(itemsOf(taint, 100), [])
const lenientSecret = lenient(orNull(secretRef), null)
const lenientFlag = lenient(or(flag, false), false)

const clusterSpec = section((fields, left) => {
  const zone = at(fields, 'zone', word, left)
  const zones = at(fields, 'zones', words, left)
  const header = fields['proxyHeader']
  return {
    apiEndpoint: at(fields, 'apiEndpoint', word, left) ?? '',
    secret: at(fields, 'secretRef', lenientSecret, left),
    mayImpersonate: !isBlank(fields['impersonatorSecretRef']),
    isUnverified: at(fields, 'insecureSkipTLSVerification', lenientFlag, left),
    proxy: at(fields, 'proxyURL', word, left),
    hasProxyHeader: typeof header === 'object' && header !== null && Object.keys(header).length > 0,
    provider: at(fields, 'provider', word, left),
    region: at(fields, 'region', word, left),
    zones: zones.length === 0 && zone !== null ? [zone] : zones,
    taints: at(fields, 'taints', taints, left),
  }
})

const condition = objectOf((fields, left) => ({
  type: at(fields, 'type', text, left),
  status: at(fields, 'status', text, left),
  reason: at(fields, 'reason', word, left),
}))
const conditions = lenient(itemsOf(condition, 100), [])

const clusterStatus = section((fields, left) => {
  const ready = at(fields, 'conditions', conditions, left).find(({ type }) => type === 'Ready')
  if (ready === undefined || ready.status === 'True') return null
  return ready.reason === null ? ready.status : `${ready.status}, ${ready.reason}`
})

const tags = section((metadata, left) => ({
  labels: at(metadata, 'labels', lenient(texts, {}), left),
  annotations: at(metadata, 'annotations', lenient(texts, {}), left),
}))

export const KARMADA_CLUSTER = rowOf<KarmadaCluster>({
  kind: 'Cluster',
  served: { group: 'cluster.karmada.io', plural: 'clusters', versions: ['v1alpha1'], namespaced: false },
  where: 'registry',
  askedBy: KARMADA,
  name: dnsLabel,
  parse: (meta, fields, left) => ({
    kind: 'Cluster',
    ...meta,
    ...at(fields, 'metadata', tags, left),
    ...at(fields, 'spec', clusterSpec, left),
    unready: at(fields, 'status', clusterStatus, left),
  }),
  keysOf: () => [],
  // Static weights choose clusters by labels and fields.
  alongside: { kind: BINDING, of: 'all' },
})

const namespaceOfBound = orIfBlank(dnsLabel, null)

const resource = objectOf((fields, left) => {
  const version = at(fields, 'apiVersion', word, left) ?? ''
  return {
    group: version.slice(0, Math.max(0, version.indexOf('/'))),
    kind: at(fields, 'kind', text, left),
    namespace: at(fields, 'namespace', namespaceOfBound, left),
    name: at(fields, 'name', subdomain, left),
  }
})

const replicas = lenient(orNull(integer(0, 1_000_000)), null)
const bound = itemsOf(
  objectOf((fields, left) => ({
    name: at(fields, 'name', dnsLabel, left),
    replicas: at(fields, 'replicas', replicas, left),
  })),
  MOST_CLUSTERS,
)

const names = itemsOf(dnsLabel, MOST_CLUSTERS)
/** Selected by nothing, everything is. */
const selector = orNull(labelSelector)
const weight = integer(1, 1_000_000)

const target = section((fields, left) => ({
  names: at(fields, 'clusterNames', names, left),
  exclude: at(fields, 'exclude', names, left),
  labels: at(fields, 'labelSelector', selector, left) ?? [],
  fields: at(fields, 'fieldSelector', selector, left) ?? [],
}))

/** One weight after the other decides: without one of them the others would say something else. */
const staticWeights = (value: unknown, left: Left): readonly StaticWeight[] =>
  listUpTo(MOST_CLUSTERS)(value, left).map((one) => {
    const fields = isFields(one) ? one : {}
    return { weight: at(fields, 'weight', weight, left), ...at(fields, 'targetCluster', target, left) }
  })

const preference = section((fields, left) =>
  isBlank(fields['dynamicWeight']) && !isBlank(fields['staticWeightList'])
    ? at(fields, 'staticWeightList', staticWeights, left)
    : null,
)

const scheduling = section((fields, left) => ({
  isDivided: (fields['replicaSchedulingType'] ?? 'Divided') === 'Divided',
  weights:
    fields['replicaDivisionPreference'] === 'Weighted'
      ? at(fields, 'weightPreference', lenient(preference, 'unread'), left)
      : null,
}))

/** Without any, replicas are the same everywhere. */
const placement = section((fields, left) =>
  isBlank(fields['replicaScheduling'])
    ? { isDivided: false, weights: null }
    : at(fields, 'replicaScheduling', scheduling, left),
)

const bindingSpec = objectOf((fields, left) => ({
  of: at(fields, 'resource', resource, left),
  clusters: at(fields, 'clusters', bound, left),
  ...at(fields, 'placement', placement, left),
}))

const generation = lenient(orNull(integer(0, Number.MAX_SAFE_INTEGER)), null)
const wanted = section((metadata, left) => at(metadata, 'generation', generation, left))
const observed = section((status, left) => at(status, 'schedulerObservedGeneration', generation, left))

export const RESOURCE_BINDING = rowOf<ResourceBinding>({
  kind: BINDING,
  served: { group: 'work.karmada.io', plural: 'resourcebindings', versions: ['v1alpha2'] },
  where: 'registry',
  askedBy: KARMADA_WEIGHTS,
  name: subdomain,
  parse: (meta, fields, left) => {
    const seen = at(fields, 'status', observed, left)
    return {
      kind: 'ResourceBinding',
      ...meta,
      ...at(fields, 'spec', bindingSpec, left),
      isBehind: seen !== null && seen < (at(fields, 'metadata', wanted, left) ?? 0),
    }
  },
  keysOf: ({ namespace, of }) => [`${of.namespace ?? namespace}/${of.name}`],
})
