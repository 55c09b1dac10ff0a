import type { ClusterView } from '../../sources/changes/index.ts'
import { namespaceOf, SERVICE_ENTRY, type ServiceKey } from '../../words/kube/index.ts'

/** Services that waited at the same time: how many of them still do. */
export interface DirtyBatch {
  readonly left: number
}

/**
 * The services of one cluster that are to be derived. Its namespaces take turns: however many services of one wait, those of
 * another come in between. One of which more is said while it waits keeps its place, and is derived once.
 */
export class DirtyKeys {
  /** By namespace, the one that waits longest first. */
  readonly #waiting = new Map<string, Map<ServiceKey, { left: number }>>()
  #batch = { left: 0 }
  #isNews = false

  /** Something was said since services were taken, if of none of them: the world follows a namespace too. */
  get isNews(): boolean {
    return this.#isNews
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  add(keys: Iterable<ServiceKey>, view: ClusterView | undefined): void {
    this.#isNews = true
    for (const key of keys) {
      const namespace = whose(key, view)
      const known = this.#waiting.get(namespace) ?? new Map<ServiceKey, { left: number }>()
      if (known.size === 0) this.#waiting.set(namespace, known)
      if (known.has(key)) continue
      known.set(key, this.#batch)
      this.#batch.left += 1
    }
  }

  /** All that wait now, and none that comes later. */
  batch(): DirtyBatch {
    const batch = this.#batch
    this.#batch = { left: 0 }
    return batch
  }

  /** As many as a turn has room for, at least one: of the namespace whose turn it is, and of the next where there is room. */
  *taken(now: () => number = () => performance.now()): Generator<ServiceKey> {
    this.#isNews = false
    const until = now() + TURN_MS
    for (const [namespace, keys] of this.#waiting) {
      this.#waiting.delete(namespace)
      try {
        for (const [key, batch] of keys) {
          keys.delete(key)
          batch.left -= 1
          yield key
          if (now() >= until) return
        }
      } finally {
        if (keys.size > 0) this.#waiting.set(namespace, keys)
      }
    }
  }
}

/** What a turn may take when others wait: a step that has begun is ended. */
export const TURN_MS = 5

/** A host of ServiceEntries stands in no namespace: it is of the first that names it. */
const whose = (key: ServiceKey, view: ClusterView | undefined): string =>
  namespaceOf(key) || (view?.lists.get(SERVICE_ENTRY.kind)?.get(key)?.[0]?.namespace ?? '')
