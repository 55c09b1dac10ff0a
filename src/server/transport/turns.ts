import { performance } from 'node:perf_hooks'

/** Somebody with work that can be done piece by piece. */
export interface TurnTaker {
  /** Whose turn it takes: a client has one, however many connections. */
  readonly client: string
  /** Does pieces of its work until there are no more, or the turn is over. */
  turn(time: TurnTime): void
}

/** How much of a turn is left. */
export interface TurnTime {
  /** Asked after each piece. */
  readonly isOver: () => boolean
}

/** Milliseconds of a client before the next one has its turn, and of all before the sockets are read again. */
const TURN_MS = 1
const ROUND_MS = 2

/** Milliseconds between two rounds in which connections that come are taken before any turn. */
const WELCOME_MS = 2

/** Who waits for a turn. However much one client sends, on however many connections, the others and UDP are served in between. */
export class ConnectionTurns implements TurnTime {
  /** By client, the next one first; the next connection of each first. */
  readonly #waiting = new Map<string, Set<TurnTaker>>()
  readonly #now: () => number
  #scheduled = false
  #turnEnd = 0
  #roundEnd = Number.NEGATIVE_INFINITY
  #welcomed = false

  /** `now`: milliseconds, monotonic. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  add(one: TurnTaker): void {
    const own = this.#waiting.get(one.client)
    if (own === undefined) this.#waiting.set(one.client, new Set([one]))
    else own.add(one)
    this.#schedule()
  }

  remove(one: TurnTaker): void {
    this.#waiting.get(one.client)?.delete(one)
  }

  /**
   * A connection came. The system hands out one at a time, each time that sockets are looked at: with a round in between,
   * whoever opens a few hundred a second kept all others waiting to be accepted.
   */
  welcomed(): void {
    this.#welcomed = true
  }

  readonly isOver = (): boolean => this.#now() >= this.#turnEnd

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => this.#round())
  }

  #round(): void {
    this.#scheduled = false
    let now = this.#now()
    if (this.#isForOthers(now)) {
      this.#schedule()
      return
    }
    const end = now + ROUND_MS
    for (const [client, own] of this.#waiting) {
      if (now >= end) break
      this.#turnEnd = Math.min(now + TURN_MS, end)
      now = this.#turnOf(own, now)
      // The others have theirs before it has another.
      this.#waiting.delete(client)
      if (own.size > 0) this.#waiting.set(client, own)
    }
    this.#roundEnd = now
    if (this.#waiting.size > 0) this.#schedule()
  }

  /** More may wait to be accepted. */
  #isForOthers(now: number): boolean {
    const came = this.#welcomed
    this.#welcomed = false
    return came && now < this.#roundEnd + WELCOME_MS
  }

  /** One client's, at least for one of its connections; returns when it was over. */
  #turnOf(own: Set<TurnTaker>, began: number): number {
    let now = began
    for (const one of own) {
      own.delete(one)
      one.turn(this)
      now = this.#now()
      if (now >= this.#turnEnd) break
    }
    return now
  }
}
