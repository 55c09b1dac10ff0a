/** Whose turn is how often. */
export interface TurnRules {
  /** The party that has every other turn, and a place that no other takes; null: all are alike. */
  readonly first: string | null
  /** How many are taken at a time. */
  readonly places: number
}

/**
 * Keys that are ready, each once, in a lane for each party that wants it looked at. Lanes take turns, so that one with
 * thousands of keys keeps the next of another waiting for as long as a key of its own; no lane but the first takes more
 * than half of the places.
 */
export class KeyTurns<K> {
  readonly #rules: TurnRules
  /** The one whose turn was longest ago is first; none is empty. */
  readonly #lanes = new Map<string, Set<K>>()
  readonly #parties = new Map<K, readonly string[]>()
  readonly #taken = new Map<K, string>()
  #wasFirst = false

  constructor(rules: TurnRules) {
    this.#rules = rules
  }

  has(key: K): boolean {
    return this.#parties.has(key)
  }

  /** It is taken once, in whichever of these lanes has a turn first. */
  add(key: K, parties: readonly string[]): void {
    this.#parties.set(key, [...new Set([...(this.#parties.get(key) ?? []), ...parties])])
    for (const party of parties) {
      const lane = this.#lanes.get(party)
      if (lane === undefined) this.#lanes.set(party, new Set([key]))
      else lane.add(key)
    }
  }

  /** Whether `take` has one. */
  get isReady(): boolean {
    return this.#next() !== undefined
  }

  /** The next, which has its place until it is `ended`. */
  take(): K | undefined {
    const party = this.#next()
    const lane = party === undefined ? undefined : this.#lanes.get(party)
    if (party === undefined || lane === undefined) return undefined
    const [key] = lane
    if (key === undefined) return undefined
    this.#wasFirst = party === this.#rules.first
    this.#taken.set(key, party)
    for (const each of this.#parties.get(key) ?? []) this.#drop(key, each)
    this.#parties.delete(key)
    if (this.#lanes.delete(party) && lane.size > 0) this.#lanes.set(party, lane)
    return key
  }

  ended(key: K): void {
    this.#taken.delete(key)
  }

  clear(): void {
    for (const all of [this.#lanes, this.#parties, this.#taken]) all.clear()
  }

  #drop(key: K, party: string): void {
    const lane = this.#lanes.get(party)
    lane?.delete(key)
    if (lane?.size === 0) this.#lanes.delete(party)
  }

  #next(): string | undefined {
    const { first } = this.#rules
    const own = first !== null && this.#lanes.has(first) ? first : undefined
    if (own !== undefined && !this.#wasFirst) return own
    return this.#nextOther() ?? own
  }

  #nextOther(): string | undefined {
    const { first, places } = this.#rules
    const taken = [...this.#taken.values()].filter((party) => party !== first)
    if (first !== null && taken.length >= Math.max(1, places - 1)) return undefined
    const most = first === null ? places : Math.max(1, Math.floor(places / 2))
    for (const party of this.#lanes.keys())
      if (party !== first && taken.filter((one) => one === party).length < most) return party
    return undefined
  }
}
