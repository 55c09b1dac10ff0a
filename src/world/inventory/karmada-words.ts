import { objectIn } from '../../sources/changes/index.ts'
import {
  KARMADA,
  MULTI_CLUSTER_SERVICE,
  type MultiClusterService,
  RESOURCE_BINDING,
} from '../../words/kube/index.ts'
import { nameOfObject } from '../istio/index.ts'
import { bindingsTold, karmadaWeights } from './karmada-weights.ts'
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
  policiesOf: karmadaWeights,
  objectsOf: (key, registry, exporting) => {
    const found = objectIn(registry.objects, MULTI_CLUSTER_SERVICE, key)
    return [
      ...(found === undefined ? [] : [told(found, registry, exporting)]),
      ...bindingsTold(key, registry),
    ]
  },
}

/** Why it exports nothing. */
function whyNot({ types, providers }: MultiClusterService): string | undefined {
  if (!types.includes('CrossCluster'))
    return 'spec.types has no CrossCluster, so that it is for no other cluster'
  if (providers === null) return 'spec.providerClusters: none of them can be read'
  return undefined
}

const told = (found: MultiClusterService, registry: RegistrySeen, exporting: OutcomeBy) =>
  toldOfExports(found, whyNot(found) ?? whyNobody(found, registry), exporting, unreadIn(found, registry))

/** Why it means no cluster, though it says which. */
function whyNobody({ providers }: MultiClusterService, registry: RegistrySeen): string | undefined {
  const known = byNameIn(registry)
  return providers === null || providers.length === 0 || providers.some((name) => known.has(name))
    ? undefined
    : 'spec.providerClusters: none of them is a cluster of this registry'
}

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
