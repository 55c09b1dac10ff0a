import type { ServiceKey } from '../../words/kube/index.ts'
import type { Draw } from '../routing/index.ts'
import type { Answer } from './types.ts'

/** Everything that a question comes to for a viewpoint while nothing changes, with the chance of each. */
export interface AnswerPlan {
  /** At least one; chances sum to 1. */
  readonly draws: readonly Planned[]
  /** A client keeps its draw, by the key of the service; null: chance draws anew for each query. */
  readonly sticky: ServiceKey | null
}

/** `answer` leaves only the order of equals open; of all but the first it is worked out when it is asked for. */
export interface Planned extends Draw {
  readonly answer: Answer
  /** The same for a message of so many octets, equals in order: where `answer` has not all. */
  readonly draw?: (room: number, random: () => number) => Answer
}
