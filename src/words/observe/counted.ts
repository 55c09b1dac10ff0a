import type { AnswerCounts, CountSheet } from './answer-counts.ts'
import { Counter, Histogram } from './counters.ts'
import type { Footprint } from './footprint.ts'

/** Threads that answer, as whoever counts sees them. */
export interface CountingThreads {
  /** As last handed over. */
  readonly sheets: () => readonly CountSheet[]
  /** What each takes, as last handed over; without a name it is called by its number. */
  readonly footprints: () => readonly (Footprint & { readonly thread?: string })[]
  /** Datagrams that the system dropped, by address. */
  readonly kernelDrops: () => ReadonlyMap<string, number>
}

/** What metrics are read from. */
export interface Counted {
  /** Those of main and of all threads. */
  readonly sheets: () => readonly CountSheet[]
  readonly threads: () => readonly CountingThreads[]
  readonly programming: Histogram
  readonly watchErrors: Counter
  readonly answeringLost: Counter
  readonly readersLost: Counter
  /** TCP connections open now. */
  connections: number
  /** How often main stood still. */
  stalls: number
  /** The configuration was refused when it was read last. */
  refused: boolean
}

/** Of a server that has just started: `threads` may become more. */
export const nothingCounted = (counts: AnswerCounts, threads: readonly CountingThreads[]): Counted => ({
  sheets: () => [counts.sheet(), ...threads.flatMap((one) => one.sheets())],
  threads: () => threads,
  programming: new Histogram(PROGRAMMING),
  watchErrors: new Counter(),
  answeringLost: new Counter(),
  readersLost: new Counter(),
  connections: 0,
  stalls: 0,
  refused: false,
})

const PROGRAMMING = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
