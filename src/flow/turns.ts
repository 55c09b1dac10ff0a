/**
 * Work of one cluster in short turns, in order: between two of them everything else on this thread has its own.
 * Work that comes when none waits is done at once.
 */
export class Turns {
  readonly #waiting: (() => void)[] = []
  #next: NodeJS.Immediate | undefined

  /** Nothing waits. */
  get idle(): boolean {
    return this.#waiting.length === 0
  }

  take(...work: readonly (() => void)[]): void {
    const [first, ...rest] = work
    try {
      if (this.idle) first?.()
      else if (first !== undefined) this.#waiting.push(first)
    } finally {
      this.#waiting.push(...rest)
      this.#go()
    }
  }

  /** What waits is not done any more. */
  drop(): void {
    clearImmediate(this.#next)
    this.#next = undefined
    this.#waiting.length = 0
  }

  #go(): void {
    if (this.idle || this.#next !== undefined) return
    this.#next = setImmediate(() => {
      this.#next = undefined
      try {
        this.#waiting.shift()?.()
      } finally {
        this.#go()
      }
    })
  }
}

/** One long work, turn by turn, the first at once: whoever does a turn says whether another one follows. */
export class TurnByTurn {
  readonly #turn: () => boolean
  readonly #failed: (error: unknown) => void
  #next: NodeJS.Immediate | undefined
  #dropped = false

  constructor(turn: () => boolean, failed: (error: unknown) => void) {
    this.#turn = turn
    this.#failed = failed
  }

  begin(): void {
    try {
      if (this.#turn() && !this.#dropped) this.#next = setImmediate(() => this.begin())
    } catch (error) {
      this.#failed(error)
    }
  }

  /** What is left is not done any more. */
  drop(): void {
    this.#dropped = true
    clearImmediate(this.#next)
  }
}

/** Does as many steps as a turn has room for; false: there were no more. */
export function advanceInTurn(step: () => boolean): boolean {
  const until = performance.now() + TURN_MS
  for (let n = 0; n < MOST_A_TURN; n++) {
    if (!step()) return false
    if (performance.now() >= until) return true
  }
  return true
}

/** What a turn may take when others wait: a step that has begun is ended. */
const TURN_MS = 5

/** Changes that become one step of the world; a relist brings a cluster's whole share at once. */
export const MOST_A_TURN = 200

/** A list in pieces of at most so many, in order; an empty list is one empty piece. */
export const piecesOf = <T>(list: readonly T[], most: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.max(1, Math.ceil(list.length / most)) }, (_, i) =>
    list.slice(i * most, (i + 1) * most),
  )
