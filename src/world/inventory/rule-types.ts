import type { ClusterView } from '../../sources/changes/index.ts'
import type { Name } from '../../values/dns/index.ts'
import type {
  AddressRules,
  Cluster,
  ClusterId,
  ExportingRules,
  SaidPolicies,
  ServicePolicy,
} from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import type { IstioRules, ObjectOutcome, ObjectSummary } from '../istio/index.ts'
import type { Export, ValidExport } from './export-types.ts'
import type { RegistryRules } from './registry-types.ts'

/**
 * What of a cluster's declaration decides which of its objects count: made in `app/config/flow.ts` of the configuration, or
 * of what a registry found. Under other rules the world is derived anew.
 */
export interface InventoryRules
  extends Pick<Cluster, 'id' | 'network' | 'reach' | 'podCIDRs' | 'loadBalancerCIDRs' | 'exportNamespaces'> {
  /** Which addresses count (answers.md 2, "Whose addresses"), and what all clusters declare to be theirs. */
  readonly addresses: AddressRules
  /** Its place with `precedence: declared`, the lowest first; null: exports come in order of their age. */
  readonly rank: number | null
  /** Values of `endpointslice.kubernetes.io/managed-by` whose slices mirror other clusters' endpoints. */
  readonly ignoreManagedBy: readonly string[]
  /** What exports Services besides ServiceExports, `clusters[].exports`; absent: nothing does. */
  readonly exporting?: ExportingRules | undefined
  /** true: what its ServiceExports say of routing holds for clients of all clusters, else for those of its own (`allow: [policies]`). */
  readonly mayRoute?: boolean | undefined
  /** Where the cluster stands, asked for where its pods may be endpoints of ServiceEntries; absent: nobody asks. */
  readonly locality?: Cluster['locality'] | undefined
}

/** Some clusters, as something that can be asked whether it has one: a Set is one, and so is a Map by cluster. */
export type Ids = Pick<ReadonlySet<ClusterId>, 'has'> & { readonly keys: () => Iterable<ClusterId> }

/** What rules look at: what every cluster holds, and what is declared of it. The world is one, and a test makes its own. */
export interface Seen {
  /** What each cluster last said; one that was never heard is not here. */
  readonly views: ReadonlyMap<ClusterId, ClusterView>
  /** What is declared of every cluster that there is, heard or not. */
  readonly rules: ReadonlyMap<ClusterId, InventoryRules>
  /** What `routing.services` of the configuration says, by service. */
  readonly configured: ReadonlyMap<ServiceKey, ServicePolicy>
  /** Whose objects of Istio are read, and which of them count; null or absent: nobody's are. */
  readonly istio?: IstioRules | null | undefined
  /** How many hosts of ServiceEntries there are at a name and below it; absent: nobody asks. */
  readonly hostsAt?: ((name: Name) => number) | undefined
  /** Registries whose objects say something of services, as Karmada's do; absent: none. */
  readonly registries?: readonly RegistryRules[] | undefined
}

/**
 * One way in which a cluster is said to export a service. The rules stand in `EXPORT_RULES`, and the first that says
 * something decides; `SERVICE_EXPORTS` is one to read.
 */
export interface ExportRule {
  /** What the cluster exports under the service's name, or why it is none that counts; undefined: this rule says nothing. */
  readonly exportOf: (key: ServiceKey, cluster: ClusterId, seen: Seen) => Export | undefined
  /**
   * Whether it is said to export it, valid or not. Asked where a mistake of ours keeps `exportOf` from telling: what is
   * wanted is then `failed`, and not absent.
   */
  readonly isWanted: (key: ServiceKey, cluster: ClusterId, seen: Seen) => boolean
  /**
   * Where no rule says anything: why this one does not, of a Service that asks for it; undefined: it does not ask. Absent:
   * no Service can ask for this rule.
   */
  readonly whyNot?: (key: ServiceKey, cluster: ClusterId, seen: Seen) => Declined | undefined
  /**
   * The other clusters whose exports of the service may be others when cluster `by` says something of it, as a hub says
   * what its members export. `before`: what was exported until now, which has what is said no more. Absent: none are.
   */
  readonly bearsOn?: (
    key: ServiceKey,
    by: ClusterId,
    seen: Seen,
    before: readonly Export[],
  ) => Iterable<ClusterId>
}

/** A key of configuration that could have exported a Service, and why it does not. */
type Declined = Pick<Exclude<Export, ValidExport>, 'by' | 'declined'>

/**
 * One who may say what a service's routing policy is, and for the clients of which clusters. They stand in
 * `POLICY_PROVIDERS`, those who come first deciding. `exports`: what the clusters export of it, in order of precedence.
 */
export type PolicyProvider = (key: ServiceKey, seen: Seen, exports: readonly Export[]) => SaidPolicies

/**
 * One who tells what became of the objects of other systems that were read for a service, in force or not: one value for
 * each kind. `ISTIO_OBJECTS` is one.
 */
export type ObjectReader = (key: ServiceKey, seen: Seen, exports: readonly Export[]) => readonly ObjectsRead[]

/** What was read for a service besides what exports it, and what became of it: `explain` lists it. */
export interface ObjectsRead extends ObjectSummary {
  /** The first twenty: those in force, then those that others overrule, then those that say nothing here. */
  readonly first: readonly ObjectInCluster[]
}

/** An object that was read for a service, and the cluster that holds it. */
interface ObjectInCluster extends ObjectOutcome {
  /** The cluster, or the view of a registry, in which it stands. */
  readonly cluster: ClusterId
}
