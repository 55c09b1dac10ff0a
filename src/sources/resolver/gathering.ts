import type { Name } from '../../values/dns/index.ts'
import type { Party } from './types.ts'

/** Answers come one by one, and each time that some are told there is work for whoever reads them. */
const GATHER_MS = 50

/** A party's changes may take one part in so many of the time. */
const PART = 20

interface Told {
  /** By its parts, those of which something is to be told. */
  readonly waiting: Map<string, Set<Name>>
  /** The parts of which something was told since it rests. */
  readonly told: Set<string>
  /** Until when it rests. */
  from: number
}

/**
 * Names of which something else is known than before, told several at a time. A party rests until what the telling of its
 * names took is a small part of the time since: the names of one that never stop changing are told seldom, and those of
 * others as soon as ever. While it rests each of its parts of which nothing was told yet is told of once, and it rests for
 * that too: a part that never stops changing has no other one wait for it.
 */
export class Gathering {
  readonly #report: (names: ReadonlySet<Name>) => void
  readonly #parties = new Map<string, Told>()
  #timer: NodeJS.Timeout | undefined
  #at = Number.POSITIVE_INFINITY

  constructor(report: (names: ReadonlySet<Name>) => void) {
    this.#report = report
  }

  add({ name: id, part }: Party, name: Name, after = GATHER_MS): void {
    const party = this.#parties.get(id) ?? { waiting: new Map(), told: new Set(), from: 0 }
    this.#parties.set(id, party)
    const names = party.waiting.get(part) ?? new Set()
    party.waiting.set(part, names.add(name))
    this.#wakeAt(Math.max(party.told.has(part) ? party.from : 0, performance.now() + after))
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#parties.clear()
  }

  #wakeAt(time: number): void {
    if (this.#at <= time) return
    this.#at = time
    clearTimeout(this.#timer)
    this.#timer = setTimeout(
      () => this.#reportDue(),
      Math.max(0, Math.ceil(time - performance.now())),
    ).unref()
  }

  #reportDue(): void {
    this.#at = Number.POSITIVE_INFINITY
    const begun = performance.now()
    for (const [id, party] of this.#parties) {
      if (party.from > begun) continue
      party.told.clear()
      if (party.waiting.size === 0) this.#parties.delete(id)
    }
    const due = Array.from(this.#parties.values(), (party) => ({ party, names: takenFrom(party) }))
    const all = new Set(due.flatMap(({ names }) => names))
    this.#report(all)
    const ended = performance.now()
    for (const { party, names } of due)
      if (names.length > 0)
        party.from = Math.max(party.from, ended) + (PART * (ended - begun) * names.length) / all.size
    for (const { waiting, from } of this.#parties.values()) if (waiting.size > 0) this.#wakeAt(from)
  }
}

/** What may be told of a party now. */
function takenFrom({ waiting, told }: Told): readonly Name[] {
  const taken: Name[] = []
  for (const [part, names] of waiting) {
    if (told.has(part)) continue
    told.add(part)
    waiting.delete(part)
    taken.push(...names)
  }
  return taken
}
