import type { TurnByTurn } from './turns.ts'

interface Begun {
  readonly work: TurnByTurn
  readonly done: PromiseWithResolvers<void>
  /** It has taken another one's place. */
  readonly hasReplaced: boolean
}

interface Waiting<T> {
  readonly wanted: T
  readonly done: PromiseWithResolvers<void>
}

/**
 * Long works, each of which is for what is wanted last. A later one takes the place of one that is under way, but not of
 * two running: where something new is wanted all the time, none would ever be done.
 */
export class Successive<T> {
  readonly #start: (wanted: T, ended: (error?: unknown) => void) => TurnByTurn
  #now: Begun | undefined
  #next: Waiting<T> | undefined

  /** `start`: gives a work that has not begun, and says when it has ended. */
  constructor(start: (wanted: T, ended: (error?: unknown) => void) => TurnByTurn) {
    this.#start = start
  }

  /** Resolves when it is done; if another one takes its place, when that one is. */
  take(wanted: T): Promise<void> {
    const now = this.#now
    if (now?.hasReplaced !== true) {
      now?.work.drop()
      return this.#begin(wanted, now?.done ?? Promise.withResolvers(), now !== undefined)
    }
    const { done } = this.#next ?? { done: Promise.withResolvers<void>() }
    this.#next = { wanted, done }
    return done.promise
  }

  /** What is under way or waits comes to nothing, as if it were done. */
  stop(): void {
    const [now, next] = [this.#now, this.#next]
    this.#now = undefined
    this.#next = undefined
    now?.work.drop()
    now?.done.resolve()
    next?.done.resolve()
  }

  #begin(wanted: T, done: Begun['done'], hasReplaced: boolean): Promise<void> {
    const work: TurnByTurn = this.#start(wanted, (error) => this.#ended(work, error))
    this.#now = { work, done, hasReplaced }
    work.begin()
    return done.promise
  }

  #ended(work: TurnByTurn, error: unknown): void {
    const [now, next] = [this.#now, this.#next]
    if (now?.work !== work) return
    this.#now = undefined
    this.#next = undefined
    if (error === undefined) now.done.resolve()
    else now.done.reject(error)
    if (next !== undefined) void this.#begin(next.wanted, next.done, false)
  }
}
