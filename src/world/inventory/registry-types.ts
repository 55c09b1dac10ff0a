import type { ClusterView } from '../../sources/changes/index.ts'
import type { ClusterId, Labels, Locality, SaidPolicies } from '../../words/clusterset/index.ts'
import type { Kind, ServiceKey } from '../../words/kube/index.ts'
import type { ObjectSummary } from '../istio/index.ts'

/**
 * A registry whose objects say something of services, as Karmada's and KubeFed's do: made by `app/config/registries.ts`.
 */
export interface RegistryRules {
  /** Whose view has its objects: that of a member, or of the registry's own API server. */
  readonly view: ClusterId
  /**
   * The words by which its kinds are asked for. A kind of registry that is not asked for says nothing, whatever
   * is in the view.
   */
  readonly asked: readonly string[]
  /** The namespace of its control plane, `kube-federation-system` say; absent: it has none. */
  readonly namespace?: string | undefined
  /** The clusters of which it may say something, with their labels: those that it found, and those of the configuration. */
  readonly clusters: ReadonlyMap<ClusterId, Labels>
  /** Where they stand, if its objects choose clusters by that; absent: they do not. */
  readonly localities?: ReadonlyMap<ClusterId, Locality> | undefined
  /** What its objects call the clusters that have another id here; absent: none has. */
  readonly names?: ReadonlyMap<ClusterId, string> | undefined
}

/** One registry, and what its objects last were. One whose view is not there yet speaks of nothing. */
export interface RegistrySeen extends RegistryRules {
  /** All that `view` names, of kinds that say something and of others. */
  readonly objects: ClusterView
}

/** The object by which a cluster is said to export a service. */
export interface ExportSaying {
  /** The object: `MultiClusterService shop/web`. Whoever reads it is told the view that has it, too. */
  readonly by: string
  /** When that object was made, in Unix milliseconds; 0: it does not say. The export is as old as this. */
  readonly createdAt: number
  /**
   * The cluster itself is meant, and not each that there is: one without the Service is told. false: a cluster
   * that has nothing of that name is not meant.
   */
  readonly isNamed: boolean
}

/** What became of an object, by how many clusters export a service because of it. */
export type OutcomeBy = (by: string) => number

/**
 * What the objects of one kind of registry say of services, in Meridian's own words. No word of theirs goes
 * further than the file of such a row. The rows are `REGISTRY_WORDS`; of several registries the first that says
 * something counts.
 */
export interface RegistryWords {
  /** The word by which its kinds are asked for. */
  readonly word: string
  /** The kinds of its objects that say something of single services. */
  readonly kinds: readonly Kind[]
  /** undefined: nothing is said of that cluster. */
  readonly exportOf: (key: ServiceKey, cluster: ClusterId, registry: RegistrySeen) => ExportSaying | undefined
  /** Empty: nothing is said of its routing. */
  readonly policiesOf: (key: ServiceKey, registry: RegistrySeen) => SaidPolicies
  /** What it tells of the objects that it read for a service. */
  readonly objectsOf: (
    key: ServiceKey,
    registry: RegistrySeen,
    exporting: OutcomeBy,
  ) => readonly ObjectSummary[]
}
