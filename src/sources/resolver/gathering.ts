import type { Name } from '../../values/dns/index.ts'

/** Answers come one by one, and each time that some are told there is work for whoever reads them. */
const GATHER_MS = 50

/** A party's changes may take one part in so many of the time. */
const PART = 20

interface Party {
  names: Set<Name>
  /** When its next changes may be told. */
  from: number
}

/**
 * Names of which something else is known than before, told several at a time. Each party's wait until what the telling
 * of its last ones took is a small part of the time since: the names of one that never stop changing are told seldom,
 * and those of others as soon as ever.
 */
export class Gathering {
  readonly #report: (names: ReadonlySet<Name>) => void
  readonly #parties = new Map<string, Party>()
  #timer: NodeJS.Timeout | undefined
  #at = Number.POSITIVE_INFINITY

  constructor(report: (names: ReadonlySet<Name>) => void) {
    this.#report = report
  }

  add(party: string, name: Name, after = GATHER_MS): void {
    const known = this.#parties.get(party) ?? { names: new Set(), from: 0 }
    this.#parties.set(party, known)
    known.names.add(name)
    this.#wakeAt(Math.max(known.from, performance.now() + after))
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
    const due = [...this.#parties].filter(([, { from }]) => from <= begun)
    const names = new Set(due.flatMap(([, party]) => [...party.names]))
    this.#report(names)
    const ended = performance.now()
    for (const [id, party] of due) {
      if (party.names.size === 0) this.#parties.delete(id)
      else party.from = ended + (PART * (ended - begun) * party.names.size) / names.size
      party.names = new Set()
    }
    for (const { names, from } of this.#parties.values()) if (names.size > 0) this.#wakeAt(from)
  }
}
