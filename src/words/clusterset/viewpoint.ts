import type { Branded } from '../../values/branded/index.ts'
import type { Locality } from './locality.ts'

/** One or two lower-case RFC 1123 labels: `cluster-east`, `c1.emea`. */
export type ClusterId = Branded<'cluster id'>

/** A place to look from: answers depend on the asker through this alone. */
export interface Viewpoint {
  readonly cluster: ClusterId
  readonly locality: Locality | null
  /** Clusters of other regions, the nearest first, where it is known who is nearer; the others come behind them. */
  readonly beyond?: readonly ClusterId[] | undefined
}
