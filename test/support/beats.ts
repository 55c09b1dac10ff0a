/** Beats that a test turns by hand: only while a thread is known to stand still, however slow the machine. */
import { setEnvironmentData } from 'node:worker_threads'
import type { Every } from '../../src/words/threads/index.ts'
import { STILL } from './still.ts'

export interface Beats {
  readonly every: Every
  /** Turns one, if more threads stood still than were lost since. */
  readonly turn: (lost: number) => void
}

/** Of threads that start after this. */
export function beatsByHand(): Beats {
  const still = new Int32Array(new SharedArrayBuffer(4))
  setEnvironmentData(STILL, still)
  const beating = new Set<() => void>()
  return {
    every: (_ms, beat) => {
      beating.add(beat)
      return () => beating.delete(beat)
    },
    turn: (lost) => {
      if (Atomics.load(still, 0) > lost) for (const beat of beating) beat()
    },
  }
}
