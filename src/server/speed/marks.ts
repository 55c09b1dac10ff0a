import { hashOf } from '../../values/table/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import type { Onlooker } from '../replica/index.ts'
import { HashFilter } from './hash-filter.ts'

/** A power of two: of so many services each has a count of its own, mostly. */
const SLOTS = 2 ** 17

/**
 * What is known of services without a look at them: that they did not change since, and that there is none. Takes the memory
 * that it takes, however many there are: services whose hashes meet change together.
 */
export class Marks implements Onlooker {
  readonly #counts = new Int32Array(SLOTS)
  readonly #hashes = new HashFilter()

  came(key: ServiceKey): void {
    this.#hashes.add(hashOf(key))
    this.changed(key)
  }

  changed(key: ServiceKey): void {
    const slot = this.slotOf(key)
    this.#counts[slot] = this.count(slot) + 1
  }

  went(key: ServiceKey): void {
    this.#hashes.remove(hashOf(key))
    this.changed(key)
  }

  /** Where changes of that service are counted. */
  slotOf(key: ServiceKey): number {
    return hashOf(key) & (SLOTS - 1)
  }

  /** While it is the same, so is the service. */
  count(slot: number): number {
    return this.#counts[slot] ?? 0
  }

  /** False: no service's key has that hash. */
  mayHave(hash: number): boolean {
    return this.#hashes.mayHave(hash)
  }
}
