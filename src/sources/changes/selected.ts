import {
  carriesTags,
  isNamespaceKey,
  type KubeObject,
  namespaceKey,
  namespaceOf,
  SERVICE,
  SERVICE_ENTRY,
  type ServiceKey,
  type Tags,
  WORKLOAD_ENTRY,
} from '../../words/kube/index.ts'
import type { ClusterView } from './cluster-view.ts'

/**
 * The services whose endpoints are selected by labels, where what they are selected from is others than before: machines,
 * or Services and their endpoints. `machines`: those that came, changed or went, as they were and as they are.
 */
export function* selecting(
  before: ClusterView,
  after: ClusterView,
  dirty: Iterable<ServiceKey>,
  machines: readonly KubeObject[],
): Generator<ServiceKey> {
  for (const one of machines)
    if (WORKLOAD_ENTRY.is(one))
      yield* selectedBy(after, one.namespace, (wanted) => carriesTags(one.labels, wanted))
  if ((after.lists.get(SERVICE_ENTRY.kind)?.size ?? 0) === 0) return
  for (const key of dirty) {
    const selectors = [before, after].map(selectorOf(key)).filter((one) => one !== undefined)
    if (selectors.length > 0)
      yield* selectedBy(after, namespaceOf(key), (wanted) =>
        selectors.some((one) => carriesTags(one, wanted)),
      )
  }
}

function* selectedBy(
  view: ClusterView,
  namespace: string,
  isSelected: (wanted: Tags) => boolean,
): Generator<ServiceKey> {
  for (const entry of view.lists.get(SERVICE_ENTRY.kind)?.get(namespaceKey(namespace)) ?? [])
    if (SERVICE_ENTRY.is(entry) && entry.selector !== null && isSelected(entry.selector))
      for (const key of SERVICE_ENTRY.keysOf?.(entry) ?? []) if (!isNamespaceKey(key)) yield key
}

const selectorOf =
  (key: ServiceKey) =>
  ({ objects }: ClusterView): Tags | undefined => {
    const service = objects.get(SERVICE.kind)?.get(key)
    return service !== undefined && SERVICE.is(service) ? service.selector : undefined
  }
