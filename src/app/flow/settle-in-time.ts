import type { Log } from '../../words/observe/index.ts'
import type { Flow } from './flow.ts'

/** Waits no longer than that for clusters that have not been heard. */
export function settleInTime(flow: Flow, ms: number, log: Pick<Log, 'warn'>): { readonly stop: () => void } {
  const settle = (): void => {
    if (!flow.world.settled)
      log.warn('answering although some clusters have not been heard yet: startup.timeout is over')
    flow.settle()
  }
  const waiting = setTimeout(settle, ms).unref()
  return { stop: () => clearTimeout(waiting) }
}
