import { doubled, type Pauses } from '../words/threads/index.ts'

/** What is kept of a key that was taken. */
interface Taken {
  /** Whose turn it was. */
  readonly parties: readonly string[]
  readonly changers: ReadonlyMap<string, { readonly times: number; readonly at: number }>
  readonly at: number
}

/** Two changes at once are nothing special: an object and its status. */
const FREE = 2

/** For so long after a change a further look is for what came of it. */
const FRESH_MS = 5_000

/** After this long nobody knows any more who it was. */
const KEPT_MS = 30_000

/**
 * Who had a key looked at of late, and how often: who changes it again and again waits longer each time, until it has
 * been still. Times in milliseconds of any clock that only goes forward.
 */
export class Insistence<K> {
  readonly #again: Pauses
  readonly #taken = new Map<K, Taken>()
  #sweptAt = 0

  constructor(again: Pauses) {
    this.#again = again
  }

  /** Whose turn a look is that comes of a write: of those who changed it just now. */
  partiesOf(key: K, now: number): readonly string[] | undefined {
    const taken = this.#taken.get(key)
    if (taken === undefined) return undefined
    const fresh = [...taken.changers].filter(([, { at }]) => now - at < FRESH_MS).map(([party]) => party)
    return fresh.length > 0 ? fresh : taken.parties
  }

  /** How long until it may be looked at for one of these. */
  waitOf(key: K, parties: readonly string[], now: number): number {
    const taken = this.#taken.get(key)
    if (taken === undefined || this.#isStill(taken, now)) return 0
    const waits = parties.map((party) => {
      const times = taken.changers.get(party)?.times ?? 0
      return times < FREE ? 0 : taken.at + doubled(this.#again, times - FREE) - now
    })
    return Math.max(0, Math.min(...waits))
  }

  /** `anew`: they changed it; else it is looked at again for what came of that. */
  took(key: K, parties: readonly string[], anew: boolean, now: number): void {
    this.#sweep(now)
    const taken = this.#taken.get(key)
    const changers = new Map(taken === undefined || this.#isStill(taken, now) ? [] : taken.changers)
    if (anew)
      for (const party of parties)
        changers.set(party, { times: (changers.get(party)?.times ?? 0) + 1, at: now })
    this.#taken.set(key, { parties, changers, at: now })
  }

  clear(): void {
    this.#taken.clear()
  }

  #isStill({ at }: Taken, now: number): boolean {
    const [, mostMs] = this.#again
    return now - at > 2 * mostMs
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < KEPT_MS) return
    this.#sweptAt = now
    for (const [key, { at }] of this.#taken) if (now - at > KEPT_MS) this.#taken.delete(key)
  }
}
