import { asFailure, lateBy, RequestFailure } from './failure.ts'

/** A signal that is aborted when its parent is, or when too much time passes without a `touch`. */
export class Deadline {
  readonly #controller = new AbortController()
  readonly #parent: AbortSignal
  readonly #what: string
  #timer: NodeJS.Timeout
  #late: RequestFailure | undefined

  constructor(parent: AbortSignal, ms: number, what: string) {
    this.#parent = parent
    this.#what = what
    this.#timer = setTimeout(this.#expire, ms)
    parent.addEventListener('abort', this.#stop)
    if (parent.aborted) this.#stop()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get expired(): boolean {
    return this.#late !== undefined
  }

  /** What an error is that ended the work: the deadline, if it is over. */
  failure(error: unknown): RequestFailure {
    if (this.#late !== undefined) return lateBy(this.#late, error)
    return asFailure(this.signal.aborted ? this.signal.reason : error, this.#what)
  }

  /** The time starts anew. */
  touch(): void {
    this.#timer.refresh()
  }

  /** The time starts anew, and is another one from now on. */
  allow(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#expire, ms)
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#parent.removeEventListener('abort', this.#stop)
  }

  readonly #expire = (): void => {
    this.#late = new RequestFailure('deadline', `${this.#what}: no answer in time`)
    this.#controller.abort(this.#late)
  }

  readonly #stop = (): void => this.#controller.abort(this.#parent.reason)
}
