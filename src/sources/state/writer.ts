import { within } from '../../words/threads/index.ts'

/** How soon a file is written that has not been lately. */
const SOON_MS = 200

/** After a write it rests so many times as long: writing takes a twentieth of the time at most. */
const REST = 19

/** A disk that takes so long over one file, as one that hangs does, holds the others up no longer. */
const SLOW_MS = 5000

/** So many files are left to a disk that hangs before the others wait for it too: each has a thread of its own. */
const MOST_SLOW = 4

/**
 * Writes files, one version after another and one file at a time, but for those that take very long. Each is written not more often than every so many
 * milliseconds, and the last version wins. What is large is written less often: a version is a whole.
 */
export class FileWriter {
  readonly #interval: number
  readonly #waiting = new Map<string, () => Promise<void>>()
  /** Of files that wait, until it is their turn. */
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #written = new Set<string>()
  /** Writes that are under way, by file. */
  readonly #running = new Map<string, Promise<void>>()
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
    // After one that is under way still comes the version that waits for it.
    await Promise.all(this.#running.values())
    await this.#turn
  }

  #queue(file: string): void {
    this.#turn = this.#turn.then(() => this.#write(file))
  }

  async #write(file: string): Promise<void> {
    this.#timers.delete(file)
    const write = this.#waiting.get(file)
    // Under way still: what waits is written after it.
    if (write === undefined || this.#running.has(file)) return
    this.#waiting.delete(file)
    this.#written.add(file)
    const begun = performance.now()
    const writing = write().finally(() => this.#end(file))
    this.#running.set(file, writing)
    if (this.#running.size > MOST_SLOW) await Promise.race(this.#running.values())
    else if (!(await within(SLOW_MS, writing))) return
    await this.#rest(REST * (performance.now() - begun))
  }

  #end(file: string): void {
    this.#running.delete(file)
    const next = this.#waiting.get(file)
    if (next === undefined || this.#timers.has(file)) return
    if (this.#isClosing) this.#queue(file)
    else this.save(file, next)
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
