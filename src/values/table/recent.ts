/** So many values are held at least, and twice as many at most; where they are weighed, as much weight. */
const HELD = 20_000

/**
 * What follows from objects, for as long as they are there and it was set lately. For memos: nothing is ever missing,
 * only worked out again.
 */
export class Recent<K extends object, V> {
  #newer = new WeakMap<K, V>()
  #older = new WeakMap<K, V>()
  #count = 0
  readonly #weigh: (key: K) => number

  /** `weigh`: how many values that of a key counts as. */
  constructor(weigh: (key: K) => number = () => 1) {
    this.#weigh = weigh
  }

  get(key: K): V | undefined {
    const value = this.#newer.get(key)
    if (value !== undefined) return value
    const older = this.#older.get(key)
    if (older !== undefined) this.set(key, older)
    return older
  }

  set(key: K, value: V): void {
    const weight = this.#weigh(key)
    if (this.#count >= HELD) {
      this.#older = this.#newer
      this.#newer = new WeakMap()
      this.#count = 0
    }
    this.#count += weight
    this.#newer.set(key, value)
  }
}
