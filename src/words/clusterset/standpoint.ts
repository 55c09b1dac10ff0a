import type { ClusterId, Viewpoint } from './viewpoint.ts'

/** Where clients may stand: what is null may be anything. */
export interface Standpoint {
  readonly clusters: readonly ClusterId[] | null
  readonly region: string | null
  readonly zone: string | null
  readonly subzone: string | null
}

/** Whether one who looks from there stands in a place. */
export const isAt = ({ clusters, ...place }: Standpoint, { cluster, locality }: Viewpoint): boolean =>
  (clusters === null || clusters.includes(cluster)) &&
  PARTS.every((part) => place[part] === null || place[part] === locality?.[part])

const PARTS = ['region', 'zone', 'subzone'] as const
