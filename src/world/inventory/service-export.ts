import { type ClusterView, EMPTY_VIEW, objectIn } from '../../sources/changes/index.ts'
import { EXPORT, GKE_EXPORT, SERVICE, type ServiceKey } from '../../words/kube/index.ts'
import { type Declaration, exportOfService, isUnreadableOf } from './exported.ts'
import type { ExportRule } from './rule-types.ts'

const ROWS = [EXPORT, GKE_EXPORT] as const

/** A ServiceExport beside the Service, of KEP-1645 or of another group that is read. */
export const SERVICE_EXPORTS: ExportRule = {
  exportOf: (key, cluster, seen) => {
    const view = seen.views.get(cluster) ?? EMPTY_VIEW
    const declared = declaredIn(view, key)
    if (declared !== undefined) return exportOfService(declared, key, cluster, seen)
    if (!isUnreadableOf(view, key, ROWS)) return undefined
    return { kind: 'unreadable', cluster, createdAt: objectIn(view, SERVICE, key)?.createdAt ?? 0 }
  },
  isWanted: (key, cluster, { views }) => declaredIn(views.get(cluster) ?? EMPTY_VIEW, key) !== undefined,
}

const declaredIn = (view: ClusterView, key: ServiceKey): Declaration | undefined =>
  objectIn(view, EXPORT, key) ?? objectIn(view, GKE_EXPORT, key)
