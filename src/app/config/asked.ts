import { ASKED_OF_SERVICES, NAMESPACE } from '../../words/kube/index.ts'
import type { Config, DeclaredCluster } from './config.ts'

type Asking = Partial<Pick<DeclaredCluster, 'exportGroups' | 'exporting'>>

/** What configuration asks of a cluster besides what is read of all: words of kinds. */
export const askedOf = ({ exportGroups = [], exporting }: Asking): readonly string[] => [
  ...exportGroups,
  ...askedBy(exporting),
]

/** The same of the server's own cluster: whose Namespaces have names of federations. */
export const askedOfLocal = ({ federations }: Config['zones']): readonly string[] =>
  Object.keys(federations).length === 0 ? [] : [NAMESPACE.askedBy ?? '']

/** For what is exported without ServiceExports. */
function askedBy(exporting: DeclaredCluster['exporting']): readonly string[] {
  if (exporting === undefined) return []
  const { annotations, all, services, namespaces } = exporting
  const { any, labels, cilium } = ASKED_OF_SERVICES
  const byCilium = annotations === 'cilium'
  return [
    ...(byCilium || all || services !== null ? [any] : []),
    ...(services === null ? [] : [labels]),
    ...(byCilium ? [cilium] : []),
    ...(byCilium || namespaces !== null ? [NAMESPACE.askedBy ?? ''] : []),
  ]
}
