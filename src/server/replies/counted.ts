import type { Answer } from '../../answer/records/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { Snapshot } from '../../world/zone/index.ts'

const NONE: readonly ClusterId[] = []
const OTHER = 'other'

/**
 * Whose addresses an answer holds, as a metric's label says it: whatever EndpointSlices call the clusters that they are
 * mirrored from, those that are no members are `other` together.
 */
export function clustersCounted(answer: Answer, { clusterset: { members } }: Snapshot): readonly ClusterId[] {
  if (answer.kind !== 'records') return NONE
  const { clusters } = answer
  if (clusters.every((id) => members.has(id))) return clusters
  return [...new Set(clusters.map((id) => (members.has(id) ? id : OTHER)))]
}
