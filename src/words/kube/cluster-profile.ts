import { subdomain } from './meta.ts'
import {
  anyText,
  at,
  type Fields,
  itemsOf,
  lenient,
  type Narrower,
  objectOf,
  or,
  section,
  text,
  texts,
} from './narrow.ts'
import type { KubeObject } from './object-types.ts'
import { rowOf } from './row.ts'

/** A ClusterProfile of cluster-inventory-api: a cluster as whoever manages the fleet describes it. */
export interface ClusterProfile extends KubeObject {
  readonly kind: 'ClusterProfile'
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly properties: readonly { readonly name: string; readonly value: string }[]
  readonly conditions: readonly ProfileCondition[]
  /** Of `accessProviders` and of the older `credentialProviders`, each name once. */
  readonly providers: readonly AccessProvider[]
}

interface ProfileCondition {
  readonly type: string
  readonly status: string
  readonly reason: string
}

/** A way to the cluster's API server. */
export interface AccessProvider {
  /** Whoever reads it has to know what that stands for. */
  readonly name: string
  /** As a kubeconfig has one. */
  readonly cluster: Fields
}

/** Nobody writes more into one object; the API takes 1.5 MB of it. */
const MOST = 1000

const NO_TEXTS: Readonly<Record<string, string>> = {}
const lenientTexts = lenient(texts, NO_TEXTS)

const metadata = section((fields, left) => ({
  labels: at(fields, 'labels', lenientTexts, left),
  annotations: at(fields, 'annotations', lenientTexts, left),
}))

const lenientItems = <T>(read: Narrower<T>): Narrower<readonly T[]> => lenient(itemsOf(read, MOST), [])

const properties = lenientItems(
  objectOf((fields, left) => ({
    name: at(fields, 'name', text, left),
    value: at(fields, 'value', text, left),
  })),
)

const reason = lenient(or(text, ''), '')
const conditions = lenientItems(
  objectOf((fields, left) => ({
    type: at(fields, 'type', text, left),
    status: at(fields, 'status', text, left),
    reason: at(fields, 'reason', reason, left),
  })),
)

const cluster = section((fields) => fields)
const providers = lenientItems(
  objectOf((fields, left) => ({
    name: at(fields, 'name', anyText, left),
    cluster: at(fields, 'cluster', cluster, left),
  })),
)

const status = section((fields, left) => {
  const older = at(fields, 'credentialProviders', providers, left)
  const newer = at(fields, 'accessProviders', providers, left)
  const byName = new Map([...older, ...newer].map((provider) => [provider.name, provider]))
  return {
    properties: at(fields, 'properties', properties, left),
    conditions: at(fields, 'conditions', conditions, left),
    providers: [...byName.values()],
  }
})

/** Read by a registry that names them, of its own API server. */
export const CLUSTER_PROFILE = rowOf<ClusterProfile>({
  kind: 'ClusterProfile',
  served: {
    group: 'multicluster.x-k8s.io',
    plural: 'clusterprofiles',
    // The older one has all that the newer has, and the older providers.
    versions: ['v1alpha1', 'v1alpha2'],
  },
  where: 'registry',
  askedBy: 'clusterProfiles',
  name: subdomain,
  parse: (meta, fields, left) => ({
    kind: 'ClusterProfile',
    ...meta,
    ...at(fields, 'metadata', metadata, left),
    ...at(fields, 'status', status, left),
  }),
  keysOf: () => [],
})
