import type { ClusterExplanation } from '../../answer/records/index.ts'
import { printSourceProblem, type SourceProblem } from '../../sources/changes/index.ts'

/** Of many things that keep a cluster from being read, the first are told. */
const MOST_WHYS = 2

/** Why a cluster is not heard any more: what keeps all of it from being read, and when it is tried again. */
export const whyNotRead = (
  { state }: ClusterExplanation,
  problems: readonly SourceProblem[] = [],
): readonly string[] =>
  state === 'live'
    ? []
    : problems
        .filter(({ costs }) => costs === undefined)
        .slice(0, MOST_WHYS)
        .map(printSourceProblem)
