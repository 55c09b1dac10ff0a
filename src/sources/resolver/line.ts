/**
 * Runs so many at a time; the others stand in line, nobody twice. Parties take turns: the next is of the one that has
 * the fewest running. No party has more running than it leaves places free, so that one alone never has more than half
 * of them; and whoever has none running begins at once, even beyond their number: none waits until another's long
 * ones are over. `run` must not reject.
 */
export class FairQueue<T> {
  readonly #places: number
  readonly #run: (one: T) => Promise<void>
  /** By party; the one whose turn was longest ago is first. */
  readonly #waiting = new Map<string, Set<T>>()
  readonly #parties = new Map<T, readonly string[]>()
  readonly #running = new Map<string, number>()
  #all = 0

  constructor(places: number, run: (one: T) => Promise<void>) {
    this.#places = places
    this.#run = run
  }

  /** It is run once, whichever of its parties has a turn first. */
  join(one: T, parties: readonly string[]): void {
    this.leave(one)
    this.#parties.set(one, parties)
    for (const party of parties) {
      const waiting = this.#waiting.get(party)
      if (waiting === undefined) this.#waiting.set(party, new Set([one]))
      else waiting.add(one)
    }
    this.#next()
  }

  leave(one: T): void {
    for (const party of this.#parties.get(one) ?? []) {
      const waiting = this.#waiting.get(party)
      waiting?.delete(one)
      if (waiting?.size === 0) this.#waiting.delete(party)
    }
    this.#parties.delete(one)
  }

  #next(): void {
    while (true) {
      const party = this.#whoseTurn()
      const waiting = party === undefined ? undefined : this.#waiting.get(party)
      if (party === undefined || waiting === undefined) return
      this.#waiting.delete(party)
      this.#waiting.set(party, waiting)
      for (const one of waiting) {
        this.leave(one)
        this.#begin(one, party)
        break
      }
    }
  }

  #begin(one: T, party: string): void {
    this.#count(party, 1)
    void this.#run(one).finally(() => {
      this.#count(party, -1)
      this.#next()
    })
  }

  #whoseTurn(): string | undefined {
    let turn: string | undefined
    let fewest = Math.max(1, this.#places - this.#all)
    for (const party of this.#waiting.keys()) {
      const running = this.#running.get(party) ?? 0
      if (running < fewest) {
        fewest = running
        turn = party
      }
      if (running === 0) break
    }
    return turn
  }

  #count(party: string, by: 1 | -1): void {
    this.#all += by
    const running = (this.#running.get(party) ?? 0) + by
    if (running === 0) this.#running.delete(party)
    else this.#running.set(party, running)
  }
}
