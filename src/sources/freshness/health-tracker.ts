import type { Freshness } from '../../words/clusterset/index.ts'
import {
  type ContactEvent,
  freshnessOf,
  type Health,
  type HealthThresholds,
  nextDeadline,
  nextHealth,
  UNKNOWN,
  withClockSet,
} from './health.ts'
import { type ProbeOptions, startProbe } from './probe.ts'

/** Keeps one cluster's health as time and news go by. */
export interface HealthTracker {
  readonly health: () => Health
  readonly report: (event: ContactEvent) => void
  readonly stop: () => void
}

export interface HealthTrackerOptions {
  readonly thresholds: HealthThresholds
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

/** A clock that strays by more from one that only goes forward was set; by less it is only put right, bit by bit. */
const SET_MS = 1000

export function startHealthTracker({
  thresholds,
  probe,
  changed,
  ...before
}: HealthTrackerOptions): HealthTracker {
  let health = before.health ?? UNKNOWN
  let timer: NodeJS.Timeout | undefined
  let reportedHeard = health.heard ?? 0
  let ahead = Date.now() - performance.now()
  const minded = (): Health => {
    const by = Date.now() - performance.now() - ahead
    if (Math.abs(by) < SET_MS) return health
    ahead += by
    health = withClockSet(health, by)
    return health
  }
  const report = (event: ContactEvent): void => {
    const before = minded()
    health = nextHealth(before, event, thresholds, Date.now())
    const isOther = health.kind !== before.kind || health.slow !== before.slow
    const since = (health.heard ?? 0) - reportedHeard
    if (isOther || (health.kind !== 'live' && (since >= HEARD_MS || since < 0))) {
      reportedHeard = health.heard ?? 0
      changed(freshnessOf(health), health.slow)
    }
    clearTimeout(timer)
    const deadline = nextDeadline(health, thresholds)
    if (deadline !== null)
      timer = setTimeout(() => report({ kind: 'time' }), Math.max(1, deadline - Date.now()))
  }
  report({ kind: 'time' })
  const stopProbe =
    probe === null ? undefined : startProbe(probe, (roundTrip) => report({ kind: 'probed', roundTrip }))
  return {
    health: minded,
    report,
    stop: () => {
      clearTimeout(timer)
      stopProbe?.()
    },
  }
}
