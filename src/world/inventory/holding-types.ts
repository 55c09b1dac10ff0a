import type { Address } from '../../values/dns/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { ImportType, Port, ServiceKey } from '../../words/kube/index.ts'
import type { ClusterEndpoints } from './endpoint-types.ts'
import type { Export } from './export-types.ts'

/**
 * All that the clusters hold under one service's name: what this folder makes (`holdingsOf`), and what an entry of the
 * world is derived from.
 */
export interface Holdings {
  /** The service, `shop/cart`. */
  readonly key: ServiceKey
  /**
   * What each cluster exports, or why it does not; a cluster that has nothing of that name is not here. In order of
   * precedence: oldest first, those of unknown age last, then by cluster id; or, with `precedence: declared`, as the
   * configuration lists the clusters.
   */
  readonly exports: readonly Export[]
  /** The ServiceImports of that name, by the cluster that holds them. */
  readonly imports: ReadonlyMap<ClusterId, LocalImport>
  /** What of the objects of this name cannot be read, by cluster; a cluster where all can be read is not here. */
  readonly flaws: ObjectProblems
  /**
   * What was thrown while a cluster's share was taken in, which is a mistake of ours. That cluster's part above is what it
   * held before, as far as anything was known. Empty for nearly all.
   */
  readonly faults: ReadonlyMap<ClusterId, unknown>
}

/**
 * A ServiceImport found in a cluster, with the endpoints that its implementation mirrored there. It decides what clients of
 * that cluster are answered where Meridian did not write it (answers.md 2, "Which services").
 */
export interface LocalImport {
  /** Whether one address stands for the service, or each endpoint for itself. */
  readonly type: ImportType
  /** Its clusterset IPs, `spec.ips`: where clients of its cluster reach the service. Empty: none yet, or it is Headless. */
  readonly ips: readonly Address[]
  /** The ports that the import itself lists, whatever a Service of that name has. */
  readonly ports: readonly Port[]
  /** Another implementation wrote it: its label `app.kubernetes.io/managed-by` does not name Meridian. */
  readonly foreign: boolean
  /**
   * Ready endpoints by the cluster that they were mirrored from, in order of its id. A cluster none of whose endpoints is
   * ready is not here.
   */
  readonly endpoints: readonly ClusterEndpoints[]
}

/** Sentences about objects that cannot be read, each with its object; twenty at most for one service in one cluster. */
export type ObjectProblems = ReadonlyMap<ClusterId, readonly string[]>
