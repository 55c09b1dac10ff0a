import type { Address } from '../../values/dns/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { ImportType, Port, ServiceKey } from '../../words/kube/index.ts'
import type { ClusterEndpoints } from './endpoint-types.ts'
import type { Export } from './export-types.ts'

/** A ServiceImport found in a cluster, with the endpoints that its implementation mirrored there. */
export interface LocalImport {
  readonly type: ImportType
  /** Where clients of its cluster reach the service, of a ClusterSetIP import. */
  readonly ips: readonly Address[]
  /** As it says, whatever its Service says. */
  readonly ports: readonly Port[]
  /** Some other implementation wrote it. Label `app.kubernetes.io/managed-by` does not name Meridian. */
  readonly foreign: boolean
  /** Ready endpoints by source cluster, in order of cluster id; none of them has none. */
  readonly endpoints: readonly ClusterEndpoints[]
}

/** All that the clusters hold under one service's name. */
export interface Holdings {
  /** `namespace/name`. */
  readonly key: ServiceKey
  /** In order of precedence: oldest first, those of unknown age last, then by cluster id. */
  readonly exports: readonly Export[]
  /** ServiceImports of that name, by the cluster that holds them. */
  readonly imports: ReadonlyMap<ClusterId, LocalImport>
  /** What of the objects of this name cannot be read, by cluster; none of them has none. */
  readonly flaws: ObjectProblems
  /** What went wrong, by cluster: of those it is what they held before, as far as anything was known. */
  readonly faults: ReadonlyMap<ClusterId, unknown>
}

/** Sentences, each with its object. Twenty at most for one service in one cluster. */
export type ObjectProblems = ReadonlyMap<ClusterId, readonly string[]>
