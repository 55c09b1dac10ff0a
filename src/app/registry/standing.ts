import type { Credentials } from '../../sources/apiserver/index.ts'
import type { SourceProblem } from '../../sources/changes/index.ts'
import { reuse } from '../../values/table/index.ts'
import { byAge } from '../../world/inventory/index.ts'
import type { ClusterCandidate } from './candidates.ts'
import type { FoundCluster } from './types.ts'

/** A candidate in the light of what it was before. */
export interface CandidateStanding {
  readonly key: string
  readonly createdAt: number
  /** What may join: as the Secret says now, or as it last said well; null when it never did. */
  readonly good: Good | null
  readonly problems: readonly SourceProblem[]
}

interface Good {
  readonly cluster: FoundCluster
  /** null: it is recalled from before this start. */
  readonly credentials: Credentials | null
}

/** A Secret that is spoilt by an edit costs nobody an answer: what it said before stays in force. */
export function candidateStandingOf(
  { key, createdAt, reading }: ClusterCandidate,
  before: Good | null,
): CandidateStanding {
  if ('cluster' in reading) return { key, createdAt, good: goodOf(reading, before), problems: [] }
  const { place, problems } = reading
  const meanwhile = before === null ? [] : ['until that is mended, its last good version is in force']
  return {
    key,
    createdAt,
    good: before,
    problems: problems.map(({ problem, remedy }) => {
      const remedies = [...(remedy === undefined ? [] : [remedy]), ...meanwhile]
      return { place, message: problem, ...(remedies.length > 0 && { remedy: remedies.join('; ') }) }
    }),
  }
}

/** One whose Secret has not been read since the start. */
export const standingOfRecalled = (cluster: FoundCluster): CandidateStanding => ({
  key: cluster.saved.key,
  createdAt: cluster.saved.createdAt,
  good: { cluster, credentials: null },
  problems: [],
})

/** Equal parts keep their identity, and credentials live as long as the kubeconfig that they are of. */
function goodOf(now: Good, before: Good | null): Good {
  const cluster = reuse(before?.cluster, now.cluster)
  const same = before !== null && before.cluster.source === cluster.source
  return { cluster, credentials: same ? before.credentials : now.credentials }
}

/** First come, first served, those that do not say when they came last; by name among those of one second. */
export const byClaim = (a: CandidateStanding, b: CandidateStanding): number =>
  byAge(a, b) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
