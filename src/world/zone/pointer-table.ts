import { type Address, joinNames, type Name } from '../../values/dns/index.ts'
import { Ordered } from '../../values/packed/index.ts'
import { labelOf } from '../inventory/index.ts'
import type { Pointer } from './types.ts'
import { reversedBounds } from './zones.ts'

/** A pointer as it is kept: the endpoints of an export that go by their addresses have one together. */
export interface KeptPointer extends Omit<Pointer, 'target'> {
  /** The endpoint's host name; null: it goes by this address. '': it is the name of a service. */
  readonly host: string | null
  /** What stands after that. */
  readonly base: Name
}

export const isSamePointer = (a: KeptPointer, b: KeptPointer): boolean =>
  a === b ||
  (a.host === b.host && a.base === b.base && a.headless === b.headless && a.createdAt === b.createdAt)

/** What there is to say of an address. */
export const pointerAt = (address: Address, { host, base, headless, createdAt }: KeptPointer): Pointer => ({
  target: joinNames(host ?? labelOf(address), base),
  headless,
  createdAt,
})

/** The PTR record of each address that has one. Persistent, and in order: which names are above them is asked of it. */
export class PointerTable implements Iterable<readonly [Address, Pointer]> {
  static readonly EMPTY = new PointerTable(Ordered.empty())

  readonly #all: Ordered<KeptPointer>

  private constructor(all: Ordered<KeptPointer>) {
    this.#all = all
  }

  get(address: Address): Pointer | undefined {
    const kept = this.#all.get(address)
    return kept && pointerAt(address, kept)
  }

  keptAt(address: Address): KeptPointer | undefined {
    return this.#all.get(address)
  }

  set(address: Address, kept: KeptPointer): PointerTable {
    return new PointerTable(this.#all.set(address, kept))
  }

  delete(address: Address): PointerTable {
    return new PointerTable(this.#all.delete(address))
  }

  /** Whether the name of some address is below this one, or it. */
  hasBelow(name: Name): boolean {
    const bounds = reversedBounds(name)
    if (bounds === undefined) return false
    const next = this.#all.ceiling(bounds.first)
    return next !== undefined && next <= bounds.last
  }

  *[Symbol.iterator](): Iterator<readonly [Address, Pointer]> {
    for (const [address, kept] of this.#all) yield [address, pointerAt(address, kept)]
  }

  /** As they are now; undefined: the address has none any more. */
  *changesSince(before: PointerTable): Generator<readonly [Address, KeptPointer | undefined]> {
    for (const [address, now] of this.#all.changesSince(before.#all)) {
      const was = before.#all.get(address)
      if (was === undefined || now === undefined || !isSamePointer(was, now)) yield [address, now]
    }
  }

  after(changes: Iterable<readonly [Address, KeptPointer | undefined]>): PointerTable {
    return new PointerTable(this.#all.after(changes))
  }
}
