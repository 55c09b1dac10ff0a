import { labelSelector } from './label-selector.ts'
import { dnsLabel, inMetadata, subdomain } from './meta.ts'
import {
  anyText,
  at,
  itemsOf,
  lenient,
  objectOf,
  oneOf,
  or,
  orIfBlank,
  orNull,
  section,
  text,
  texts,
  textUpTo,
  whole,
} from './narrow.ts'
import type { Meta } from './object-types.ts'
import { briefly } from './printable.ts'
import { rowOf } from './row.ts'
import type { Selector } from './selector.ts'

/** A core.kubefed.io KubeFedCluster: a member of a federation, and how its API server is reached. */
export interface KubeFedCluster extends Meta {
  readonly kind: 'KubeFedCluster'
  /** `spec.apiEndpoint`: a URL, or what stands behind its `https://`. */
  readonly endpoint: string
  /** `spec.caBundle`: PEM, in base64; null: the system's authorities count. */
  readonly ca: string | null
  /** `spec.secretRef.name`, in the same namespace. */
  readonly secret: string
  /** `spec.disabledTLSValidations`, as written. */
  readonly disabled: readonly string[]
  /** `spec.proxyURL`; null: none. */
  readonly proxy: string | null
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** `status.conditions`: how KubeFed last found its API server. */
  readonly conditions: readonly KubeFedCondition[]
}

/** One of what KubeFed says of a cluster. */
interface KubeFedCondition {
  readonly type: string
  readonly status: string
  readonly message: string
}

/** In which clusters what a federated object stands for is to be. */
export interface FederatedPlacement {
  /** Names of KubeFedClusters, and no others, even if that is none; null: `selector` decides. */
  readonly clusters: readonly string[] | null
  /** Of labels of KubeFedClusters; null: none of them. */
  readonly selector: Selector | null
}

/** A types.kubefed.io FederatedService: the Service of its name, in the clusters where it is placed. */
export interface FederatedService extends Meta {
  readonly kind: 'FederatedService'
  readonly placement: FederatedPlacement
}

/** A types.kubefed.io FederatedNamespace, which stands in the namespace that it is of: where that is at all. */
interface FederatedNamespace extends Meta {
  readonly kind: 'FederatedNamespace'
  readonly placement: FederatedPlacement
}

/** A core.kubefed.io KubeFedConfig: of how many namespaces a control plane is. */
interface KubeFedConfig extends Meta {
  readonly kind: 'KubeFedConfig'
  /** Of its own alone, and namespaces need no placement; false: of all. */
  readonly isNamespaced: boolean
}

/** The authorities of a whole system are a quarter of that. */
const MOST_PEM = 2 ** 20
const MOST_MESSAGE = 200
const MOST_CONDITIONS = 20
const MOST_VALIDATIONS = 20
/** A federation has hundreds; nobody lists more by name. */
const MOST_CLUSTERS = 1000

const pem = orIfBlank(textUpTo(MOST_PEM), null)
const validations = whole(text, MOST_VALIDATIONS)
const secretRef = section((fields, left) => at(fields, 'name', subdomain, left))

const spec = section((fields, left) => ({
  endpoint: at(fields, 'apiEndpoint', text, left),
  ca: at(fields, 'caBundle', pem, left),
  secret: at(fields, 'secretRef', secretRef, left),
  disabled: at(fields, 'disabledTLSValidations', validations, left),
  proxy: at(fields, 'proxyURL', orIfBlank(text, null), left),
}))

const message = or((value) => briefly(anyText(value), MOST_MESSAGE), '')

const condition = objectOf((fields, left) => ({
  type: at(fields, 'type', text, left),
  status: at(fields, 'status', text, left),
  message: at(fields, 'message', message, left),
}))

const conditions = itemsOf(condition, MOST_CONDITIONS)
/** What nobody has said yet, or said in another form, is no reason to leave a cluster out. */
const status = lenient(
  section((fields, left) => at(fields, 'conditions', conditions, left)),
  [],
)

const NO_TAGS: Readonly<Record<string, string>> = {}
const tags = lenient(texts, NO_TAGS)
const labelsOf = inMetadata('labels', tags)
const annotationsOf = inMetadata('annotations', tags)

const CORE = { group: 'core.kubefed.io', versions: ['v1beta1'] } as const
const TYPES = { group: 'types.kubefed.io', versions: ['v1beta1'] } as const

/** The word by which configuration asks for KubeFed's objects: `registries[].kubefed`. */
export const KUBEFED = 'kubefed'

const ASKED = { where: 'registry', askedBy: KUBEFED } as const
const SERVICES = 'FederatedService'

export const KUBEFED_CLUSTER = rowOf<KubeFedCluster>({
  ...ASKED,
  kind: 'KubeFedCluster',
  served: { ...CORE, plural: 'kubefedclusters' },
  name: subdomain,
  parse: (meta, fields, left) => ({
    kind: 'KubeFedCluster',
    ...meta,
    ...at(fields, 'spec', spec, left),
    labels: labelsOf(fields, left),
    annotations: annotationsOf(fields, left),
    conditions: at(fields, 'status', status, left),
  }),
  keysOf: () => [],
  alongside: { kind: SERVICES, of: 'all' },
})

const clusterName = objectOf((fields, left) => at(fields, 'name', text, left))
const clusterNames = orNull(itemsOf(clusterName, MOST_CLUSTERS))

const placement = section(
  (fields, left): FederatedPlacement => ({
    clusters: at(fields, 'clusters', clusterNames, left),
    selector: at(fields, 'clusterSelector', orNull(labelSelector), left),
  }),
)

const placed = section((fields, left) => at(fields, 'placement', placement, left))

/** It has its Service's name. */
export const FEDERATED_SERVICE = rowOf<FederatedService>({
  ...ASKED,
  kind: 'FederatedService',
  served: { ...TYPES, plural: 'federatedservices' },
  name: dnsLabel,
  parse: (meta, fields, left) => ({
    kind: 'FederatedService',
    ...meta,
    placement: at(fields, 'spec', placed, left),
  }),
})

/** It has its Namespace's name; one of another name than that of where it stands is of none. */
export const FEDERATED_NAMESPACE = rowOf<FederatedNamespace>({
  ...ASKED,
  kind: 'FederatedNamespace',
  served: { ...TYPES, plural: 'federatednamespaces' },
  name: dnsLabel,
  parse: (meta, fields, left) => ({
    kind: 'FederatedNamespace',
    ...meta,
    placement: at(fields, 'spec', placed, left),
  }),
  keysOf: () => [],
  alongside: { kind: SERVICES, of: 'namespace' },
})

const scope = section((fields, left) => at(fields, 'scope', oneOf('Cluster', 'Namespaced'), left))

export const KUBEFED_CONFIG = rowOf<KubeFedConfig>({
  ...ASKED,
  kind: 'KubeFedConfig',
  served: { ...CORE, plural: 'kubefedconfigs' },
  name: subdomain,
  parse: (meta, fields, left) => ({
    kind: 'KubeFedConfig',
    ...meta,
    isNamespaced: at(fields, 'spec', scope, left) === 'Namespaced',
  }),
  keysOf: () => [],
  alongside: { kind: SERVICES, of: 'all' },
})
