import type { ServiceKey } from '../kube/index.ts'
import { type Drawn, drawsOf, type Lot } from '../routing/index.ts'
import type { Snapshot } from '../zone/index.ts'
import { decide, type Question } from './answer.ts'
import { isSticky } from './place.ts'
import type { Answer, Asker, Identity } from './types.ts'

/** Everything that a question comes to for a viewpoint while nothing changes, with the chance of each. */
export interface Plan {
  /** At least one; chances sum to 1. */
  readonly lots: readonly Planned[]
  /** A client keeps its lot, by the key of the service; null: chance draws anew for each query. */
  readonly sticky: ServiceKey | null
}

/** `answer` leaves only the order of equals open. */
export interface Planned extends Lot {
  readonly answer: Answer
}

/** All that `answer` can return for a question. */
export function plan(
  question: Question,
  snapshot: Snapshot,
  asker: Pick<Asker, 'viewpoint' | 'mayExplain'>,
  identity: Identity,
): Plan {
  let draws: readonly Drawn[] = []
  let sticky: ServiceKey | null = null
  const first = decide(question, snapshot, asker, identity, (routing, entry) => {
    draws = drawsOf(routing)
    sticky = isSticky(entry) ? entry.key : null
    return draws.slice(0, 1)
  })
  if (draws.length === 0) return { lots: [{ cluster: '', chance: 1, answer: first }], sticky }
  const lots = draws.map((drawn, i) => ({
    cluster: drawn.cluster,
    chance: drawn.chance,
    answer: i === 0 ? first : decide(question, snapshot, asker, identity, () => [drawn]),
  }))
  return { lots, sticky }
}
