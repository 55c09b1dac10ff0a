import { trimmed } from '../../values/packed/index.ts'
import type { Table } from '../../values/table/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'

type Order<T> = (a: T, b: T) => number

/**
 * Lists by service, as changes leave them. Those that are touched are put together once, however many changes there
 * are: a service may have thousands of slices, and all of them come at once.
 */
export class Lists<T> {
  readonly #table: Table<readonly T[]>
  readonly #idOf: (item: T, key: ServiceKey) => string
  readonly #order: Order<T> | undefined
  /** Each item that was put or removed, as it is now. */
  readonly #touched = new Map<ServiceKey, Map<string, Touched<T>>>()

  /** Without an `order` what is put comes last; with one, items of different ids are never equal by it. */
  constructor(
    table: Table<readonly T[]>,
    idOf: (item: T, key: ServiceKey) => string,
    order: Order<T> | undefined = undefined,
  ) {
    this.#table = table
    this.#idOf = idOf
    this.#order = order
  }

  put(key: ServiceKey, item: T): void {
    this.#touch(key, item, true)
  }

  remove(key: ServiceKey, item: T): void {
    this.#touch(key, item, false)
  }

  /** Of the lists that are touched. */
  keys(): Iterable<ServiceKey> {
    return this.#touched.keys()
  }

  written(): Table<readonly T[]> {
    let table = this.#table
    for (const [key, touched] of this.#touched) {
      const before = table.get(key) ?? []
      const items =
        this.#order === undefined
          ? [...before.filter((item) => !touched.has(this.#idOf(item, key))), ...presentIn(touched)]
          : merged(before, [...touched.values()], this.#order)
      table = items.length === 0 ? table.delete(key) : table.set(key, trimmed(items))
    }
    return table
  }

  #touch(key: ServiceKey, item: T, isThere: boolean): void {
    const touched = this.#touched.get(key) ?? new Map<string, Touched<T>>()
    this.#touched.set(key, touched)
    const id = this.#idOf(item, key)
    touched.delete(id)
    touched.set(id, { item, isThere })
  }
}

interface Touched<T> {
  readonly item: T
  readonly isThere: boolean
}

const presentIn = <T>(touched: ReadonlyMap<string, Touched<T>>): readonly T[] =>
  [...touched.values()].flatMap(({ item, isThere }) => (isThere ? [item] : []))

/** An ordered list with items changed: what lies between two of those is not looked at. */
function merged<T>(before: readonly T[], touched: Touched<T>[], order: Order<T>): readonly T[] {
  const parts: (readonly T[])[] = []
  let from = 0
  for (const { item, isThere } of touched.sort((a, b) => order(a.item, b.item))) {
    const at = placeOf(item, before, from, order)
    if (at > from) parts.push(before.slice(from, at))
    const known = before[at]
    from = known !== undefined && order(known, item) === 0 ? at + 1 : at
    if (isThere) parts.push([item])
  }
  parts.push(before.slice(from))
  return parts.flat()
}

/** The first place, from one on, of an item that does not come before this one. */
function placeOf<T>(item: T, list: readonly T[], from: number, order: Order<T>): number {
  let [low, high] = [from, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const there = list[middle]
    if (there !== undefined && order(there, item) < 0) low = middle + 1
    else high = middle
  }
  return low
}
