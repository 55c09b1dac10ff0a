/** How soon a file is written that has not been lately. */
const SOON_MS = 200

/** After a write it rests so many times as long: writing takes a twentieth of the time at most. */
const REST = 19

/**
 * Writes files, one version after another and one file at a time. Each is written not more often than every so many
 * milliseconds, and the last version wins. What is large is written less often: a version is a whole.
 */
export class Writer {
  readonly #interval: number
  readonly #waiting = new Map<string, () => Promise<void>>()
  /** Of files that wait, until it is their turn. */
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #written = new Set<string>()
  #turn: Promise<void> = Promise.resolve()
  #endRest: (() => void) | undefined
  #isClosing = false

  constructor(interval: number) {
    this.#interval = interval
  }

  /** `write` must not reject. */
  save(file: string, write: () => Promise<void>): void {
    this.#waiting.set(file, write)
    if (this.#timers.has(file)) return
    const wait = this.#written.has(file) ? this.#interval : SOON_MS
    this.#timers.set(
      file,
      setTimeout(() => this.#queue(file), wait),
    )
  }

  /** Writes what still waits, without rest. */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#endRest?.()
    for (const timer of this.#timers.values()) clearTimeout(timer)
    for (const file of this.#waiting.keys()) this.#queue(file)
    await this.#turn
  }

  #queue(file: string): void {
    this.#turn = this.#turn.then(() => this.#write(file))
  }

  async #write(file: string): Promise<void> {
    const write = this.#waiting.get(file)
    this.#waiting.delete(file)
    this.#timers.delete(file)
    if (write === undefined) return
    this.#written.add(file)
    const begun = performance.now()
    await write()
    await this.#rest(REST * (performance.now() - begun))
  }

  async #rest(ms: number): Promise<void> {
    if (this.#isClosing) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    this.#endRest = resolve
    await promise
    clearTimeout(timer)
  }
}
