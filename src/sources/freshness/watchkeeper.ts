import type { Freshness } from '../../words/clusterset/index.ts'
import {
  type ContactEvent,
  freshnessOf,
  type Health,
  nextDeadline,
  nextHealth,
  type Patience,
  UNKNOWN,
  withClockSet,
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

/** A clock that strays by more from one that only goes forward was set; by less it is only put right, bit by bit. */
const SET_MS = 1000

export function startWatchkeeper({ patience, probe, changed, ...before }: WatchkeeperOptions): Watchkeeper {
  let health = before.health ?? UNKNOWN
  let timer: NodeJS.Timeout | undefined
  let toldHeard = health.heard ?? 0
  let ahead = Date.now() - performance.now()
  const minded = (): Health => {
    const by = Date.now() - performance.now() - ahead
    if (Math.abs(by) < SET_MS) return health
    ahead += by
    health = withClockSet(health, by)
    return health
  }
  const tell = (event: ContactEvent): void => {
    const before = minded()
    health = nextHealth(before, event, patience, Date.now())
    const isOther = health.kind !== before.kind || health.slow !== before.slow
    const since = (health.heard ?? 0) - toldHeard
    if (isOther || (health.kind !== 'live' && (since >= HEARD_MS || since < 0))) {
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
    health: minded,
    tell,
    stop: () => {
      clearTimeout(timer)
      stopProbe?.()
    },
  }
}
