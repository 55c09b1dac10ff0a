import type { Kind, ObjectKey } from '../../words/kube/index.ts'
import { Load, type SealedChange } from '../changes/index.ts'
import { reuseSealed, type SealedObject } from './sealed.ts'

/** Where one reflector keeps its objects, by key; equal ones keep the identity they had. */
export interface ObjectShelf<T> {
  readonly objects: () => ReadonlyMap<ObjectKey, T>
  readonly put: (key: ObjectKey, object: T) => void
  readonly delete: (key: ObjectKey) => void
  /**
   * These and no others, once it has been pulled to its end: piece by piece, so that a cluster that lists everything
   * anew lets others have their turn. What comes is there before what goes. Objects equal to those held are those held.
   */
  readonly replace: (objects: ReadonlyMap<ObjectKey, T>) => Iterable<void>
}

type Objects = Map<ObjectKey, SealedObject>

/** What one cluster holds, and how that differs from what was last taken. */
export class ObjectStore {
  /** What was there before the changes that nobody has taken yet. */
  readonly #before = new Map<string, Before>()
  readonly #load: Load
  /** The bytes of what nobody has been told of. */
  #untold = 0

  constructor(load: Load = new Load()) {
    this.#load = load
  }

  /** A part for one reflector. No two may hold the same objects: those of one kind are told apart by namespace. */
  shelf(kind: Kind): ObjectShelf<SealedObject> {
    const objects: Objects = new Map()
    return {
      objects: () => objects,
      put: (key, object) => this.#exchange(objects, key, reuseSealed(objects.get(key), object)),
      delete: (key) => this.#delete(kind, objects, key),
      replace: (next) => this.#replace(kind, objects, next),
    }
  }

  /** The changes since this was last called. What came and went in between is none. */
  take(): readonly SealedChange[] {
    const changes = [...this.#before.values()].flatMap(changeSince)
    this.#before.clear()
    this.#wait(-this.#untold)
    return changes
  }

  *#replace(kind: Kind, objects: Objects, next: ReadonlyMap<ObjectKey, SealedObject>): Generator<void> {
    let count = 0
    for (const [key, object] of next) {
      this.#exchange(objects, key, object)
      if (++count % PIECE === 0) yield
    }
    for (const key of [...objects.keys()]) if (!next.has(key)) this.#delete(kind, objects, key)
  }

  #delete(kind: Kind, objects: Objects, key: ObjectKey): void {
    if (!objects.has(key)) return
    this.#note(kind, objects, key)
    this.#wait(-(objects.get(key)?.untold ?? 0))
    objects.delete(key)
  }

  #exchange(objects: Objects, key: ObjectKey, object: SealedObject): void {
    if (object === objects.get(key)) return
    const { kind } = object
    const noted = this.#before.get(`${kind} ${key}`)
    this.#note(kind, objects, key)
    // Back to what it was is no change.
    const next = noted === undefined ? object : reuseSealed(noted.object, object)
    this.#wait(next.untold - (objects.get(key)?.untold ?? 0))
    objects.set(key, next)
  }

  #wait(bytes: number): void {
    this.#untold += bytes
    this.#load.set('untold', this.#untold)
  }

  #note(kind: Kind, objects: Objects, key: ObjectKey): void {
    const id = `${kind} ${key}`
    if (!this.#before.has(id)) this.#before.set(id, { kind, key, objects, object: objects.get(key) })
  }
}

function changeSince({ kind, key, objects, object: before }: Before): readonly SealedChange[] {
  const now = objects.get(key)
  if (now === undefined) return before === undefined ? [] : [{ op: 'delete', kind, key }]
  return now === before ? [] : now.toChanges()
}

/** Objects that are exchanged in one go: a few milliseconds. */
const PIECE = 2000

interface Before {
  readonly kind: Kind
  readonly key: ObjectKey
  /** Where it is now, if it is. */
  readonly objects: ReadonlyMap<ObjectKey, SealedObject>
  readonly object: SealedObject | undefined
}
