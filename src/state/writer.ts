/** How soon a file is written that has not been lately. */
const SOON_MS = 200

/** Writes files one version after another, each not more often than every so many milliseconds; the last one wins. */
export class Writer {
  readonly #interval: number
  readonly #waiting = new Map<string, () => Promise<void>>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #writing = new Map<string, Promise<void>>()

  constructor(interval: number) {
    this.#interval = interval
  }

  /** `write` must not reject. */
  save(file: string, write: () => Promise<void>): void {
    this.#waiting.set(file, write)
    if (this.#timers.has(file)) return
    const wait = this.#writing.has(file) ? this.#interval : SOON_MS
    this.#timers.set(
      file,
      setTimeout(() => void this.#write(file), wait),
    )
  }

  /** Writes what still waits. */
  async close(): Promise<void> {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    await Promise.all([...this.#waiting.keys()].map((file) => this.#write(file)))
    await Promise.all(this.#writing.values())
  }

  async #write(file: string): Promise<void> {
    await this.#writing.get(file)
    const write = this.#waiting.get(file)
    this.#waiting.delete(file)
    this.#timers.delete(file)
    if (write === undefined) return
    const written = write()
    this.#writing.set(file, written)
    await written
  }
}
