import { namespaceOf, type ObjectKey } from '../../words/kube/index.ts'
import { type Amount, bytesOf, excessOf, Load, NO_AMOUNT, plus } from '../changes/index.ts'
import { RequestFailure } from './failure.ts'
import { heldFrom, type Narrowed } from './narrow.ts'
import { Spaces } from './spaces.ts'

/** Of an object that is kept elsewhere, its key and its print are here. */
export const HELD_BYTES = 200

/**
 * What one cluster may make the server keep. Its parts, one for each reflector, share it; a part that would go beyond
 * it fails, and keeps what it has.
 */
export class Budget {
  readonly #most: Amount
  readonly #measure: (object: unknown) => number
  readonly #used = new Map<string, Amount>()
  /** What parts hold of lists that are under way. */
  readonly #listed = new Map<string, Amount>()
  /** The bytes of what parts hold of objects that cannot be read. */
  readonly #unreadable = new Map<string, number>()
  readonly #load: Load
  readonly #spaces: Spaces

  /** `measure`: the bytes that one object takes. `load`: what of the cluster is on this thread. */
  constructor(most: Amount, measure: (object: unknown) => number = bytesOf, load: Load = new Load()) {
    this.#most = most
    this.#measure = measure
    this.#load = load
    this.#spaces = new Spaces(most.bytes)
  }

  bytesOf(object: unknown): number {
    return object === undefined ? 0 : this.#measure(object)
  }

  /** Throws a Failure if a part that keeps so much goes beyond the budget. */
  check(part: string, amount: Amount): void {
    let all = plus(amount, { bytes: this.#bytesUnreadable(), objects: 0 })
    for (const other of new Set([...this.#used.keys(), ...this.#listed.keys()]))
      if (other !== part) all = plus(all, this.#heldBy(other))
    const excess = excessOf(all, this.#most)
    if (excess !== undefined) throw new RequestFailure('budget', `the cluster holds ${excess}`)
  }

  /** What there is already of a list is as much as is kept: equal objects are there once. */
  #heldBy(part: string): Amount {
    const used = this.#used.get(part) ?? NO_AMOUNT
    const listed = this.#listed.get(part) ?? NO_AMOUNT
    return {
      bytes: Math.max(used.bytes, listed.bytes),
      objects: Math.max(used.objects, listed.objects),
    }
  }

  #bytesUnreadable(): number {
    let bytes = 0
    for (const some of this.#unreadable.values()) bytes += some
    return bytes
  }

  /**
   * So much of a list is here, until it has `ended`: parts that list side by side share the budget too. `fresh`: the
   * bytes of what was not here before.
   */
  listing(part: string, amount: Amount, fresh = amount.bytes): void {
    this.#listed.set(part, amount)
    this.#load.set(`list ${part}`, fresh)
    this.check(part, amount)
  }

  /** One object of a list; a problem in its place where its namespace may not hold it. What is held of it then stays. */
  listed<T>(part: string, narrowed: Narrowed<T>, held: T | undefined): Narrowed<T> {
    const bytes = this.bytesOf(heldFrom(narrowed, held))
    const namespace = namespaceOf(narrowed.key)
    if (this.#spaces.list(part, namespace, bytes)) return narrowed
    this.#spaces.carry(part, namespace, this.bytesOf(held))
    return this.#crowdedOut(narrowed.key)
  }

  /** The same of one that is told by itself. */
  admitted<T>(part: string, narrowed: Narrowed<T>, held: T | undefined): Narrowed<T> {
    const bytes = this.bytesOf(heldFrom(narrowed, held)) - this.bytesOf(held)
    return this.#spaces.grow(part, namespaceOf(narrowed.key), bytes)
      ? narrowed
      : this.#crowdedOut(narrowed.key)
  }

  #crowdedOut(key: ObjectKey): Refusal {
    const most = (this.#most.bytes / 2 ** 20).toFixed(1)
    const problem = `its namespace, ${namespaceOf(key)}, holds as much as one may of the ${most} MiB that are kept of the cluster, so that there is room for others: ${CROWDED}`
    return { key, problem, isCrowdedOut: true }
  }

  /** What was listed is about to be kept: it is there once. */
  accepting(part: string): void {
    this.#spaces.accept(part)
    this.#load.set(`list ${part}`, 0)
  }

  ended(part: string): void {
    this.#spaces.end(part)
    this.#listed.delete(part)
    this.#load.set(`list ${part}`, 0)
  }

  /** A part holds so many bytes more of what cannot be read. Throws as `check` does, and keeps what was. */
  unreadable(part: string, bytes: number): void {
    const before = this.#unreadable.get(part) ?? 0
    this.#unreadable.set(part, before + bytes)
    try {
      if (bytes > 0) this.check(part, this.#used.get(part) ?? NO_AMOUNT)
    } catch (error) {
      this.#unreadable.set(part, before)
      throw error
    }
    this.#load.set('unreadable', this.#bytesUnreadable())
  }

  keep(part: string, amount: Amount): void {
    this.#used.set(part, amount)
    this.#load.set(`kept ${part}`, HELD_BYTES * amount.objects)
  }

  /** Nothing is kept of a part any more. */
  forget(part: string): void {
    this.#spaces.forget(part)
    this.keep(part, NO_AMOUNT)
  }

  /** An object that is held is gone. */
  gone(part: string, key: ObjectKey, held: unknown): void {
    this.#spaces.grow(part, namespaceOf(key), -this.bytesOf(held))
  }

  /** One object for another; undefined is none. Throws as `check` does, and keeps what was, if it is more than before. */
  exchange(part: string, before: unknown, after: unknown): void {
    const { bytes, objects } = this.#used.get(part) ?? NO_AMOUNT
    const next = {
      bytes: bytes + this.bytesOf(after) - this.bytesOf(before),
      objects: objects + countOf(after) - countOf(before),
    }
    if (next.bytes > bytes) this.check(part, next)
    this.keep(part, next)
  }
}

/** An object that its namespace has no room for. */
interface Refusal {
  readonly key: ObjectKey
  readonly problem: string
  readonly isCrowdedOut: true
}

/** Of objects that are crowded out so many are told one by one: all say the same. */
export const MOST_CROWDED_OUT = 10

/** What is beyond its namespace's room is as it was, or not there, until a later list. */
export const isCrowdedOut = (narrowed: object): narrowed is Refusal => 'isCrowdedOut' in narrowed

const CROWDED =
  'what it had before stays in force, new objects of it are left out; have less in it, or set budgets in meridian.yaml'

const countOf = (object: unknown): number => (object === undefined ? 0 : 1)
