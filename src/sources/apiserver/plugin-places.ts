/** Programs that run for objects at a time on a thread, however long others wait: each takes memory of this container. */
export const PLACES = 4

/** One of them is for programs that are known to end, and another for all but those that failed. */
const MOST_UNKNOWN = PLACES - 1
const MOST_FAILING = PLACES - 2

/** How the program of one kubeconfig went last. */
export type Rank = 'known' | 'untried' | 'failing'

const RANKS: readonly Rank[] = ['known', 'untried', 'failing']

/** Whoever wants its program run. */
export interface Runner {
  readonly rank: Rank
  /** Those with equal ones take their turns as one, as programs do that ask about the same region. */
  readonly party: string
  /** How often its program has failed running. */
  readonly failures: number
  /** Since when it waits, over any number of tries; it keeps that until its program has run. */
  readonly ticket: number
}

/** How long the first run of a program may take, and the double with each try: so the line goes on, in which many may wait. */
const FIRST_MS = 5_000
/** While many wait already, it is less. */
const LEAST_MS = 3_000
const LINE_MS = 120_000

interface Waiting {
  readonly runner: Runner
  readonly enter: () => void
}

/**
 * The places for programs of objects. Those that went well last have their turn first, those that failed last; among equals
 * parties take turns, and within one whoever waits longest.
 */
export class PluginPlaces {
  readonly #waiting = new Set<Waiting>()
  readonly #running: Record<Rank, number> = { known: 0, untried: 0, failing: 0 }
  /** When each party had its last turn; those that had one longest ago are forgotten. */
  readonly #turns = new Map<string, number>()
  #turn = 0

  /** Runs it in a place, with the time that it may take; waits for one until the signal is aborted. */
  async run<T>(
    runner: Runner,
    mostMs: number,
    signal: AbortSignal,
    work: (ms: number) => Promise<T>,
  ): Promise<T> {
    await this.#place(runner, signal)
    try {
      return await work(this.#timeFor(runner, mostMs))
    } finally {
      this.#running[runner.rank]--
      this.#next()
    }
  }

  #timeFor({ failures }: Runner, mostMs: number): number {
    const turn = Math.min(FIRST_MS, Math.max(LEAST_MS, LINE_MS / (this.#waiting.size + 1)))
    return Math.min(mostMs, turn * 2 ** failures)
  }

  async #place(runner: Runner, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting: Waiting = { runner, enter: resolve }
    const leave = (): void => {
      if (this.#waiting.delete(waiting)) reject(signal.reason)
    }
    this.#waiting.add(waiting)
    signal.addEventListener('abort', leave)
    this.#next()
    try {
      await promise
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  #next(): void {
    for (let next = this.#whoseTurn(); next !== undefined; next = this.#whoseTurn()) {
      const { runner, enter } = next
      this.#waiting.delete(next)
      this.#running[runner.rank]++
      this.#noteTurn(runner.party)
      enter()
    }
  }

  #whoseTurn(): Waiting | undefined {
    for (const rank of RANKS) {
      let first: Waiting | undefined
      for (const one of this.#hasPlaceFor(rank) ? this.#waiting : [])
        if (one.runner.rank === rank && (first === undefined || this.#isBefore(one, first))) first = one
      if (first !== undefined) return first
    }
    return undefined
  }

  #hasPlaceFor(rank: Rank): boolean {
    const { known, untried, failing } = this.#running
    if (known + untried + failing >= PLACES) return false
    return (
      rank === 'known' || (untried + failing < MOST_UNKNOWN && (rank !== 'failing' || failing < MOST_FAILING))
    )
  }

  #isBefore({ runner: one }: Waiting, { runner: other }: Waiting): boolean {
    const [turn, others] = [one, other].map(({ party }) => this.#turns.get(party) ?? 0)
    return turn === others ? one.ticket < other.ticket : (turn ?? 0) < (others ?? 0)
  }

  #noteTurn(party: string): void {
    this.#turns.delete(party)
    this.#turns.set(party, ++this.#turn)
    const [oldest] = this.#turns.keys()
    if (this.#turns.size > MOST_PARTIES && oldest !== undefined) this.#turns.delete(oldest)
  }
}

const MOST_PARTIES = 1_000
