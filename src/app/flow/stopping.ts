import { within } from '../../sources/apiserver/index.ts'
import type { Log } from '../../words/observe/index.ts'

/** Parts that have been told to stop, by what to call them. */
type Parts = Readonly<Record<string, Promise<unknown> | undefined>>

/**
 * Waits for parts to stop, but not for ever: nothing that never answers keeps the others from stopping well, nor views
 * from being written. All together end before Kubernetes' patience does.
 */
export const stopping =
  (log: Pick<Log, 'error' | 'warn'>) =>
  async (ms: number, parts: Parts): Promise<void> => {
    const waits = Object.entries(parts).map(async ([what, stopped]) => {
      stopped?.catch((err: unknown) => log.error({ err }, `bug: ${what}: did not stop well`))
      if (stopped === undefined || (await within(ms, stopped))) return
      log.warn(`${what}: did not stop within ${ms / 1000} s, left as it is`)
    })
    await Promise.all(waits)
  }
