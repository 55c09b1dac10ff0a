/** What turns the beats of a thread that is looked after, `ms` apart: what it gives back is their end. */
export type Every = (ms: number, beat: () => void) => () => void

/** By the clock, which keeps no process from its end. */
export const byClock: Every = (ms, beat) => {
  const timer = setInterval(beat, ms).unref()
  return () => clearInterval(timer)
}
