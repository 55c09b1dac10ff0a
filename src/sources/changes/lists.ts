import { trimmed } from '../../values/packed/index.ts'
import type { Table } from '../../values/table/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'

/**
 * Lists by service, as changes leave them. Those that are touched are put together once, however many changes there
 * are: a service may have thousands of slices, and all of them come at once.
 */
export class Lists<T> {
  readonly #table: Table<readonly T[]>
  readonly #idOf: (item: T, key: ServiceKey) => string
  readonly #order: ((a: T, b: T) => number) | undefined
  readonly #touched = new Map<ServiceKey, Map<string, T>>()

  /** Without an `order` what is put comes last. */
  constructor(
    table: Table<readonly T[]>,
    idOf: (item: T, key: ServiceKey) => string,
    order: ((a: T, b: T) => number) | undefined = undefined,
  ) {
    this.#table = table
    this.#idOf = idOf
    this.#order = order
  }

  put(key: ServiceKey, item: T): void {
    this.remove(key, item)
    this.#of(key).set(this.#idOf(item, key), item)
  }

  remove(key: ServiceKey, item: T): void {
    this.#of(key).delete(this.#idOf(item, key))
  }

  /** Of the lists that are touched. */
  keys(): Iterable<ServiceKey> {
    return this.#touched.keys()
  }

  written(): Table<readonly T[]> {
    let table = this.#table
    for (const [key, list] of this.#touched) {
      const items = [...list.values()]
      if (this.#order !== undefined) items.sort(this.#order)
      table = items.length === 0 ? table.delete(key) : table.set(key, trimmed(items))
    }
    return table
  }

  #of(key: ServiceKey): Map<string, T> {
    const known = this.#touched.get(key)
    if (known !== undefined) return known
    const list = new Map(this.#table.get(key)?.map((item) => [this.#idOf(item, key), item]))
    this.#touched.set(key, list)
    return list
  }
}
