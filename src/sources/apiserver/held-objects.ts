import type { ObjectKey } from '../../words/kube/index.ts'
import { isCrowdedOut, MOST_CROWDED_OUT } from './budget.ts'
import type { ReflectorBudget } from './list.ts'
import { heldFrom, type Narrowed, problemOf } from './narrow.ts'
import type { ReflectorListener } from './reflector-listener.ts'
import type { ObjectShelf } from './store.ts'
import { UnreadableObjects } from './unreadable.ts'

interface HeldOptions<T> extends ReflectorBudget {
  readonly store: ObjectShelf<T>
  readonly listener: Pick<ReflectorListener, 'unreadable'>
}

/** The objects of one reflector, as far as they can be read and its cluster's budget has room. */
export class HeldObjects<T> {
  readonly #options: HeldOptions<T>
  readonly #unreadable: UnreadableObjects
  /** How many were left out since the last list because their namespace holds too much. */
  #crowdedOut = 0

  constructor(options: HeldOptions<T>) {
    this.#options = options
    const { budget, part, listener } = options
    this.#unreadable = new UnreadableObjects(budget, part, listener.unreadable)
  }

  get isCrowded(): boolean {
    return this.#crowdedOut > 0
  }

  /** Of all that was listed, what is to be held; what is wrong with the rest is told. */
  goodOf(listed: ReadonlyMap<ObjectKey, Narrowed<T>>): ReadonlyMap<ObjectKey, T> {
    const held = this.#options.store.objects()
    const good = new Map<ObjectKey, T>()
    this.#crowdedOut = 0
    this.#unreadable.retain((key) => listed.has(key))
    for (const [key, narrowed] of listed) {
      const object = heldFrom(narrowed, held.get(key))
      if (object !== undefined) good.set(key, object)
      this.#tell(narrowed, held.get(key))
    }
    return good
  }

  /** One that came, or is another now. */
  take(told: Narrowed<T>): void {
    const { store, budget, part } = this.#options
    const { key } = told
    const held = store.objects().get(key)
    const narrowed = budget.admitted(part, told, held)
    const object = heldFrom(narrowed, held)
    if (object !== undefined) {
      budget.exchange(part, held, object)
      store.put(key, object)
    }
    this.#tell(narrowed, held)
  }

  /** One that is gone. */
  remove(key: ObjectKey): void {
    const { store, budget, part } = this.#options
    const held = store.objects().get(key)
    budget.gone(part, key, held)
    budget.exchange(part, held, undefined)
    store.delete(key)
    this.#unreadable.note(key, null)
  }

  #tell(narrowed: Narrowed<T>, held: T | undefined): void {
    if (isCrowdedOut(narrowed) && ++this.#crowdedOut > MOST_CROWDED_OUT) return
    this.#unreadable.note(narrowed.key, problemOf(narrowed, held))
  }

  forgetUnreadable(): void {
    this.#unreadable.retain(() => false)
  }
}
