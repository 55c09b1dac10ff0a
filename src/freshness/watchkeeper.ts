import type { Freshness } from '../clusterset/index.ts'
import {
  type ContactEvent,
  freshnessOf,
  type Health,
  nextDeadline,
  nextHealth,
  type Patience,
  UNKNOWN,
} from './health.ts'
import { type ProbeOptions, startProbe } from './probe.ts'

/** Keeps one cluster's health as time and news go by. */
export interface Watchkeeper {
  readonly health: () => Health
  readonly tell: (event: ContactEvent) => void
  readonly stop: () => void
}

export interface WatchkeeperOptions {
  readonly patience: Patience
  readonly probe: ProbeOptions | null
  /** What was known of it before, by whoever kept it. */
  readonly health?: Health
  /** Called when the state or slowness that routing sees has changed. */
  readonly changed: (freshness: Freshness, slow: boolean) => void
}

export function startWatchkeeper({ patience, probe, changed, ...before }: WatchkeeperOptions): Watchkeeper {
  let health = before.health ?? UNKNOWN
  let timer: NodeJS.Timeout | undefined
  const tell = (event: ContactEvent): void => {
    const before = health
    health = nextHealth(before, event, patience, Date.now())
    if (health.kind !== before.kind || health.slow !== before.slow) changed(freshnessOf(health), health.slow)
    clearTimeout(timer)
    const deadline = nextDeadline(health, patience)
    if (deadline !== null)
      timer = setTimeout(() => tell({ kind: 'time' }), Math.max(1, deadline - Date.now()))
  }
  tell({ kind: 'time' })
  const stopProbe =
    probe === null ? undefined : startProbe(probe, (roundTrip) => tell({ kind: 'probed', roundTrip }))
  return {
    health: () => health,
    tell,
    stop: () => {
      clearTimeout(timer)
      stopProbe?.()
    },
  }
}
