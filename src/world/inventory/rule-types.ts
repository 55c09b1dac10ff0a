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

/** What of a cluster's declaration decides which of its objects count. */
export interface InventoryRules
  extends Pick<Cluster, 'id' | 'network' | 'reach' | 'podCIDRs' | 'loadBalancerCIDRs' | 'exportNamespaces'> {
  /** Which addresses count, and what all clusters declare of theirs. */
  readonly addresses: AddressRules
  /** Its place among the clusters where their order is what decides; null: age does. The lowest comes first. */
  readonly rank: number | null
  /** Managers whose slices mirror other clusters' endpoints. */
  readonly ignoreManagedBy: readonly string[]
  /** Absent: it exports by ServiceExports alone. */
  readonly exporting?: ExportingRules | undefined
  /** What its ServiceExports say of routing holds for the clients of all clusters, and not for its own alone. */
  readonly mayRoute?: boolean | undefined
  /** Where it stands, of the cluster whose pods may be endpoints of entries; absent: it is not asked for. */
  readonly locality?: Cluster['locality'] | undefined
}

/** Some clusters. */
export type Ids = Pick<ReadonlySet<ClusterId>, 'has'> & { readonly keys: () => Iterable<ClusterId> }

/** What rules look at: what every cluster holds, and what is declared of it. */
export interface Seen {
  /** What each cluster last said. */
  readonly views: ReadonlyMap<ClusterId, ClusterView>
  /** Of every cluster that there is, heard or not. */
  readonly rules: ReadonlyMap<ClusterId, InventoryRules>
  /** `routing.services`. */
  readonly configured: ReadonlyMap<ServiceKey, ServicePolicy>
  /** Whose objects of Istio are read; null or absent: nobody's. */
  readonly istio?: IstioRules | null | undefined
  /** How many hosts of zones of hosts are there at a name and below it; absent: that is not asked. */
  readonly hostsAt?: ((name: Name) => number) | undefined
  /** Those whose objects say something of services; absent: none. */
  readonly registries?: readonly RegistryRules[] | undefined
}

/** One who may say what a service's routing policy is, for the clients of which clusters. `exports`: in order of precedence. */
export type PolicyProvider = (key: ServiceKey, seen: Seen, exports: readonly Export[]) => SaidPolicies

/** One who tells what became of the objects that were read for a service, in force or not; of each kind apart. */
export type ObjectReader = (key: ServiceKey, seen: Seen, exports: readonly Export[]) => readonly ObjectsRead[]

/** What was read for a service besides what exports it. */
export interface ObjectsRead extends ObjectSummary {
  readonly first: readonly ObjectInCluster[]
}

/** An object that was read for a service, and the cluster that holds it. */
interface ObjectInCluster extends ObjectOutcome {
  readonly cluster: ClusterId
}

/** One way in which a cluster is said to export a service. The first of `EXPORT_RULES` that says something decides. */
export interface ExportRule {
  /** What the cluster exports under the service's name; undefined: nothing is said by this rule. */
  readonly exportOf: (key: ServiceKey, cluster: ClusterId, seen: Seen) => Export | undefined
  /** Whether it is said to export it, valid or not: told where a mistake of ours keeps `exportOf` from telling more. */
  readonly isWanted: (key: ServiceKey, cluster: ClusterId, seen: Seen) => boolean
  /** Where no rule says anything: why this one does not, of a Service that asks for it. Absent: nobody asks. */
  readonly whyNot?: (key: ServiceKey, cluster: ClusterId, seen: Seen) => Declined | undefined
  /**
   * The other clusters whose exports of the service may be others when one says something of it, as a hub says what its
   * members export. `before`: what was exported, where what is said no more was still said. Absent: none.
   */
  readonly bearsOn?: (
    key: ServiceKey,
    by: ClusterId,
    seen: Seen,
    before: readonly Export[],
  ) => Iterable<ClusterId>
}

type Declined = Pick<Exclude<Export, ValidExport>, 'by' | 'declined'>
