import { bytesOf } from '../changes/index.ts'
import type { Budget } from './budget.ts'
import type { ObjectProblem } from './narrow.ts'
import type { ReflectorListener } from './reflector-listener.ts'

/** Objects of which it is told what is wrong with them; of more, that says no more. */
const MOST_UNREADABLE = 100

/** Its words are here, on their way, and where they are told. */
const TIMES_KEPT = 3

/** What one reflector cannot read, or only in part: as much of its cluster's as what can be. */
export class UnreadableObjects {
  readonly #budget: Budget
  readonly #part: string
  readonly #report: ReflectorListener['unreadable']
  readonly #bytes = new Map<string, number>()

  constructor(budget: Budget, part: string, report: ReflectorListener['unreadable']) {
    this.#budget = budget
    this.#part = part
    this.#report = report
  }

  /** null: it can be read. Throws as the budget does, and then tells nothing of what would go beyond it. */
  note(key: string, fault: ObjectProblem | null): void {
    const before = this.#bytes.get(key)
    if (before === undefined && (fault === null || this.#bytes.size >= MOST_UNREADABLE)) return
    const bytes = fault === null ? 0 : TIMES_KEPT * bytesOf([key, fault.problem])
    this.#budget.unreadable(this.#part, bytes - (before ?? 0))
    if (fault === null) this.#bytes.delete(key)
    else this.#bytes.set(key, bytes)
    this.#report(key, fault)
  }

  /** All but these can be read, or are gone. */
  retain(has: (key: string) => boolean): void {
    for (const key of [...this.#bytes.keys()]) if (!has(key)) this.note(key, null)
  }
}
