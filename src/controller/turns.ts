/** Whose turn is how often. */
export interface TurnRules<K> {
  /** The party that has every other turn, and a place that no other takes; null: all are alike. */
  readonly first: string | null
  /** How many are taken at a time. */
  readonly places: number
  /** The namespace of a key: those of a party take turns too. */
  readonly partOf: (key: K) => string
}

interface Turn<K> {
  readonly party: string
  readonly lane: Lane<K>
  readonly key: K
}

/**
 * Keys that are ready, each once, in a lane for each party that wants it looked at. Lanes take turns, so that one with
 * thousands of keys keeps the next of another waiting for as long as a key of its own; no lane but the first takes more
 * than half of the places. Within a lane namespaces take turns in the same way, and none takes the last place.
 */
export class KeyTurns<K> {
  readonly #rules: TurnRules<K>
  /** The one whose turn was longest ago is first; none is empty. */
  readonly #lanes = new Map<string, Lane<K>>()
  readonly #parties = new Map<K, readonly string[]>()
  readonly #taken = new Map<K, string>()
  #wasFirst = false

  constructor(rules: TurnRules<K>) {
    this.#rules = rules
  }

  has(key: K): boolean {
    return this.#parties.has(key)
  }

  /** It is taken once, in whichever of these lanes has a turn first. */
  add(key: K, parties: readonly string[]): void {
    this.#parties.set(key, [...new Set([...(this.#parties.get(key) ?? []), ...parties])])
    const part = this.#rules.partOf(key)
    for (const party of parties) {
      const lane = this.#lanes.get(party) ?? new Lane()
      this.#lanes.set(party, lane)
      lane.add(part, key)
    }
  }

  /** Whether `take` has one. */
  get isReady(): boolean {
    return this.#next() !== undefined
  }

  /** The next, which has its place until it is `ended`. */
  take(): K | undefined {
    const next = this.#next()
    if (next === undefined) return undefined
    const { party, lane, key } = next
    const part = this.#rules.partOf(key)
    this.#wasFirst = party === this.#rules.first
    this.#taken.set(key, party)
    lane.passOn(part)
    if (this.#lanes.delete(party)) this.#lanes.set(party, lane)
    for (const each of this.#parties.get(key) ?? []) this.#drop(part, key, each)
    this.#parties.delete(key)
    return key
  }

  ended(key: K): void {
    this.#taken.delete(key)
  }

  clear(): void {
    for (const all of [this.#lanes, this.#parties, this.#taken]) all.clear()
  }

  #drop(part: string, key: K, party: string): void {
    const lane = this.#lanes.get(party)
    lane?.drop(part, key)
    if (lane?.isEmpty === true) this.#lanes.delete(party)
  }

  #next(): Turn<K> | undefined {
    const { first } = this.#rules
    const own = first === null ? undefined : this.#nextOf(first)
    if (own !== undefined && !this.#wasFirst) return own
    return this.#nextOther() ?? own
  }

  #nextOther(): Turn<K> | undefined {
    const { first, places } = this.#rules
    const taken = [...this.#taken.values()].filter((party) => party !== first)
    if (first !== null && taken.length >= Math.max(1, places - 1)) return undefined
    const most = first === null ? places : Math.max(1, Math.floor(places / 2))
    for (const party of this.#lanes.keys()) {
      const isFull = party === first || taken.filter((one) => one === party).length >= most
      const turn = isFull ? undefined : this.#nextOf(party)
      if (turn !== undefined) return turn
    }
    return undefined
  }

  #nextOf(party: string): Turn<K> | undefined {
    const lane = this.#lanes.get(party)
    const key = lane?.next((part) => this.#isFull(party, part))
    return lane === undefined || key === undefined ? undefined : { party, lane, key }
  }

  /** Whether a party's namespace has all places but one, where there are several. */
  #isFull(party: string, part: string): boolean {
    const { places, partOf } = this.#rules
    if (places < 2 || this.#taken.size < places - 1) return false
    const own = [...this.#taken].filter(([key, taker]) => taker === party && partOf(key) === part)
    return own.length >= places - 1
  }
}

/** Keys of one party by namespace; the namespace whose turn was longest ago is first, and none is empty. */
class Lane<K> {
  readonly #parts = new Map<string, Set<K>>()

  get isEmpty(): boolean {
    return this.#parts.size === 0
  }

  add(part: string, key: K): void {
    const keys = this.#parts.get(part)
    if (keys === undefined) this.#parts.set(part, new Set([key]))
    else keys.add(key)
  }

  drop(part: string, key: K): void {
    const keys = this.#parts.get(part)
    keys?.delete(key)
    if (keys?.size === 0) this.#parts.delete(part)
  }

  /** The oldest key of the namespace whose turn it is. */
  next(isFull: (part: string) => boolean): K | undefined {
    for (const [part, keys] of this.#parts) {
      const [key] = keys
      if (key !== undefined && !isFull(part)) return key
    }
    return undefined
  }

  /** Its turn was just now. */
  passOn(part: string): void {
    const keys = this.#parts.get(part)
    if (keys !== undefined && this.#parts.delete(part)) this.#parts.set(part, keys)
  }
}
