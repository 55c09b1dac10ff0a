import { backoff, type Pauses } from '../words/threads/index.ts'
import { Insistence } from './insistence.ts'
import { KeyTurns, type TurnRules } from './turns.ts'

interface Waiting {
  /** When it was added first: what the age counts from. */
  readonly since: number
  /** Not before. */
  readonly due: number
  readonly cause: Cause
}

/** Why a key is looked at. */
export interface Cause {
  /** Whose turns it takes. */
  readonly parties: readonly string[]
  /** They changed it; else it is looked at for what came of that, or once at the beginning. */
  readonly anew: boolean
}

const NOBODY: Cause = { parties: [''], anew: false }

export interface QueueRules<K> extends TurnRules<K> {
  /** How long a key waits that is changed again and again. */
  readonly again: Pauses
}

const ALIKE: QueueRules<unknown> = {
  first: null,
  places: Number.POSITIVE_INFINITY,
  partOf: () => '',
  again: [0, 0],
}

interface Busy {
  readonly since: number
  readonly cause: Cause
}

/**
 * Keys that need another look, each once however often it is added: level-triggered. A key that is added while it is
 * looked at is looked at again; one that failed waits longer each time, unless it is added anew. Parties take turns, and
 * what one of them adds again and again waits longer for it. Bound by the keys that there are. Times in milliseconds of any clock that only goes forward.
 */
export class WorkQueue<K> {
  readonly #pauses: Pauses
  readonly #random: () => number
  readonly #ready = new Map<K, Waiting>()
  readonly #turns: KeyTurns<K>
  readonly #insistence: Insistence<K>
  readonly #first: string | null
  readonly #later = new Map<K, Waiting>()
  readonly #busy = new Map<K, Busy>()
  readonly #again = new Map<K, Cause>()
  readonly #failures = new Map<K, number>()
  /** No key of `#later` is due before. */
  #laterFrom = Number.POSITIVE_INFINITY

  constructor(pauses: Pauses, random: () => number, rules: QueueRules<K> = ALIKE) {
    this.#pauses = pauses
    this.#random = random
    this.#turns = new KeyTurns(rules)
    this.#insistence = new Insistence(rules.again)
    this.#first = rules.first
  }

  add(key: K, now: number, asked: Cause = NOBODY): void {
    const cause = asked.anew
      ? asked
      : { ...asked, parties: this.#insistence.partiesOf(key, now) ?? asked.parties }
    if (this.#busy.has(key)) {
      this.#again.set(key, both(this.#again.get(key), cause))
      return
    }
    const later = this.#later.get(key)
    const since = Math.min(now, later?.since ?? now)
    // Who is first waits for nobody, not even for itself.
    const isFirst = this.#first !== null && cause.parties.includes(this.#first)
    const wait = isFirst ? 0 : this.#insistence.waitOf(key, cause.parties, now)
    if (wait === 0) this.#makeReady(key, { since, due: now, cause: both(later?.cause, cause) }, cause.parties)
    else if (!this.#ready.has(key)) {
      const due = now + wait
      const isSooner = later?.cause.anew === true && later.due < due
      this.#postpone(key, { since, due: isSooner ? later.due : due, cause: both(later?.cause, cause) })
    }
  }

  #makeReady(key: K, waiting: Waiting, parties: readonly string[]): void {
    this.#later.delete(key)
    const before = this.#ready.get(key)
    const cause = both(before?.cause, waiting.cause)
    this.#ready.set(key, before === undefined ? waiting : { ...before, cause })
    this.#turns.add(key, parties)
  }

  /** The key of the party whose turn it is, of those that are due; it is busy until `done` or `failed`. */
  take(now: number): K | undefined {
    this.#ripen(now)
    const key = this.#turns.take()
    const waiting = key === undefined ? undefined : this.#ready.get(key)
    if (key === undefined || waiting === undefined) return undefined
    const { since, cause } = waiting
    this.#ready.delete(key)
    this.#busy.set(key, { since, cause })
    this.#insistence.took(key, cause.parties, cause.anew, now)
    return key
  }

