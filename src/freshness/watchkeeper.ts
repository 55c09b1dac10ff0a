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
  /**
   * Called when the state or slowness that routing sees has changed; and now and then while a cluster that is not live
   * is heard, since answers say when that was.
   */
  readonly changed: (freshness: Freshness, slow: boolean) => void
}

/** How far behind answers may be in saying when a cluster was last heard. */
const HEARD_MS = 60_000

export function startWatchkeeper({ patience, probe, changed, ...before }: WatchkeeperOptions): Watchkeeper {
  let health = before.health ?? UNKNOWN
  let timer: NodeJS.Timeout | undefined
  let toldHeard = health.heard ?? 0
  const tell = (event: ContactEvent): void => {
    const before = health
    health = nextHealth(before, event, patience, Date.now())
    const isOther = health.kind !== before.kind || health.slow !== before.slow
    if (isOther || (health.kind !== 'live' && (health.heard ?? 0) - toldHeard >= HEARD_MS)) {
      toldHeard = health.heard ?? 0
      changed(freshnessOf(health), health.slow)
    }
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
