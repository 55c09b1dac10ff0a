import { byClock, type Every, type Pauses } from '../../words/threads/index.ts'

/** Every wait of main's, in milliseconds. */
export interface WorkerWaits {
  /** Until a thread that was started says something. */
  readonly startMs: number
  /** For an address to be opened or closed, and for an update to be taken in. */
  readonly orderMs: number
  readonly countMs: number
  /** For a thread to end by itself. */
  readonly endMs: number
  /** How often a thread is asked for its counts unasked, which shows that it lives and what a crash would lose. */
  readonly beatMs: number
  readonly every: Every
  /** So many in a row unanswered, and it is taken for dead. Not a time: a suspended process is not a dead thread. */
  readonly missedBeats: number
  /** Before a thread is replaced, or an address that the new one cannot have is tried again. */
  readonly pauseMs: Pauses
  /** A thread that lasted so long forgives the crashes before it. */
  readonly steadyMs: number
}

export const WORKER_WAITS: WorkerWaits = {
  startMs: 30_000,
  orderMs: 30_000,
  countMs: 1000,
  endMs: 1000,
  beatMs: 5000,
  every: byClock,
  missedBeats: 6,
  pauseMs: [50, 10_000],
  steadyMs: 60_000,
}
