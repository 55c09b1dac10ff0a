import type { Log } from '../../words/observe/index.ts'
import { within } from '../../words/threads/index.ts'

type Lines = Pick<Log, 'error' | 'warn'>

/**
 * Open parts that are closed together. Each is waited for, but not for ever: nothing that never answers keeps the others
 * from closing well, nor views from being written.
 */
export class Stage implements AsyncDisposable {
  readonly #ms: number
  readonly #log: Lines
  readonly #open: { readonly what: string; readonly close: () => Promise<void> }[] = []

  /** `ms`: for which it is waited for. */
  constructor(ms: number, log: Lines) {
    this.#ms = ms
    this.#log = log
  }

  /** A part that has been opened, by what to call it; returns it. */
  add<T>(what: string, part: T, close: (part: T) => unknown): T {
    this.#open.push({ what, close: async () => void (await close(part)) })
    return part
  }

  /** Begins to close all of them, the last first, before any has closed. Never rejects. */
  async [Symbol.asyncDispose](): Promise<void> {
    const open = this.#open.splice(0).toReversed()
    await Promise.all(open.map(({ what, close }) => this.#wait(what, close())))
  }

  async #wait(what: string, closed: Promise<void>): Promise<void> {
    closed.catch((err: unknown) => this.#log.error({ err }, `bug: ${what}: did not stop well`))
    if (await within(this.#ms, closed)) return
    this.#log.warn(`${what}: did not stop within ${this.#ms / 1000} s, left as it is`)
  }
}
