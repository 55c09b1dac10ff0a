import { objectIn, objectsOf } from '../../sources/changes/index.ts'
import { lastRemembered } from '../../values/table/index.ts'
import { type ClusterId, NO_POLICIES } from '../../words/clusterset/index.ts'
import {
  FEDERATED_NAMESPACE,
  FEDERATED_SERVICE,
  type FederatedPlacement,
  type FederatedService,
  few,
  KUBEFED,
  KUBEFED_CLUSTER,
  KUBEFED_CONFIG,
  type KubeFedCluster,
  selects,
} from '../../words/kube/index.ts'
import { nameOfObject } from '../istio/index.ts'
import { byNameIn } from './registry-names.ts'
import { toldOfExports } from './registry-told.ts'
import type { OutcomeBy, RegistrySeen, RegistryWords } from './registry-types.ts'

/** KubeFed's: a FederatedService is an export by each cluster in which it, and its namespace, are placed. */
export const KUBEFED_WORDS: RegistryWords = {
  word: KUBEFED,
  kinds: [FEDERATED_SERVICE.kind],
  exportOf: (key, cluster, registry) => {
    const found = objectIn(registry.objects, FEDERATED_SERVICE, key)
    if (found === undefined || !isPlaced(found, federationIn(registry).get(cluster), registry))
      return undefined
    const { placement, createdAt } = found
    return { by: nameOfObject(found), createdAt, isNamed: placement.clusters !== null }
  },
  policiesOf: () => NO_POLICIES,
  objectsOf: (key, registry, exporting) => {
    const found = objectIn(registry.objects, FEDERATED_SERVICE, key)
    return found === undefined ? [] : [told(found, registry, exporting)]
  },
}

/** A cluster as placements see it: by its name there, which need not be its id here. */
interface Placeable {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}

/** By the clusters' ids: those of the control plane; where it has none here, those that the registry speaks for. */
type Federation = ReadonlyMap<ClusterId, Placeable>

const federationIn = ({ objects, namespace, clusters, names }: RegistrySeen): Federation =>
  federationOf(objectsOf(objects, KUBEFED_CLUSTER.kind), { namespace, clusters, names })

const federationOf = lastRemembered(
  (
    objects: ReturnType<typeof objectsOf>,
    { namespace, clusters, names }: Pick<RegistrySeen, 'namespace' | 'clusters' | 'names'>,
  ) => {
    const found = new Map<ClusterId, Placeable>()
    const known = byNameIn({ clusters, names })
    for (const [, one] of objects)
      if (KUBEFED_CLUSTER.is(one) && one.namespace === namespace) found.set(idOf(one, known), one)
    if (found.size > 0) return found
    return new Map(
      [...known].map(([name, id]) => [id, { name, labels: Object.fromEntries(clusters.get(id) ?? []) }]),
    )
  },
  (a, b) => a.namespace === b.namespace && a.clusters === b.clusters && a.names === b.names,
)

/** As the registry found it; of files, in which none looks for clusters, as the annotation says, if not on many lines. */
const idOf = ({ name, annotations }: KubeFedCluster, known: ReadonlyMap<string, ClusterId>): ClusterId => {
  const id = known.get(name)
  if (id !== undefined && id !== name) return id
  return ANNOTATED_ID.exec(annotations['meridian-dns.io/id'] ?? '')?.groups?.['id'] ?? name
}

/** What YAML takes for an id: maybe quoted, and a comment behind it is none of it. */
const ANNOTATED_ID = /^\s*(?<quote>["']?)(?<id>[a-z0-9.-]+)\k<quote>\s*(?:(?<=\s)#[^\n]*\s*)?$/

/** As its list of clusters says, where there is one, else as its selector does. */
const isIn = ({ clusters, selector }: FederatedPlacement, { name, labels }: Placeable): boolean =>
  clusters === null ? selector !== null && selects(selector, labels) : clusters.includes(name)

/** The placement of a service's namespace; undefined: that is placed nowhere. `everywhere`: by a control plane of it alone. */
function placementOfNamespace(
  of: string,
  registry: RegistrySeen,
): FederatedPlacement | 'everywhere' | undefined {
  const { objects, namespace = '' } = registry
  const isNamespaced = objectIn(objects, KUBEFED_CONFIG, `${namespace}/kubefed`)?.isNamespaced ?? false
  if (isNamespaced && of !== namespace) return undefined
  const placed = objectIn(objects, FEDERATED_NAMESPACE, `${of}/${of}`)?.placement
  return placed ?? (isNamespaced ? 'everywhere' : undefined)
}

/** In a cluster are things of their own placement that are of their namespace's as well. */
function isPlaced(
  { namespace, placement }: FederatedService,
  cluster: Placeable | undefined,
  registry: RegistrySeen,
): boolean {
  if (cluster === undefined || !isIn(placement, cluster)) return false
  const there = placementOfNamespace(namespace, registry)
  return there === 'everywhere' || (there !== undefined && isIn(there, cluster))
}

const told = (found: FederatedService, registry: RegistrySeen, exporting: OutcomeBy) =>
  toldOfExports(found, whyNowhere(found, registry), exporting, strangersIn(found, registry))

/** Why no cluster exports it. */
function whyNowhere(found: FederatedService, registry: RegistrySeen): string | undefined {
  const { namespace, placement } = found
  const all = [...federationIn(registry).values()]
  if (all.some((one) => isPlaced(found, one, registry))) return undefined
  const { clusters, selector } = placement
  if (clusters === null && selector === null)
    return 'spec.placement has neither clusters nor a clusterSelector, and so it is nowhere'
  if (clusters?.length === 0) return 'spec.placement.clusters is empty, and so it is nowhere'
  if (!all.some((one) => isIn(placement, one))) return 'no KubeFedCluster is in spec.placement'
  return placementOfNamespace(namespace, registry) === undefined
    ? `there is no FederatedNamespace ${namespace}/${namespace}, or it is no namespace of its control plane: it is nowhere`
    : `no cluster of spec.placement is one of FederatedNamespace ${namespace}/${namespace}`
}

function strangersIn({ placement }: FederatedService, registry: RegistrySeen): readonly string[] {
  const known = new Set([...federationIn(registry).values()].map(({ name }) => name))
  const strangers = (placement.clusters ?? []).filter((name) => !known.has(name))
  return strangers.length === 0
    ? []
    : [`spec.placement.clusters: there is no KubeFedCluster ${few(strangers)}`]
}
