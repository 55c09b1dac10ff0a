import { setImmediate as turn } from 'node:timers/promises'
import type { Witness } from '../../sources/freshness/index.ts'
import type { StateStore } from '../../sources/state/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import type { Flow } from './flow.ts'
import { MOST_A_TURN } from './turns.ts'

/** What was read back of a cluster. */
export interface Restored {
  /** When the cluster was last heard, Unix milliseconds. */
  readonly heard: number
  readonly objects: number
  /** What the process before this one last saw of it. */
  readonly seen?: Witness
}

/** The views of clusters as they were read back: in the flow, but nothing is derived of them yet. */
export interface Read {
  readonly restored: ReadonlyMap<ClusterId, Restored>
  /** The clusters that hold a service, by service. */
  readonly holders: ReadonlyMap<ServiceKey, readonly ClusterId[]>
}

/** Reads the last views of clusters back into the flow, as far as there are any. Never rejects. */
export async function readViews(ids: readonly ClusterId[], flow: Flow, store: StateStore): Promise<Read> {
  const restored = new Map<ClusterId, Restored>()
  const holders = new Map<ServiceKey, ClusterId[]>()
  const seen = await store.restoreHeartbeat()
  const restore = async (id: ClusterId): Promise<void> => {
    const saved = await store.restore(id)
    if (saved === undefined) return
    const witness = seen?.get(id)
    const objects = saved.objects.length
    restored.set(id, { heard: saved.heard, objects, ...(witness === undefined ? {} : { seen: witness }) })
    const changes = saved.objects.map((object) => ({ op: 'put', object }) as const)
    for (const key of flow.take(id, changes)) {
      const ids = holders.get(key)
      if (ids === undefined) holders.set(key, [id])
      else ids.push(id)
    }
  }
  await Promise.all(ids.map(restore))
  return { restored, holders }
}

/**
 * Derives what was read back. After all views are read: a service that many clusters export is then derived once.
 * In turns, each of services that the same clusters hold.
 */
export async function deriveAll({ holders }: Pick<Read, 'holders'>, flow: Flow): Promise<void> {
  const alike = Map.groupBy(holders, ([, ids]) => ids.toSorted().join(' '))
  let done = 0
  for (const group of alike.values()) {
    const ids = group[0]?.[1] ?? []
    for (let from = 0; from < group.length; from += MOST_A_TURN) {
      const keys = group.slice(from, from + MOST_A_TURN).map(([key]) => key)
      flow.derive(ids, new Set(keys), Date.now())
      done += keys.length
      if (done < MOST_A_TURN) continue
      done = 0
      await turn()
    }
  }
}
