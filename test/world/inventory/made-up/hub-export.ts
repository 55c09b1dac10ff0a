import { objectIn } from '../../../../src/sources/changes/index.ts'
import { EXPORT, type ServiceExport, type ServiceKey } from '../../../../src/words/kube/index.ts'
import type { Export } from '../../../../src/world/inventory/export-types.ts'
import { exportOfService } from '../../../../src/world/inventory/exported.ts'
import type { ExportRule, Seen } from '../../../../src/world/inventory/rule-types.ts'

/**
 * A made-up rule: a ServiceExport in the cluster `hub` exports the Services of that name in the clusters that it lists,
 * as `exportedAnnotations: {providers: "east,west"}`.
 */
export const HUB_EXPORTS: ExportRule = {
  exportOf: (key, cluster, seen) => {
    const declared = inHub(key, seen)
    return declared !== undefined && providersOf(declared).includes(cluster)
      ? exportOfService(declared, key, cluster, seen)
      : undefined
  },
  isWanted: (key, cluster, seen) => providersOf(inHub(key, seen)).includes(cluster),
  bearsOn: (key, by, seen, before) =>
    by === HUB ? [...providersOf(inHub(key, seen)), ...before.filter(isValid).map((one) => one.cluster)] : [],
}

const HUB = 'hub'

const inHub = (key: ServiceKey, { views }: Seen): ServiceExport | undefined => {
  const view = views.get(HUB)
  return view && objectIn(view, EXPORT, key)
}

const providersOf = (declared: ServiceExport | undefined): readonly string[] =>
  declared?.exportedAnnotations['providers']?.split(',') ?? []

const isValid = ({ kind }: Export): boolean => kind === 'valid'
