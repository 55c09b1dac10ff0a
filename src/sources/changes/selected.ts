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
 * or Services and their endpoints. `machines`: those that came, changed or went, as they were and as they are. Whoever
 * selects is asked once, however many of them changed.
 */
export function* selecting(
  before: ClusterView,
  after: ClusterView,
  dirty: Iterable<ServiceKey>,
  machines: readonly KubeObject[],
): Generator<ServiceKey> {
  const entries = after.lists.get(SERVICE_ENTRY.kind)
  if ((entries?.size ?? 0) === 0) return
  const changed = new ChangedLabels()
  for (const one of machines) if (WORKLOAD_ENTRY.is(one)) changed.add(one.namespace, one.labels)
  for (const key of dirty)
    for (const view of [before, after]) changed.add(namespaceOf(key), selectorOf(view, key))
  for (const [namespace, labels] of changed.byNamespace)
    for (const entry of entries?.get(namespaceKey(namespace)) ?? [])
      if (SERVICE_ENTRY.is(entry) && isSelected(labels.values(), entry.selector))
        for (const key of SERVICE_ENTRY.keysOf?.(entry) ?? []) if (!isNamespaceKey(key)) yield key
}

/** Labels of what may be selected, each once in its namespace. */
class ChangedLabels {
  readonly byNamespace = new Map<string, Map<string, Tags>>()

  add(namespace: string, labels: Tags | undefined): void {
    if (labels === undefined) return
    const here = this.byNamespace.get(namespace) ?? new Map<string, Tags>()
    this.byNamespace.set(namespace, here)
    here.set(JSON.stringify(Object.entries(labels).toSorted()), labels)
  }
}

function isSelected(all: Iterable<Tags>, wanted: Tags | null): boolean {
  if (wanted !== null) for (const labels of all) if (carriesTags(labels, wanted)) return true
  return false
}

const selectorOf = ({ objects }: ClusterView, key: ServiceKey): Tags | undefined => {
  const service = objects.get(SERVICE.kind)?.get(key)
  return service !== undefined && SERVICE.is(service) ? service.selector : undefined
}
