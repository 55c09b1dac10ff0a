import type { Address, Family } from '../../values/dns/index.ts'
import type { ClusterId, NamespaceFilter } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'

/** What is configured of the objects that Meridian makes. */
export interface Rules {
  /**
   * Where a ClusterSetIP import has its addresses from: `derived`, a Service without selector beside it, whose cluster
   * IPs they are; `none`: it has none, and no EndpointSlices are written either.
   */
  readonly clusterSetIP: 'derived' | 'none'
  /** Where imports may stand: `deny` has `kube-*` unless somebody says otherwise. */
  readonly importNamespaces: NamespaceFilter
}

/**
 * What stands in one cluster under a service's name, as far as the objects wanted there depend on it. Meridian's own
 * are told from others' by the label `app.kubernetes.io/managed-by` alone.
 */
export interface Here {
  /** The cluster that is looked at, and written to. */
  readonly cluster: ClusterId
  /**
   * The version of multicluster.x-k8s.io that is written there. The one that its API server serves: `v1beta1`
   * until that is known.
   */
  readonly version: 'v1alpha1' | 'v1beta1'
  /** Whether its ServiceImports have `status.endpointSliceObjects` (mcs-api v0.5.1); older ones refuse it. */
  readonly declaresSlices: boolean
  /** Families that the cluster gives Services addresses of; empty: not known. */
  readonly families: readonly Family[]
  /**
   * The service's namespace exists, and is not about to go. Nothing creates it: without it there is no import,
   * and a remark says so.
   */
  readonly namespaceExists: boolean
  /**
   * The ServiceExport of that name; null: there is none. Its status is written, whoever wrote the export itself.
   */
  readonly export: ExportHere | null
  /**
   * The ServiceImport of that name, whoever wrote it. One that is about to be deleted counts as none. So of the
   * derived Service.
   */
  readonly import: ImportHere | null
  /** The Service of the name that `derivedName` gives, whoever wrote it. */
  readonly derived: DerivedHere | null
}

/** A ServiceExport as it stands in the cluster that is written to. */
export interface ExportHere {
  /** `metadata.generation`, which conditions say they are about. */
  readonly generation: number
  /** The conditions that stand there, whoever wrote them. */
  readonly conditions: readonly StandingCondition[]
}

/** A ServiceImport as it stands in the cluster that is written to. */
export interface ImportHere {
  /** `metadata.uid`: of what is written beside it, this is the owner. */
  readonly uid: string
  /** Conditions of the import say it as `observedGeneration`. */
  readonly generation: number
  /** Label `app.kubernetes.io/managed-by`. */
  readonly managedBy: string | null
  /** `status.clusters[].cluster`. By them is known after a start who took part before. */
  readonly clusters: readonly ClusterId[]
  /** The conditions that stand there, whoever wrote them. */
  readonly conditions: readonly StandingCondition[]
}

/** The derived Service as it stands in the cluster that is written to. */
export interface DerivedHere {
  /** Label `app.kubernetes.io/managed-by`. One that is not Meridian's is left alone, and a remark says so. */
  readonly managedBy: string | null
  /**
   * `spec.clusterIPs`, in their order. Given out by the cluster; the import has them as `spec.ips`. Empty: not
   * yet.
   */
  readonly clusterIPs: readonly Address[]
}

/** A condition as it stands, as much of it as the next one depends on. */
export interface StandingCondition {
  /** `Valid`, `Conflict`, …: at most one of each. */
  readonly type: string
  /** `True`, `False` or `Unknown`. */
  readonly status: string
  /** When the status last changed, as it is written; it is kept for as long as the status stays the same. */
  readonly lastTransitionTime: string
}

/** What should stand in one cluster under one service's name. */
export interface Desired {
  /** `namespace/name`, in each cluster the same. */
  readonly key: ServiceKey
  /** Where it should stand. */
  readonly cluster: ClusterId
  /**
   * In the order in which to write them. Of the kinds that Meridian makes (ServiceImport, Service,
   * EndpointSlice), an object of Meridian's own (`ownerOf`) that is not here is to be deleted, after the others
   * are written. It comes in steps: what an import owns is wanted once the import stands, and its addresses once
   * its Service has them.
   */
  readonly objects: readonly WantedObject[]
  /**
   * Clusters that the import counts on, and of which nothing is known yet. While there are some, what they contributed
   * stays: the import and its Service as they are, and their slices. `mayGo` knows what may be deleted.
   */
  readonly awaited: readonly ClusterId[]
  /** What a person should know and no object here can say: for the log and `explain`. */
  readonly remarks: readonly DesiredProblem[]
}

/** A problem that keeps what is wanted from being written, or changes it: its reason, and what a person reads. */
export interface DesiredProblem {
  /**
   * `ForeignImport`, `ForeignService`: somebody else's object has the name. `NamespaceDenied`: `importNamespaces`
   * leaves it out. `NamespaceAbsent`: the cluster does not have it. `PortsRenamed`: the derived Service has ports
   * under other names than DNS has.
   */
  readonly reason: 'ForeignImport' | 'ForeignService' | 'NamespaceDenied' | 'NamespaceAbsent' | 'PortsRenamed'
  /** One sentence: where, what, and the remedy. */
  readonly message: string
}

/** The kinds of what the controller writes. */
export const WANTED_KINDS = [
  /** Conditions of an export, whoever wrote the export itself. */
  'ServiceExport/status',
  'ServiceImport',
  'ServiceImport/status',
  /** The derived Service, whose cluster IPs the import has. */
  'Service',
  /** What stands behind those: endpoints of all clusters. */
  'EndpointSlice',
] as const

/** What an apply writes to; `/status` is the subresource of an object, which exists or is written before it. */
export type WantedKind = (typeof WANTED_KINDS)[number]

/** An object as Meridian wants it, for a server-side apply. */
export interface WantedObject {
  /** Which of them, and whether it is the status alone. */
  readonly kind: WantedKind
  /** The service's, but for the derived Service and the slices, which have names made of it. */
  readonly namespace: string
  /** The service's own, or one that `names.ts` makes of it. */
  readonly name: string
  /**
   * The whole of what Meridian wants of it, apiVersion, kind and metadata included, with its members in one fixed
   * order: equal wants are equal as JSON. A field of ours that stands and is not in here is to go.
   */
  readonly body: JsonObject
}

/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

/** A JSON object. */
export interface JsonObject {
  readonly [member: string]: Json
}
