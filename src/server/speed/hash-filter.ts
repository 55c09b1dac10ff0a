/** Counters: at 100,000 hashes a sixth of them are in use, which is how often a hash that is not there seems to be. */
const COUNTERS = 2 ** 19

/** A counter that was full stays full, since it is not known how many it stands for. */
const FULL = 255

/** Hashes that come and go, of which one that is not there is mostly known not to be. */
export class HashFilter {
  readonly #counters = new Uint8Array(COUNTERS)
  /** Those that are not 0, a bit each: all that is looked at for a query, and few enough lines to stay in a core's cache. */
  readonly #inUse = new Int32Array(COUNTERS / 32)

  /** False: it is not there. */
  mayHave(hash: number): boolean {
    const at = hash & (COUNTERS - 1)
    return (((this.#inUse[at >>> 5] ?? 0) >>> (at & 31)) & 1) !== 0
  }

  add(hash: number): void {
    this.#change(hash, 1)
  }

  /** One that was added. */
  remove(hash: number): void {
    this.#change(hash, -1)
  }

  #change(hash: number, by: 1 | -1): void {
    const at = hash & (COUNTERS - 1)
    const count = this.#counters[at] ?? 0
    if (count === FULL) return
    this.#counters[at] = count + by
    const bit = 1 << (at & 31)
    const word = this.#inUse[at >>> 5] ?? 0
    this.#inUse[at >>> 5] = count + by === 0 ? word & ~bit : word | bit
  }
}
