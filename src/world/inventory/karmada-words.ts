import { listIn, objectIn } from '../../sources/changes/index.ts'
import { type ClusterId, NO_POLICIES } from '../../words/clusterset/index.ts'
import {
  KARMADA,
  MULTI_CLUSTER_SERVICE,
  type MultiClusterService,
  RESOURCE_BINDING,
  type ResourceBinding,
  type ServiceKey,
} from '../../words/kube/index.ts'
import { became, nameOfObject, objectSummary, SILENT } from '../istio/index.ts'
import { byNameIn } from './registry-names.ts'
import { toldOfExports } from './registry-told.ts'
import type { OutcomeBy, RegistrySeen, RegistryWords } from './registry-types.ts'

/** Karmada's: a MultiClusterService for other clusters is an export by its provider clusters, by all where it names none. */
export const KARMADA_WORDS: RegistryWords = {
  word: KARMADA,
  kinds: [MULTI_CLUSTER_SERVICE.kind, RESOURCE_BINDING.kind],
  exportOf: (key, cluster, registry) => {
    const found = objectIn(registry.objects, MULTI_CLUSTER_SERVICE, key)
    if (found === undefined || whyNot(found) !== undefined) return undefined
    const { providers, createdAt } = found
    const isNamed = providers !== null && providers.length > 0
    const known = byNameIn(registry)
    if (isNamed && !providers.some((name) => known.get(name) === cluster)) return undefined
    return { by: nameOfObject(found), createdAt, isNamed }
  },
  policiesOf: (key, registry) => {
    const weights = weightsOf(key, registry)
    if (weights.size === 0) return NO_POLICIES
    const [by = ''] = bindingsOf(key, registry)
      .filter((one) => whyNoWeights(one) === undefined)
      .map(nameOfObject)
    return [{ ...SILENT, weights, by, viewpoints: null }]
  },
  objectsOf: (key, registry, exporting) => {
    const found = objectIn(registry.objects, MULTI_CLUSTER_SERVICE, key)
    const bindings = bindingsOf(key, registry)
    return [
      ...(found === undefined ? [] : [told(found, registry, exporting)]),
      ...(bindings.length === 0 ? [] : [toldOf(bindings)]),
    ]
  },
}

const bindingsOf = (key: ServiceKey, { objects }: RegistrySeen): readonly ResourceBinding[] =>
  listIn(objects, RESOURCE_BINDING, key)

const WORKLOADS: readonly string[] = ['Deployment', 'StatefulSet', 'ReplicaSet', 'Job']

/** Why one says nothing of how draws are divided. */
function whyNoWeights({ workload, isDivided, isBehind, weights }: ResourceBinding): string | undefined {
  if (!WORKLOADS.includes(workload.kind)) return `spec.resource: a ${workload.kind} has no replicas`
  if (!isDivided) return 'spec.placement: its replicas are duplicated, and divide nothing'
  if (isBehind) return 'status.schedulerObservedGeneration: it is not scheduled yet'
  if (weights?.some(({ isUnknown }) => isUnknown) === true)
    return 'spec.placement: a weight is for clusters that are chosen by fields or expressions'
  return undefined
}

/** Of several workloads of one name the sum. */
function weightsOf(key: ServiceKey, registry: RegistrySeen): ReadonlyMap<ClusterId, number> {
  const known = byNameIn(registry)
  const sum = new Map<ClusterId, number>()
  for (const one of bindingsOf(key, registry)) {
    if (whyNoWeights(one) !== undefined) continue
    for (const { name, replicas } of one.clusters) {
      const weight = one.weights === null ? (replicas ?? 0) : staticWeightOf(name, one.weights, registry)
      const id = known.get(name)
      if (id !== undefined) sum.set(id, (sum.get(id) ?? 0) + weight)
    }
  }
  return sum
}

/** Of the entries that match a cluster the most counts; where none matches any, all are alike. */
function staticWeightOf(
  name: string,
  weights: NonNullable<ResourceBinding['weights']>,
  registry: RegistrySeen,
): number {
  const own = registry.clusters.get(byNameIn(registry).get(name) ?? '')
  const matching = weights.filter(
    ({ names, exclude, labels }) =>
      !exclude.includes(name) &&
      (names.length === 0 || names.includes(name)) &&
      Object.entries(labels).every(([label, value]) => own?.get(label) === value),
  )
  return weights.length === 0 ? 1 : Math.max(0, ...matching.map(({ weight }) => weight))
}

function toldOf(bindings: readonly ResourceBinding[]) {
  const outcomeOf = (one: ResourceBinding) => (whyNoWeights(one) === undefined ? 'inForce' : 'leftOut')
  return objectSummary(bindings, outcomeOf, (one, outcome) => became(one, outcome, whyNoWeights(one) ?? null))
}

/** Why it exports nothing. */
function whyNot({ types, providers }: MultiClusterService): string | undefined {
  if (!types.includes('CrossCluster'))
    return 'spec.types has no CrossCluster, so that it is for no other cluster'
  if (providers === null) return 'spec.providerClusters: none of them can be read'
  return undefined
}

const told = (found: MultiClusterService, registry: RegistrySeen, exporting: OutcomeBy) =>
  toldOfExports(found, whyNot(found), exporting, unreadIn(found, registry))

/** What of it is not heeded. */
function unreadIn({ types, providers, consumers }: MultiClusterService, registry: RegistrySeen) {
  const others = types.filter((type) => type !== 'CrossCluster')
  const known = byNameIn(registry)
  const strangers = (providers ?? []).filter((name) => !known.has(name))
  return [
    ...others.map((type) => `spec.types: ${type} is somebody else's load balancer, and no name`),
    ...strangers.map((name) => `spec.providerClusters: no cluster of this registry is called ${name}`),
    ...((consumers ?? []).length > 0
      ? ['spec.consumerClusters: everybody who asks is answered: names are not hidden from clusters']
      : []),
  ]
}
