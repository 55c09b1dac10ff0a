import { few } from '../../words/kube/index.ts'
import { BY_ENTRIES } from './entry-export.ts'
import type { Export } from './export-types.ts'

/** The object whose age is an export's: that of a kind in its own cluster, or one that is found by its name. */
interface AgedBy {
  readonly kind: 'ServiceExport' | 'Service' | 'object'
  /** `MultiClusterService shop/web in …`; null: its kind and its cluster say which it is. */
  readonly name: string | null
}

export function agedBy(exported: Export): AgedBy {
  const { by } = exported
  if (by === undefined) return { kind: 'ServiceExport', name: null }
  if (by.startsWith(KEYS_OF_CLUSTERS)) return { kind: 'Service', name: null }
  const isOfEntries = by === BY_ENTRIES && exported.kind === 'valid' && exported.route !== undefined
  return { kind: 'object', name: isOfEntries ? few(exported.route.by) : by }
}

/** Those by which a cluster's own Services export themselves. */
const KEYS_OF_CLUSTERS = 'clusters[].'
