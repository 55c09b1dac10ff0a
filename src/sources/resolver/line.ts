import type { Party } from './types.ts'

/** Whose turn it is. `isBeyond`: beyond the places that its party has. */
interface Turn {
  readonly party: Party
  readonly isBeyond: boolean
}

/**
 * Runs so many at a time; the others stand in line, nobody twice. Parties take turns: the next is of the one that has
 * the fewest running. No party has more running than it leaves places free, so that one alone never has more than half
 * of them; and whoever has none running begins at once, even beyond their number: none waits until another's long
 * ones are over. Parts of a party take turns in the same way, and one that has none running begins at once too, of
 * each party up to half the places. `run` must not reject.
 */
export class FairQueue<T> {
  readonly #places: number
  readonly #run: (one: T) => Promise<void>
  /** By party and part; the one whose turn was longest ago is first. */
  readonly #waiting = new Map<string, Map<string, Set<T>>>()
  readonly #parties = new Map<T, readonly Party[]>()
  /** By party those within the places, and those beyond. */
  readonly #within = new Counts()
  readonly #beyond = new Counts()
  readonly #byPart = new Counts()
  #all = 0

  constructor(places: number, run: (one: T) => Promise<void>) {
    this.#places = places
    this.#run = run
  }

  /** It is run once, whichever of its parties has a turn first. */
  join(one: T, parties: readonly Party[]): void {
    this.leave(one)
    this.#parties.set(one, parties)
    for (const { name, part } of parties) {
      const parts = this.#waiting.get(name) ?? new Map<string, Set<T>>()
      this.#waiting.set(name, parts)
      parts.set(part, (parts.get(part) ?? new Set()).add(one))
    }
    this.#next()
  }

  leave(one: T): void {
    for (const { name, part } of this.#parties.get(one) ?? []) {
      const parts = this.#waiting.get(name)
      const waiting = parts?.get(part)
      waiting?.delete(one)
      if (waiting?.size === 0) parts?.delete(part)
      if (parts?.size === 0) this.#waiting.delete(name)
    }
    this.#parties.delete(one)
  }

  #next(): void {
    for (let turn = this.#whoseTurn(); turn !== undefined; turn = this.#whoseTurn()) {
      const { name, part } = turn.party
      const parts = this.#waiting.get(name)
      const waiting = parts?.get(part)
      const one = waiting?.values().next()
      if (parts === undefined || waiting === undefined || one?.done !== false) return
      toEnd(this.#waiting, name, parts)
      toEnd(parts, part, waiting)
      this.leave(one.value)
      this.#begin(one.value, turn)
    }
  }

  #begin(one: T, { party, isBeyond }: Turn): void {
    const count = (by: 1 | -1): void => {
      if (!isBeyond) this.#all += by
      const counts = isBeyond ? this.#beyond : this.#within
      counts.add(party.name, by)
      this.#byPart.add(idOf(party), by)
    }
    count(1)
    void this.#run(one).finally(() => {
      count(-1)
      this.#next()
    })
  }

  #whoseTurn(): Turn | undefined {
    const free = Math.max(1, this.#places - this.#all)
    const name = leastOf(this.#waiting.keys(), free, (one) => this.#within.of(one))
    if (name !== undefined) {
      const part = this.#partOf(name, Number.POSITIVE_INFINITY)
      return part === undefined ? undefined : { party: { name, part }, isBeyond: false }
    }
    for (const other of this.#waiting.keys()) {
      const part = this.#beyond.of(other) < this.#places / 2 ? this.#partOf(other, 1) : undefined
      if (part !== undefined) return { party: { name: other, part }, isBeyond: true }
    }
    return undefined
  }

  /** Of the parts of a party that wait, the one that has the fewest running, fewer than so many. */
  #partOf(name: string, most: number): string | undefined {
    const parts = this.#waiting.get(name)?.keys() ?? []
    return leastOf(parts, most, (part) => this.#byPart.of(idOf({ name, part })))
  }
}

const idOf = ({ name, part }: Party): string => `${part} ${name}`

const toEnd = <V>(all: Map<string, V>, key: string, value: V): void => {
  all.delete(key)
  all.set(key, value)
}

/** The first of those that have the fewest, if that is fewer than `most`. */
function leastOf(all: Iterable<string>, most: number, countOf: (one: string) => number): string | undefined {
  let least: string | undefined
  let fewest = most
  for (const one of all) {
    const count = countOf(one)
    if (count < fewest) {
      fewest = count
      least = one
    }
    if (count === 0) break
  }
  return least
}

/** How many each has of something; of none nothing is kept. */
class Counts {
  readonly #all = new Map<string, number>()

  of(one: string): number {
    return this.#all.get(one) ?? 0
  }

  add(one: string, by: 1 | -1): void {
    const now = this.of(one) + by
    if (now === 0) this.#all.delete(one)
    else this.#all.set(one, now)
  }
}
