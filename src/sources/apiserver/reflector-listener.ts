import type { RequestFailure } from './failure.ts'
import type { ObjectProblem } from './narrow.ts'

/** What a reflector tells of its kind, besides what it puts into the store. */
export interface ReflectorListener {
  /** All objects are in the store, or the cluster is believed to have none of the kind. */
  readonly synced: () => void
  /** The store follows the cluster from now on. */
  readonly watched: () => void
  readonly lost: () => void
  /** Something was said; the store may have changed. */
  readonly heard: () => void
  /** `inARow`: how many failures there were since the watch was last steady, this one included. */
  readonly failed: (failure: RequestFailure, inARow: number) => void
  /** Objects by key that cannot be read, or only in part: null when one can be again. */
  readonly unreadable: (key: string, problem: ObjectProblem | null) => void
}
