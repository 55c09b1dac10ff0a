import { dnsLabel, subdomain } from './meta.ts'
import {
  at,
  flag,
  isBlank,
  itemsOf,
  lenient,
  objectOf,
  or,
  orIfBlank,
  orNull,
  section,
  text,
  texts,
} from './narrow.ts'
import { rowOf } from './row.ts'
import type { KubeObject } from './types.ts'

/** The word by which configuration asks for what Karmada's objects say of services. */
export const KARMADA = 'karmada'

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
  name: dnsLabel,
  parse: (meta, fields, left) => ({
    kind: 'Cluster',
    ...meta,
    ...at(fields, 'metadata', tags, left),
    ...at(fields, 'spec', clusterSpec, left),
    unready: at(fields, 'status', clusterStatus, left),
  }),
  keysOf: () => [],
})
