import { TimeShare } from '../../sources/changes/index.ts'

/** A piece of work. `goOn`: what is left of it, which comes before all that waits. */
export type TurnWork = (goOn: (left: TurnWork) => void) => void

/**
 * Work of one cluster in short turns, in order: between two of them everything else on this thread has its own, and of
 * clusters that have much of it one after the other. Work that comes when none waits is done at once, unless the cluster
 * had its turn just now.
 */
export class ClusterTurns {
  readonly #share: TimeShare
  #waiting: TurnWork[] = []
  #isWorking = false
  #awaits = false

  constructor(share = new TimeShare()) {
    this.#share = share
  }

  /** Nothing waits. */
  get idle(): boolean {
    return this.#waiting.length === 0
  }

  take(...work: readonly TurnWork[]): void {
    const [first, ...rest] = work
    try {
      if (first !== undefined && this.idle && (this.#isWorking || this.#share.isFree)) this.#do(first)
      else if (first !== undefined) this.#waiting.push(first)
    } finally {
      this.#waiting.push(...rest)
      this.#goOn()
    }
  }

  /** What waits is not done any more. */
  drop(): void {
    this.#waiting = []
  }

  /** What comes of work while it is done is part of it. */
  #do(work: TurnWork): void {
    const [waiting, isPart] = [this.#waiting, this.#isWorking]
    const goOn = (left: TurnWork): void => void waiting.unshift(left)
    this.#isWorking = true
    try {
      if (isPart) work(goOn)
      else this.#share.spend(() => work(goOn))
    } finally {
      this.#isWorking = isPart
    }
  }

  #goOn(): void {
    if (this.idle || this.#awaits) return
    this.#awaits = true
    this.#share.next(() => {
      this.#awaits = false
      const work = this.#waiting.shift()
      try {
        if (work !== undefined) this.#do(work)
      } finally {
        this.#goOn()
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

/** As many of these as a turn has room for, at least one; the others stay. */
export function* takenInTurn<T>(left: Set<T>): Generator<T> {
  const until = performance.now() + TURN_MS
  for (const one of left) {
    left.delete(one)
    yield one
    if (performance.now() >= until) return
  }
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

/** The same, each noted as it is come to. */
export function* noted<T>(some: Iterable<T>, list: T[]): Generator<T> {
  for (const one of some) {
    list.push(one)
    yield one
  }
}
