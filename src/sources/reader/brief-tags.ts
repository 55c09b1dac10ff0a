import { hash } from 'node:crypto'
import { EXPORT, GKE_EXPORT, isUnreadable, type Reported } from '../../words/kube/index.ts'

type Pairs = Readonly<Record<string, string>>

/** Characters of labels or annotations that are kept as they are. */
export const MOST_CHARACTERS = 4096

/**
 * An object as it is kept where nothing is written: long labels and annotations of exports are only compared, and what
 * they are compared by is short.
 */
export function withBriefTags(reported: Reported): Reported {
  if (isUnreadable(reported)) return reported
  if (!EXPORT.is(reported) && !GKE_EXPORT.is(reported)) return reported
  const { exportedLabels, exportedAnnotations } = reported
  const [labels, annotations] = [brief(exportedLabels), brief(exportedAnnotations)]
  if (labels === exportedLabels && annotations === exportedAnnotations) return reported
  const kept: Reported & typeof reported = {
    ...reported,
    exportedLabels: labels,
    exportedAnnotations: annotations,
  }
  return kept
}

function brief(pairs: Pairs): Pairs {
  const characters = Object.entries(pairs).reduce((sum, [key, value]) => sum + key.length + value.length, 0)
  if (characters <= MOST_CHARACTERS) return pairs
  const inOrder = Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : 1))
  return { [`${characters} characters`]: hash('sha256', JSON.stringify(inOrder)) }
}
