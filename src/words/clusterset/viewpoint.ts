import type { Locality } from './locality.ts'

/** One or two lower-case RFC 1123 labels: `cluster-east`, `c1.emea`. */
export type ClusterId = string

/** A place to look from: answers depend on the asker through this alone. */
export interface Viewpoint {
  readonly cluster: ClusterId
  readonly locality: Locality | null
}
