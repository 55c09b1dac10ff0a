import type { Freshness } from '../../words/clusterset/index.ts'
import {
  type ContactEvent,
  freshnessOf,
  type Health,
  type HealthThresholds,
  nextDeadline,
  nextHealth,
  UNKNOWN_HEALTH,
  withClockSet,
} from './health.ts'
import { type ProbeOptions, startProbe } from './probe.ts'

/** Keeps one cluster's health as time and news go by. */
export interface HealthTracker {
  readonly health: () => Health
  readonly report: (event: ContactEvent) => void
  readonly stop: () => void
}

interface HealthTrackerOptions {
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

export function startHealthTracker(options: HealthTrackerOptions): HealthTracker {
  const tracking = new Tracking(options)
  const report: HealthTracker['report'] = (event) => tracking.report(event)
  report({ kind: 'time' })
  const { probe } = options
  const stopProbe =
    probe === null ? undefined : startProbe(probe, (roundTrip) => report({ kind: 'probed', roundTrip }))
  return {
    health: () => tracking.health(),
    report,
    stop: () => {
      tracking.stop()
      stopProbe?.()
    },
  }
}

class Tracking {
  readonly #options: HealthTrackerOptions
  #health: Health
  #reportedHeard: number
  /** Of the clock before one that only goes forward. */
  #ahead = Date.now() - performance.now()
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  constructor(options: HealthTrackerOptions) {
    this.#options = options
    this.#health = options.health ?? UNKNOWN_HEALTH
    this.#reportedHeard = this.#health.heard ?? 0
  }

  /** By the clock as it is now. */
  health(): Health {
    const by = Date.now() - performance.now() - this.#ahead
    if (Math.abs(by) < SET_MS) return this.#health
    this.#ahead += by
    this.#health = withClockSet(this.#health, by)
    return this.#health
  }

  report(event: ContactEvent): void {
    const before = this.health()
    const health = nextHealth(before, event, this.#options.thresholds, Date.now())
    this.#health = health
    const since = (health.heard ?? 0) - this.#reportedHeard
    if (isOther(before, health) || (health.kind !== 'live' && (since >= HEARD_MS || since < 0))) {
      this.#reportedHeard = health.heard ?? 0
      this.#options.changed(freshnessOf(health), health.slow)
    }
    this.#waitForDeadline()
  }

  #waitForDeadline(): void {
    clearTimeout(this.#timer)
    const deadline = nextDeadline(this.#health, this.#options.thresholds)
    if (deadline === null || this.#stopped) return
    const ms = Math.max(1, deadline - Date.now())
    this.#timer = setTimeout(() => this.report({ kind: 'time' }), ms)
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }
}

const isOther = (a: Health, b: Health): boolean => a.kind !== b.kind || a.slow !== b.slow
