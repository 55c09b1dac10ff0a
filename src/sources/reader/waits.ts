import { byClock, type Every, type Pauses } from '../../words/threads/index.ts'

/** Every wait of main's, in milliseconds. */
export interface ReaderWaits {
  /** How often main looks whether a reader's events turn. */
  readonly beatMs: number
  readonly every: Every
  /** So many looks in a row at which they have not, and it is taken for dead. Not a time: a suspended process is no dead thread. */
  readonly missedBeats: number
  /** Until a thread that was started begins. */
  readonly startMs: number
  /** For a source, or the whole reader, to end by itself. */
  readonly endMs: number
  /** Until a source that began anew, of a cluster that was heard before, counts as lost. */
  readonly anewMs: number
  /** Until the cluster that a reader was lost with is read again: twice as long each time. */
  readonly setBackMs: Pauses
  /** Before a reader is replaced that was lost with no cluster in hand. */
  readonly pauseMs: Pauses
  /** What lasted so long forgives the losses before it. */
  readonly steadyMs: number
}

export const READER_WAITS: ReaderWaits = {
  beatMs: 1000,
  every: byClock,
  missedBeats: 60,
  startMs: 60_000,
  endMs: 1000,
  anewMs: 5000,
  setBackMs: [60_000, 1_800_000],
  pauseMs: [50, 10_000],
  steadyMs: 600_000,
}
