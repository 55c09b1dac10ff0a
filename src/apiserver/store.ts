import { type Kind, type KubeObject, keyOf, type ObjectKey } from '../kube/index.ts'
import type { Change } from '../source/index.ts'
import { reuse } from '../table/index.ts'

/** Where one reflector keeps its objects, by key; equal ones keep the identity they had. */
export interface Shelf<T> {
  readonly objects: () => ReadonlyMap<ObjectKey, T>
  readonly put: (key: ObjectKey, object: T) => void
  readonly delete: (key: ObjectKey) => void
  /**
   * These and no others, once it has been pulled to its end: piece by piece, so that a cluster that lists everything
   * anew lets others have their turn. What comes is there before what goes. Objects equal to those held are those held.
   */
  readonly replace: (objects: ReadonlyMap<ObjectKey, T>) => Iterable<void>
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
    const key = keyOf(object)
    const old = this.#objects(object.kind).get(key)
    this.#exchange(object.kind, key, old, reuse(old, object))
  }

  delete(kind: Kind, key: ObjectKey): void {
    const objects = this.#objects(kind)
    const old = objects.get(key)
    if (old === undefined) return
    this.#note(kind, key, old)
    objects.delete(key)
  }

  *replace(kind: Kind, objects: ReadonlyMap<ObjectKey, KubeObject>): Generator<void> {
    let count = 0
    for (const [key, object] of objects) {
      this.#exchange(kind, key, this.#objects(kind).get(key), object)
      if (++count % PIECE === 0) yield
    }
    for (const key of [...this.#objects(kind).keys()]) if (!objects.has(key)) this.delete(kind, key)
  }

  /** The changes since this was last called. What came and went in between is none. */
  take(): readonly Change[] {
    const changes = [...this.#before.values()].flatMap((before) => this.#changeSince(before))
    this.#before.clear()
    return changes
  }

  #exchange(kind: Kind, key: ObjectKey, old: KubeObject | undefined, object: KubeObject): void {
    if (object === old) return
    const noted = this.#before.get(`${kind} ${key}`)
    this.#note(kind, key, old)
    // Back to what it was is no change.
    this.#objects(kind).set(key, noted === undefined ? object : reuse(noted.object, object))
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
    return now === before ? [] : [{ op: 'put', object: now }]
  }
}

/** Objects that are exchanged in one go: a few milliseconds. */
const PIECE = 2000

interface Before {
  readonly kind: Kind
  readonly key: ObjectKey
  readonly object: KubeObject | undefined
}
