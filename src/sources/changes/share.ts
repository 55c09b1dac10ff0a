/** What one party may work before others have their turn, in milliseconds: a piece that has begun is ended. */
const TURN_MS = 4

/** A piece that took longer than this is followed by a rest as long as itself. */
const LONG_MS = 50

const LONGEST_REST_MS = 1000

/**
 * After such a piece no other party of that sort goes on for as long, at most so many milliseconds: several that each
 * rest while the others work would leave nothing of the thread to those that need little of it.
 */
const LONGEST_GAP_MS = 100

/** For so long a party that did such a piece is one of those. */
const REMEMBERED_MS = 10_000

/** In so long, what a party has worked counts half. */
const HALVED_MS = 1000

export interface Clock {
  /** Milliseconds, monotonic. */
  readonly now: () => number
  /** When all that has happened has been told: sockets, files, other threads. */
  readonly later: (then: () => void) => void
  readonly after: (ms: number, then: () => void) => void
}

const CLOCK: Clock = {
  now: () => performance.now(),
  later: (then) => void setImmediate(then),
  after: (ms, then) => void setTimeout(then, ms),
}

/**
 * The time of a thread. Between two turns it looks at sockets, files and other threads; in each turn whoever has worked
 * little goes on at once, and of those that have used theirs up one: whoever worked least of late.
 */
export class ThreadTime {
  readonly clock: Clock
  /** Those that have used their turn up, in the order in which they came. */
  readonly #waiting = new Set<TimeShare>()
  /** Until then nobody goes on who works in long pieces. */
  gapUntil = Number.NEGATIVE_INFINITY
  #turn = 0
  #ends = false
  #sleeps = false

  constructor(clock: Clock = CLOCK) {
    this.clock = clock
  }

  /** Which turn it is: another one once all that happens meanwhile has been told. */
  get turn(): number {
    this.#endLater()
    return this.#turn
  }

  await(share: TimeShare): void {
    this.#waiting.add(share)
    this.#goOn()
  }

  #goOn(): void {
    const rests = Array.from(this.#waiting, (share) => share.restsUntil - this.clock.now())
    if (rests.some((ms) => ms <= 0)) this.#endLater()
    else if (rests.length > 0 && !this.#sleeps) this.#sleep(Math.min(...rests))
  }

  #endLater(): void {
    if (this.#ends) return
    this.#ends = true
    this.clock.later(() => this.#end())
  }

  #sleep(ms: number): void {
    this.#sleeps = true
    this.clock.after(ms, () => {
      this.#sleeps = false
      this.#goOn()
    })
  }

  #leastWorked(now: number): TimeShare | undefined {
    let least: TimeShare | undefined
    for (const share of this.#waiting) {
      if (share.restsUntil > now) continue
      if (least === undefined || share.workedMs(now) < least.workedMs(now)) least = share
    }
    return least
  }

  #end(): void {
    this.#ends = false
    this.#turn += 1
    const now = this.clock.now()
    const next = this.#leastWorked(now)
    if (next !== undefined) this.#waiting.delete(next)
    try {
      next?.goOn()
    } finally {
      this.#goOn()
    }
  }
}

/** The time of this thread. */
const HERE = new ThreadTime()

/**
 * One party's share of a thread's time, such as a cluster's: however much it has to be worked on, others' turns come in
 * between.
 */
export class TimeShare {
  readonly #time: ThreadTime
  readonly #waiters: (() => void)[] = []
  /** The turn that it worked in last, and whether that was given to it because it waited. */
  #turn = -1
  #isGiven = false
  #spentMs = 0
  #restsUntil = Number.NEGATIVE_INFINITY
  /** When it last did a long piece. */
  #longAt = Number.NEGATIVE_INFINITY
  #worked = { ms: 0, at: 0 }

  constructor(time: ThreadTime = HERE) {
    this.#time = time
  }

  /** On the thread's clock. */
  get restsUntil(): number {
    const { clock, gapUntil } = this.#time
    const isLong = clock.now() - this.#longAt < REMEMBERED_MS
    return isLong ? Math.max(this.#restsUntil, gapUntil) : this.#restsUntil
  }

  /** What it has worked: the longer ago, the less that counts. */
  workedMs(now: number): number {
    return this.#worked.ms * 0.5 ** ((now - this.#worked.at) / HALVED_MS)
  }

  /** Whether its work may go on at once. */
  get isFree(): boolean {
    if (this.restsUntil > this.#time.clock.now()) return false
    const isSame = this.#turn === this.#time.turn
    if (this.#waiters.length > 0 && !(isSame && this.#isGiven)) return false
    return !isSame || this.#spentMs < TURN_MS
  }

  /** Does a piece of its work at its cost. */
  spend<T>(work: () => T): T {
    const { now } = this.#time.clock
    const begun = now()
    try {
      return work()
    } finally {
      this.#charge(begun, now())
    }
  }

  /** The same of a piece that waits for nothing but itself. */
  async spendWhole<T>(work: () => Promise<T>): Promise<T> {
    const { now } = this.#time.clock
    const begun = now()
    try {
      return await work()
    } finally {
      this.#charge(begun, now())
    }
  }

  /** Does work when its turn comes, which is not at once. */
  next(work: () => void): void {
    this.#waiters.push(work)
    this.#time.await(this)
  }

  /** undefined: its work may go on at once. Else resolves when its turn comes. */
  turn(): Promise<void> | undefined {
    return this.isFree ? undefined : new Promise<void>((resolve) => this.next(resolve))
  }

  /** Does a piece of its work as soon as it may. */
  async do<T>(work: () => T): Promise<T> {
    await this.turn()
    return this.spend(work)
  }

  /** Its turn has come: for whoever waits longest. */
  goOn(): void {
    const first = this.#waiters.shift()
    if (this.#waiters.length > 0) this.#time.await(this)
    this.#begin(this.#time.turn, true)
    first?.()
  }

  #begin(turn: number, isGiven: boolean): void {
    this.#turn = turn
    this.#isGiven = isGiven
    this.#spentMs = 0
  }

  #charge(begun: number, ended: number): void {
    const { turn } = this.#time
    if (turn !== this.#turn) this.#begin(turn, false)
    const ms = ended - begun
    this.#spentMs += ms
    this.#worked = { ms: this.workedMs(ended) + ms, at: ended }
    if (ms <= LONG_MS) return
    this.#longAt = ended
    this.#restsUntil = ended + Math.min(LONGEST_REST_MS, ms)
    this.#time.gapUntil = ended + Math.min(LONGEST_GAP_MS, ms)
  }
}
