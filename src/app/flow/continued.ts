import { reuse } from '../../values/table/index.ts'
import type { Clusterset } from '../../words/clusterset/index.ts'

/** Clusters that were members stay as they are heard, and host names resolved; a policy that is equal is the same. */
export function continued(
  next: Clusterset,
  { members, policy, resolved, unresolved, resolving }: Clusterset,
): Clusterset {
  const joined = [...next.members].map(([id, cluster]) => {
    const { freshness, slow } = members.get(id) ?? cluster
    return [id, { ...cluster, freshness, slow }] as const
  })
  return {
    ...next,
    policy: reuse(policy, next.policy),
    members: new Map(joined),
    resolved,
    unresolved,
    resolving,
  }
}
