import { EMPTY_VIEW, objectIn } from '../../sources/changes/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import { SERVICE, type ServiceKey } from '../../words/kube/index.ts'
import { EXPORT_RULES } from './export-rules.ts'
import type { Export } from './export-types.ts'
import { isUnreadableOf } from './exported.ts'
import type { Ids, Seen } from './rule-types.ts'

/** What a cluster exports under a service's name, or why not; undefined: nothing there speaks of it. */
export function exportOf(key: ServiceKey, cluster: ClusterId, seen: Seen): Export | undefined {
  for (const rule of EXPORT_RULES) {
    const said = rule.exportOf(key, cluster, seen)
    if (said !== undefined) return said
  }
  return unexported(key, cluster, seen)
}

/** A Service that nobody exports. */
function unexported(key: ServiceKey, cluster: ClusterId, seen: Seen): Export | undefined {
  const view = seen.views.get(cluster) ?? EMPTY_VIEW
  const service = objectIn(view, SERVICE, key)
  if (service === undefined && !isUnreadableOf(view, key, [SERVICE])) return undefined
  const head = { kind: 'notExported', cluster, createdAt: service?.createdAt ?? 0 } as const
  for (const { whyNot } of EXPORT_RULES) {
    const declined = whyNot?.(key, cluster, seen)
    if (declined !== undefined) return { ...head, ...declined }
  }
  return head
}

/** Whether somebody says that a cluster exports a service, by whichever rule. */
export const isWanted = (key: ServiceKey, cluster: ClusterId, seen: Seen): boolean =>
  EXPORT_RULES.some((rule) => rule.isWanted(key, cluster, seen))

/**
 * The clusters whose exports of a service may be others, where some said something of it: those, and others of which
 * they speak. `before`: what was exported.
 */
export function clustersMoved(key: ServiceKey, said: Ids, seen: Seen, before: readonly Export[]): Ids {
  let moved = said
  for (const { bearsOn } of EXPORT_RULES) {
    if (bearsOn === undefined) continue
    const others = [...said.keys()].flatMap((id) => [...bearsOn(key, id, seen, before)])
    if (others.length > 0) moved = new Set([...moved.keys(), ...others])
  }
  return moved
}
