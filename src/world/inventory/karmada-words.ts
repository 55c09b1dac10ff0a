import { objectIn } from '../../sources/changes/index.ts'
import { NO_POLICIES } from '../../words/clusterset/index.ts'
import { KARMADA, MULTI_CLUSTER_SERVICE, type MultiClusterService } from '../../words/kube/index.ts'
import { became, nameOfObject, objectSummary } from '../istio/index.ts'
import type { OutcomeBy, RegistrySeen, RegistryWords } from './registry-types.ts'

/** Karmada's: a MultiClusterService for other clusters is an export by its provider clusters, by all where it names none. */
export const KARMADA_WORDS: RegistryWords = {
  word: KARMADA,
  kinds: [MULTI_CLUSTER_SERVICE.kind],
  exportOf: (key, cluster, { objects }) => {
    const found = objectIn(objects, MULTI_CLUSTER_SERVICE, key)
    if (found === undefined || whyNot(found) !== undefined) return undefined
    const { providers, createdAt } = found
    const isNamed = providers !== null && providers.length > 0
    if (isNamed && !providers.includes(cluster)) return undefined
    return { by: nameOfObject(found), createdAt, isNamed }
  },
  policiesOf: () => NO_POLICIES,
  objectsOf: (key, registry, exporting) => {
    const found = objectIn(registry.objects, MULTI_CLUSTER_SERVICE, key)
    return found === undefined ? [] : [told(found, registry, exporting)]
  },
}

/** Why it exports nothing. */
function whyNot({ types, providers }: MultiClusterService): string | undefined {
  if (!types.includes('CrossCluster'))
    return 'spec.types has no CrossCluster, so that it is for no other cluster'
  if (providers === null) return 'spec.providerClusters: none of them can be read'
  return undefined
}

function told(found: MultiClusterService, registry: RegistrySeen, exporting: OutcomeBy) {
  const why = whyNot(found)
  const isUsed = exporting(nameOfObject(found)) > 0
  const outcome = why !== undefined ? 'leftOut' : isUsed ? 'inForce' : 'overridden'
  return objectSummary(
    [found],
    () => outcome,
    () => became(found, outcome, why ?? (isUsed ? null : NOBODY), unreadIn(found, registry)),
  )
}

const NOBODY = 'no cluster has the Service, or each that has exports it by something else'

/** What of it is not heeded. */
function unreadIn({ types, providers, consumers }: MultiClusterService, { clusters }: RegistrySeen) {
  const others = types.filter((type) => type !== 'CrossCluster')
  const strangers = (providers ?? []).filter((id) => !clusters.has(id))
  return [
    ...others.map((type) => `spec.types: ${type} is somebody else's load balancer, and no name`),
    ...strangers.map((id) => `spec.providerClusters: no cluster of this registry is called ${id}`),
    ...((consumers ?? []).length > 0
      ? ['spec.consumerClusters: everybody who asks is answered: names are not hidden from clusters']
      : []),
  ]
}
