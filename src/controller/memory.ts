/** The part of an object that is its whole end. */
const REMOVED = 'removed'

/** What was written last to one object. */
interface Written {
  /** The version that was seen when it was written, and those that came of our writes, in order. */
  readonly versions: readonly string[]
  /** By what was written: the object itself, its status. */
  readonly digests: ReadonlyMap<string, string>
  /** When it was written last. */
  readonly at: number
}

/**
 * What was written and may not have been seen yet, so that nothing is written twice. It also keeps from writing again
 * and again what an API server answers with success and keeps otherwise, as an older CRD does with fields that it does
 * not know. Each write forgets two of what is of no use any more: no more is kept than what stands, what was written lately
 * and as much again. Times in milliseconds of any clock that only goes forward.
 */
export class Memory {
  readonly #written = new Map<string, Written>()
  readonly #waitMs: number
  readonly #seenOf: (id: string) => string | undefined

  /**
   * `waitMs`: how long a write may go unseen until it is written again; `seenOf`: the version that is seen of an object
   * now.
   */
  constructor(waitMs: number, seenOf: (id: string) => string | undefined) {
    this.#waitMs = waitMs
    this.#seenOf = seenOf
  }

  /** Of how many objects something is kept. */
  get size(): number {
    return this.#written.size
  }

  /** `before`: the version that is seen now, '' where there is no object; `after`: the one that the write made. */
  wrote(id: string, part: string, digest: string, before: string, after: string, now: number): void {
    const old = this.#written.get(id)
    const from = old?.versions.indexOf(before) ?? -1
    const versions = old === undefined || from === -1 ? [before] : old.versions.slice(from)
    const digests = new Map(from === -1 ? [] : old?.digests).set(part, digest)
    digests.delete(REMOVED)
    this.#keep(id, { versions: [...versions, after], digests, at: now }, now)
  }

  /** `before`: the version that is seen of the object that was removed, until its end is seen. */
  removed(id: string, uid: string, before: string, now: number): void {
    this.#keep(id, { versions: [before, ''], digests: new Map([[REMOVED, uid]]), at: now }, now)
  }

  isRemoved(id: string, uid: string, seen: string, now: number): boolean {
    return this.isWritten(id, REMOVED, uid, seen, now)
  }

  /** Whether just this was written to the object that is seen in this version. */
  isWritten(id: string, part: string, digest: string, seen: string, now: number): boolean {
    const written = this.#written.get(id)
    if (written?.digests.get(part) !== digest || !written.versions.includes(seen)) return false
    return written.versions.at(-1) === seen || now - written.at < this.#waitMs
  }

  /** Whether what was written last is not what is seen: it may come yet, or somebody undid it meanwhile. */
  isUnseen(id: string, seen: string): boolean {
    const written = this.#written.get(id)
    return written?.versions.includes(seen) === true && written.versions.at(-1) !== seen
  }

  #keep(id: string, written: Written, now: number): void {
    this.#written.delete(id)
    this.#written.set(id, written)
    const [first, second] = this.#written
    for (const [oldId, old] of [first, second].filter((one) => one !== undefined)) {
      this.#written.delete(oldId)
      if (now - old.at < this.#waitMs || old.versions.at(-1) === this.#seenOf(oldId))
        this.#written.set(oldId, old)
    }
  }

  clear(): void {
    this.#written.clear()
  }
}