  /** `lookAgainMs`: how soon it is due again though nobody adds it; null: not at all. */
  done(key: K, now: number, lookAgainMs: number | null = null): void {
    const { cause } = this.#end(key, now)
    this.#failures.delete(key)
    const due = now + (lookAgainMs ?? 0)
    if (lookAgainMs !== null) this.#postpone(key, { since: due, due, cause: { ...cause, anew: false } })
    this.#addAgain(key, now)
  }

  /** It is due again after a while; returns how long. `leastMs`: what the server asked for. */
  failed(key: K, now: number, leastMs = 0): number {
    const { since, cause } = this.#end(key, now)
    const failures = (this.#failures.get(key) ?? 0) + 1
    this.#failures.set(key, failures)
    const wait = Math.max(leastMs, backoff(this.#pauses, failures - 1, this.#random))
    this.#postpone(key, { since, due: now + wait, cause: { ...cause, anew: false } })
    this.#addAgain(key, now)
    return wait
  }

  /** It was not its fault: due at once, and as old as it was. */
  putBack(key: K, now: number): void {
    const { since, cause: before } = this.#end(key, now)
    const cause = both(this.#again.get(key), { ...before, anew: false })
    this.#again.delete(key)
    this.#makeReady(key, { since, due: now, cause }, cause.parties)
  }

  #end(key: K, now: number): Busy {
    const busy = this.#busy.get(key) ?? { since: now, cause: NOBODY }
    this.#busy.delete(key)
    this.#turns.ended(key)
    return busy
  }

  #addAgain(key: K, now: number): void {
    const cause = this.#again.get(key)
    if (cause === undefined) return
    this.#again.delete(key)
    this.add(key, now, cause)
  }

  #postpone(key: K, waiting: Waiting): void {
    this.#later.set(key, waiting)
    this.#laterFrom = Math.min(this.#laterFrom, waiting.due)
  }

  #ripen(now: number): void {
    if (now < this.#laterFrom) return
    this.#laterFrom = Number.POSITIVE_INFINITY
    for (const [key, waiting] of this.#later) {
      if (waiting.due > now) this.#laterFrom = Math.min(this.#laterFrom, waiting.due)
      else this.#makeReady(key, waiting, waiting.cause.parties)
    }
  }

  /** Nothing is known of before; whoever is still at a key does not say so any more. */
  clear(): void {
    for (const keys of [this.#ready, this.#later, this.#busy, this.#again, this.#failures]) keys.clear()
    this.#turns.clear()
    this.#insistence.clear()
    this.#laterFrom = Number.POSITIVE_INFINITY
  }

  /** Keys that wait for a look or have one now; not those that are merely due again some time. */
  depth(now: number): number {
    return [...this.#since()].filter((since) => since <= now).length
  }

  /** How many have failed and not succeeded since. */
  get failing(): number {
    return this.#failures.size
  }

  /** For how many milliseconds the oldest of them has waited; 0 when none does. */
  age(now: number): number {
    let oldest = now
    for (const since of this.#since()) oldest = Math.min(oldest, since)
    return now - oldest
  }

  *#since(): Generator<number> {
    for (const all of [this.#busy, this.#later, this.#ready])
      for (const { since } of all.values()) yield since
  }

  /** When to look for the next key; null: when one is added, or has ended. */
  nextDue(now: number): number | null {
    if (this.#turns.isReady) return now
    return this.#later.size === 0 ? null : this.#laterFrom
  }
}

/** Whoever changes a key has it looked at in their own turn, whoever else looks for what came of an earlier change. */
function both(before: Cause | undefined, now: Cause): Cause {
  if (before === undefined || before.anew !== now.anew) return before?.anew ? before : now
  return { parties: [...new Set([...before.parties, ...now.parties])], anew: now.anew }
}
