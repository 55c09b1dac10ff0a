import { type Kind, type KubeObject, keyOf, type ObjectKey } from '../kube/index.ts'
import type { Change } from '../source/index.ts'
import { reuse } from '../table/index.ts'

/** Where one reflector keeps its objects, by key; equal ones keep the identity they had. */
export interface Shelf<T> {
  readonly objects: () => ReadonlyMap<ObjectKey, T>
  readonly put: (key: ObjectKey, object: T) => void
  readonly delete: (key: ObjectKey) => void
  /** From now on these and no others. */
  readonly replace: (objects: ReadonlyMap<ObjectKey, T>) => void
}

type Objects = Map<ObjectKey, KubeObject>

/** What one cluster holds, and how that differs from what was last taken. */
export class Store {
  readonly #held = new Map<Kind, Objects>()
  /** What was there before the changes that nobody has taken yet. */
  readonly #before = new Map<string, Before>()

  /** The part of one kind. */
  shelf(kind: Kind): Shelf<KubeObject> {
    return {
      objects: () => this.of(kind),
      put: (_key, object) => this.put(object),
      delete: (key) => this.delete(kind, key),
      replace: (objects) => this.replace(kind, objects),
    }
  }

  of(kind: Kind): ReadonlyMap<ObjectKey, KubeObject> {
    return this.#objects(kind)
  }

  put(object: KubeObject): void {
    const objects = this.#objects(object.kind)
    const key = keyOf(object)
    const old = objects.get(key)
    const kept = reuse(old, object)
    if (kept === old) return
    this.#note(object.kind, key, old)
    objects.set(key, kept)
  }

  delete(kind: Kind, key: ObjectKey): void {
    const objects = this.#objects(kind)
    const old = objects.get(key)
    if (old === undefined) return
    this.#note(kind, key, old)
    objects.delete(key)
  }

  /** From now on these and no others: what is gone is deleted, what is equal is no change. */
  replace(kind: Kind, objects: ReadonlyMap<ObjectKey, KubeObject>): void {
    for (const key of [...this.#objects(kind).keys()]) if (!objects.has(key)) this.delete(kind, key)
    for (const object of objects.values()) this.put(object)
  }

  /** The changes since this was last called. What came and went in between is none. */
  take(): readonly Change[] {
    const changes = [...this.#before.values()].flatMap((before) => this.#changeSince(before))
    this.#before.clear()
    return changes
  }

  #objects(kind: Kind): Objects {
    const objects = this.#held.get(kind) ?? new Map<ObjectKey, KubeObject>()
    this.#held.set(kind, objects)
    return objects
  }

  #note(kind: Kind, key: ObjectKey, object: KubeObject | undefined): void {
    const id = `${kind} ${key}`
    if (!this.#before.has(id)) this.#before.set(id, { kind, key, object })
  }

  #changeSince({ kind, key, object: before }: Before): readonly Change[] {
    const now = this.of(kind).get(key)
    if (now === undefined) return before === undefined ? [] : [{ op: 'delete', kind, key }]
    return reuse(before, now) === before ? [] : [{ op: 'put', object: now }]
  }
}

interface Before {
  readonly kind: Kind
  readonly key: ObjectKey
  readonly object: KubeObject | undefined
}
