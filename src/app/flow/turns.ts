import { TimeShare } from '../../sources/changes/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import { type DirtyBatch, type DirtyKeys, TURN_MS } from './dirty.ts'

/** What derives services of the cluster, as many as it takes of these. */
type Derive = (some: Iterable<ServiceKey>) => void

interface End {
  readonly batch: DirtyBatch
  readonly work: () => void
}

/**
 * Work of one cluster in short turns: between two of them everything else on this thread has its own, and of clusters that
 * have much of it one after the other. What the cluster says is taken in first, in order; the services that it makes dirty
 * are derived after it, so many in a turn, and its namespaces take turns. What comes when nothing waits is done at once,
 * unless the cluster had its turn just now.
 */
export class ClusterTurns {
  readonly #dirty: DirtyKeys
  readonly #derive: Derive
  readonly #share: TimeShare
  #waiting: (() => void)[] = []
  /** What is done after services that wait, in order. */
  #ends: End[] = []
  #isWorking = false
  #awaits = false
  #isStopped = false

  constructor(dirty: DirtyKeys, derive: Derive, share = new TimeShare()) {
    this.#dirty = dirty
    this.#derive = derive
    this.#share = share
    // Of whoever had the cluster before.
    this.#goOn()
  }

  /** Nothing waits. */
  get idle(): boolean {
    return this.#waiting.length === 0 && this.#ends.length === 0 && this.#dirty.isEmpty
  }

  /** Does work in order: something is taken in, and services are dirty by it. */
  take(...work: readonly (() => void)[]): void {
    const [first, ...rest] = work
    try {
      if (first !== undefined && this.#isFree) this.#do(first)
      else if (first !== undefined) this.#waiting.push(first)
    } finally {
      this.#waiting.push(...rest)
      this.#goOn()
    }
  }

  /** The same once what was taken in before is derived, whatever is said of it or of others meanwhile. */
  after(work: () => void): void {
    this.take(() => void this.#ends.push({ batch: this.#dirty.batch(), work }))
  }

  /** What waits to be taken in is not any more. What was taken in is derived all the same: it is in the view. */
  drop(): void {
    this.#waiting = []
    this.#ends = []
  }

  /** Derives nothing any more: whoever takes the cluster up next does. */
  stop(): void {
    this.drop()
    this.#isStopped = true
  }

  get #isFree(): boolean {
    return this.#isWorking ? this.#waiting.length === 0 : this.idle && this.#share.isFree
  }

  /** What comes of work while it is done is part of it. */
  #do(work: (() => void) | undefined): void {
    if (this.#isWorking) {
      work?.()
      return
    }
    this.#isWorking = true
    try {
      this.#share.spend(() => {
        try {
          work?.()
        } finally {
          this.#settle()
        }
      })
    } finally {
      this.#isWorking = false
    }
  }

  /** Derives what there is room for, and ends what waited for no more than that. */
  #settle(): void {
    if (this.#dirty.isNews || !this.#dirty.isEmpty) this.#derive(this.#dirty.taken())
    for (let [first] = this.#ends; first?.batch.left === 0; [first] = this.#ends) {
      this.#ends.shift()
      first.work()
    }
  }

  #goOn(): void {
    if (this.idle || this.#awaits || this.#isStopped) return
    this.#awaits = true
    this.#share.next(() => {
      this.#awaits = false
      if (this.#isStopped) return
      try {
        this.#do(this.#waiting.shift())
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

/** Changes that become one step of the world; a relist brings a cluster's whole share at once. */
export const MOST_A_TURN = 200

/** A list in pieces of at most so many, in order; an empty list is one empty piece. */
export const piecesOf = <T>(list: readonly T[], most: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.max(1, Math.ceil(list.length / most)) }, (_, i) =>
    list.slice(i * most, (i + 1) * most),
  )

/** The first of each list, then the second of each that has one, and so on. */
export function* oneOfEach<T>(lists: Iterable<readonly T[]>): Generator<T> {
  let left = [...lists]
  for (let at = 0; left.length > 0; at++) {
    left = left.filter(({ length }) => length > at)
    for (const list of left) yield* list.slice(at, at + 1)
  }
}

/** Each of some, noted as it is come to. */
export function* noted<T>(some: Iterable<T>, list: T[]): Generator<T> {
  for (const one of some) {
    list.push(one)
    yield one
  }
}
