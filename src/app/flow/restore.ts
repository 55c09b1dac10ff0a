import { setImmediate as turn } from 'node:timers/promises'
import { idsIn } from '../../sources/changes/index.ts'
import type { Witness } from '../../sources/freshness/index.ts'
import type { StateStore } from '../../sources/state/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import {
  KINDS,
  type Kinds,
  namespaceOf,
  type ObjectId,
  objectIdOf,
  type ServiceKey,
  standsIn,
} from '../../words/kube/index.ts'
import type { Flow } from './flow.ts'
import { MOST_A_TURN, oneOfEach, piecesOf } from './turns.ts'
import type { WatchSpec } from './watch-spec.ts'

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

/** What of a cluster is read: elsewhere nothing is there. */
export type ReadScope = Pick<WatchSpec, 'id' | 'namespaces' | 'scope'>

/** Whether an object is among what is read. */
function isReadBy({ namespaces, scope }: ReadScope, all: Kinds): (id: ObjectId) => boolean {
  const kinds = all.inManifests(scope)
  const read = new Set(namespaces)
  return ({ kind, key }) =>
    kinds.named(kind) !== undefined && (namespaces.length === 0 || standsIn(read, key))
}

/** Takes out of a cluster's view what is read of it no more: its source may be away, and tell so only when it is back. */
export async function narrowView(selection: ReadScope, flow: Flow): Promise<void> {
  const { id } = selection
  const view = flow.views.get(id)
  if (view === undefined) return
  const isRead = isReadBy(selection, view.kinds)
  const gone = [...idsIn(view)].filter((one) => !isRead(one))
  const keys = flow.take(
    id,
    gone.map((one) => ({ op: 'delete', ...one })),
  )
  await deriveAll({ holders: new Map([...keys].map((key) => [key, [id]])) }, flow)
}

/** Reads the last views of clusters back into the flow, as far as there are any. Never rejects. */
export async function readViews(
  selections: readonly ReadScope[],
  flow: Flow,
  store: StateStore,
): Promise<Read> {
  const restored = new Map<ClusterId, Restored>()
  const holders = new Map<ServiceKey, ClusterId[]>()
  const seen = await store.restoreHeartbeat()
  const restore = async (selection: ReadScope): Promise<void> => {
    const { id } = selection
    const saved = await store.restore(id)
    if (saved === undefined) return
    const witness = seen?.get(id)
    const objects = saved.objects.length
    restored.set(id, { heard: saved.heard, objects, ...(witness === undefined ? {} : { seen: witness }) })
    const isRead = isReadBy(selection, flow.views.get(id)?.kinds ?? KINDS)
    const changes = saved.objects.flatMap((object) =>
      isRead(objectIdOf(object)) ? [{ op: 'put', object } as const] : [],
    )
    for (const key of flow.take(id, changes)) {
      const ids = holders.get(key)
      if (ids === undefined) holders.set(key, [id])
      else ids.push(id)
    }
  }
  await Promise.all(selections.map(restore))
  return { restored, holders }
}

/**
 * Derives what was read back. After all views are read: a service that many clusters export is then derived once.
 * In turns, each of services that the same clusters hold: such clusters take turns, and so do their namespaces.
 */
export async function deriveAll({ holders }: Pick<Read, 'holders'>, flow: Flow): Promise<void> {
  const alike = Map.groupBy(holders, ([, ids]) => ids.toSorted().join(' '))
  const pieces = Array.from(alike.values(), (group) => {
    const byNamespace = Map.groupBy(
      group.map(([key]) => key),
      namespaceOf,
    )
    const keys = [...oneOfEach(byNamespace.values())]
    return piecesOf(keys, MOST_A_TURN).map((piece) => ({ ids: group[0]?.[1] ?? [], keys: piece }))
  })
  let done = 0
  for (const { ids, keys } of oneOfEach(pieces)) {
    flow.derive(ids, new Set(keys), Date.now())
    done += keys.length
    if (done < MOST_A_TURN) continue
    done = 0
    await turn()
  }
}
