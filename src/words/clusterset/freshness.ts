/**
 * How far a cluster's last view can be trusted (answers.md 5). `heard` is the Unix millisecond of the last
 * word from it. `unreachable`: its data path does not answer, whatever its API server says.
 */
export type Freshness =
  | { readonly kind: 'never' }
  | { readonly kind: 'live' | 'stale' | 'down' | 'unreachable'; readonly heard: number }

export type FreshnessKind = Freshness['kind']

/** In force only until the cluster is heard, so nothing is known of it. */
export const NEVER: Freshness = { kind: 'never' }

/** Live and stale clusters take draws; the others only when nobody else can. */
export const takesDraws = ({ kind }: Freshness): boolean => kind === 'live' || kind === 'stale'

/** `cluster-west last heard from 2026-11-22T14:02:11Z`, for a cluster that is not live and was heard once. */
export function printLastHeard(id: string, freshness: Freshness): string | undefined {
  if (freshness.kind === 'never' || freshness.kind === 'live') return undefined
  return `${id} last heard from ${new Date(freshness.heard).toISOString().replace(/\.\d+Z$/, 'Z')}`
}
