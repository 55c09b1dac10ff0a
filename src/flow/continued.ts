import type { Clusterset } from '../clusterset/index.ts'

/** Clusters that were members stay as they are heard, and host names resolved. */
export function continued(
  next: Clusterset,
  { members, resolved, unresolved, resolving }: Clusterset,
): Clusterset {
  const joined = [...next.members].map(([id, cluster]) => {
    const { freshness, slow } = members.get(id) ?? cluster
    return [id, { ...cluster, freshness, slow }] as const
  })
  return { ...next, members: new Map(joined), resolved, unresolved, resolving }
}
