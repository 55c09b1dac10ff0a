/** Waiting, always with a deadline. */

import { setTimeout as pause } from 'node:timers/promises'

/** Tries until it succeeds; what it last failed with is in the error that ends the wait. */
export async function eventually<T>(
  what: string,
  deadlineMs: number,
  attempt: () => Promise<T> | T,
): Promise<T> {
  const start = performance.now()
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 1.5, 250)) {
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof Hopeless) throw error
      if (performance.now() - start + pauseMs > deadlineMs) throw lateError(what, deadlineMs, error)
    }
    await pause(pauseMs)
  }
}

/** Ends the wait at once: it can no longer come true. */
export class Hopeless extends Error {}

const lateError = (what: string, deadlineMs: number, cause: unknown): Error =>
  new Error(
    `${what}: not within ${deadlineMs / 1000} s: ${cause instanceof Error ? cause.message : String(cause)}`,
    {
      cause,
    },
  )

/** Whether it settles in time. */
export const within = async (deadlineMs: number, promise: Promise<unknown>): Promise<boolean> => {
  const timer = new AbortController()
  const late = pause(deadlineMs, false, { signal: timer.signal, ref: false }).catch(() => false)
  try {
    return await Promise.race([promise.then(() => true), late])
  } finally {
    timer.abort()
  }
}
