import { reuse } from '../../values/table/index.ts'
import type { Freshness, FreshnessKind } from '../../words/clusterset/index.ts'

/** How long a cluster's contact may be bad, and how long it must be good (answers.md 5). Milliseconds. */
export interface HealthThresholds {
  /** A watch lost for so long makes the cluster down. */
  readonly downAfter: number
  /** So long it must be steadily back before it takes draws again. */
  readonly upAfter: number
  /** Failed probes in a row that make it unreachable; null: it is not probed. */
  readonly failAfter: number | null
  /** A round trip above `slow` for `slowFor` makes it slow. */
  readonly slow: number
  readonly slowFor: number
  /** The server's own cluster is never down for a lost watch: its clients are on the same side of the outage. */
  readonly isLocal: boolean
}

/** What is known of our contact with one cluster. Times are Unix milliseconds. */
export interface Health {
  /** What routing is told. */
  readonly kind: FreshnessKind
  /** Its last word, or that of a restored view; null: none ever. */
  readonly heard: number | null
  /** Since when its watch has been lost; null: it is watched. */
  readonly lostAt: number | null
  /**
   * Since when the connection has been lost that it shares with others: nothing is known of it while that is so, so it
   * stays what it is, stale at the best. Absent: it shares none, or that is well.
   */
  readonly disconnectedAt?: number
  /** Since when it has been steadily better than `kind` says; null: it is not on its way back. */
  readonly backSince: number | null
  readonly failedProbes: number
  /** Of the last probe that passed, in milliseconds. */
  readonly roundTrip: number | null
  /** Since when round trips have been above `slow`. */
  readonly slowSince: number | null
  readonly slow: boolean
}

/** What a process saw of a cluster up to a moment: its own heartbeat, Unix milliseconds. */
export interface Witness {
  readonly at: number
  readonly health: Health
}

export type ContactEvent =
  /** `heard`: everything is watched. `word`: it said something, which says nothing of the rest. */
  | { readonly kind: 'heard' | 'word' }
  /** Not all is watched; that all was listed at least, without any watch so far, `heard` says: the time of that. */
  | { readonly kind: 'lost'; readonly heard: number | null }
  /** Of a connection that is shared with others: it is well, or lost. */
  | { readonly kind: 'connected' | 'disconnected' }
  /** A view read back from disk, with the time of its last word, and what was last seen of the cluster before. */
  | { readonly kind: 'restored'; readonly heard: number; readonly seen?: Witness | undefined }
  /** `roundTrip` null: no connection within the deadline. */
  | { readonly kind: 'probed'; readonly roundTrip: number | null }
  | { readonly kind: 'time' }

export const UNKNOWN_HEALTH: Health = {
  kind: 'never',
  heard: null,
  lostAt: null,
  backSince: null,
  failedProbes: 0,
  roundTrip: null,
  slowSince: null,
  slow: false,
}

/** The health after an event. What did not change is the same value. */
export function nextHealth(
  before: Health,
  event: ContactEvent,
  thresholds: HealthThresholds,
  now: number,
): Health {
  const known = learn(before, event, thresholds, now)
  const slow = known.slowSince !== null && now - known.slowSince >= thresholds.slowFor
  const damped = damp(known, standing(known, thresholds, now), thresholds, now)
  return reuse(before, { ...known, ...damped, slow })
}

function learn(before: Health, event: ContactEvent, thresholds: HealthThresholds, now: number): Health {
  const { slow } = thresholds
  switch (event.kind) {
    case 'heard':
      return { ...before, heard: now, lostAt: null }
    case 'word':
      return before.heard === null ? before : { ...before, heard: now }
    case 'lost':
      return { ...before, heard: before.heard ?? event.heard, lostAt: before.lostAt ?? now }
    case 'disconnected':
      return { ...before, disconnectedAt: before.disconnectedAt ?? now }
    case 'connected':
      return reconnected(before, now)
    case 'restored':
      return takenUp({ ...before, ...resumed(event.heard, event.seen, thresholds, now) }, thresholds)
    case 'probed': {
      const { roundTrip } = event
      if (roundTrip === null) return { ...before, failedProbes: before.failedProbes + 1 }
      const slowSince = roundTrip > slow ? (before.slowSince ?? now) : null
      return { ...before, failedProbes: 0, roundTrip, slowSince }
    }
    case 'time':
      return before
  }
}

const takenUp = (health: Health, { failAfter }: HealthThresholds): Health =>
  failAfter === null ? unprobed(health) : health

/** What of its own word was missed in between is judged anew. */
function reconnected(before: Health, now: number): Health {
  const { disconnectedAt, ...health } = before
  if (disconnectedAt === undefined) return before
  return health.lostAt === null || health.kind === 'down' ? health : { ...health, lostAt: now }
}

/**
 * Where a new process takes up. What the one before saw lasting has lasted as long as it saw that: the time in between
 * nobody watched, and after an hour of it not everybody is down. What it did not see being lost is lost now. No time is
 * in the future, whatever the clock did.
 */
function resumed(
  heard: number,
  seen: Witness | undefined,
  { downAfter }: HealthThresholds,
  now: number,
): Partial<Health> {
  if (seen === undefined) return { heard: Math.min(heard, now), lostAt: now }
  const { at, health } = seen
  const since = (begun: number): number => now - Math.max(0, at - begun)
  const away = health.kind === 'down' || health.kind === 'unreachable'
  return {
    heard: Math.min(Math.max(heard, health.heard ?? 0), now),
    kind: away ? health.kind : 'never',
    // One that was on its way back begins that anew, once it is heard.
    lostAt:
      health.kind === 'down'
        ? Math.min(since(health.lostAt ?? at), now - downAfter)
        : since(health.lostAt ?? at),
    failedProbes: health.failedProbes,
    roundTrip: health.roundTrip,
    slowSince: health.slowSince === null ? null : since(health.slowSince),
  }
}

/** The same without what a probe found that is made no more: of another one nothing is known yet. */
export const unprobed = (health: Health): Health =>
  reuse(health, { ...health, failedProbes: 0, roundTrip: null, slowSince: null, slow: false })

/** Where the facts put a cluster, the wait for a steady return aside. */
function standing(health: Health, thresholds: HealthThresholds, now: number): FreshnessKind {
  const { heard, lostAt, disconnectedAt, failedProbes } = health
  const { failAfter, downAfter } = thresholds
  if (heard === null) return 'never'
  if (failAfter !== null && failedProbes >= failAfter) return 'unreachable'
  if (disconnectedAt !== undefined) return health.kind === 'down' ? 'down' : 'stale'
  if (lostAt === null) return 'live'
  return staysStale(health, thresholds) || now - lostAt < downAfter ? 'stale' : 'down'
}

/** However long its watch is lost: it is the server's own, or its probe has passed and not failed `failAfter` times since. */
const staysStale = (
  { failedProbes, roundTrip }: Health,
  { failAfter, isLocal }: Pick<HealthThresholds, 'failAfter' | 'isLocal'>,
): boolean => isLocal || (failAfter !== null && roundTrip !== null && failedProbes < failAfter)

/** From down or unreachable there is no way back but a steady one. */
function damp(
  { kind, backSince }: Health,
  to: FreshnessKind,
  { upAfter }: HealthThresholds,
  now: number,
): Pick<Health, 'kind' | 'backSince'> {
  const away = kind === 'down' || kind === 'unreachable'
  if (!away || to === 'down' || to === 'unreachable') return { kind: to, backSince: null }
  const since = backSince ?? now
  return now - since >= upAfter ? { kind: to, backSince: null } : { kind, backSince: since }
}

/** The same where the cluster is read from elsewhere now: what was behind a lost connection is lost by itself. */
export function readElsewhere(health: Health, now: number): Health {
  const { disconnectedAt, ...rest } = health
  return disconnectedAt === undefined ? health : { ...rest, lostAt: rest.lostAt ?? now }
}

/** When time alone would change something next; null: never. */
export function nextDeadline(health: Health, thresholds: HealthThresholds): number | null {
  const { lostAt, disconnectedAt, backSince, slowSince, slow, kind } = health
  const mayBeDown = kind === 'stale' && disconnectedAt === undefined && !staysStale(health, thresholds)
  const times = [
    lostAt !== null && mayBeDown ? lostAt + thresholds.downAfter : null,
    backSince !== null ? backSince + thresholds.upAfter : null,
    slowSince !== null && !slow ? slowSince + thresholds.slowFor : null,
  ].filter((time) => time !== null)
  return times.length === 0 ? null : Math.min(...times)
}

/**
 * The same by a clock that was set meanwhile, by so many milliseconds: what lasts has lasted as long as before. Forward may
 * also be a sleep of the whole machine, so no word becomes later than it was.
 */
export function withClockSet(health: Health, by: number): Health {
  const moved = (since: number | null): number | null => since && since + by
  const { heard, lostAt, disconnectedAt, backSince, slowSince } = health
  return {
    ...health,
    ...(disconnectedAt === undefined ? {} : { disconnectedAt: disconnectedAt + by }),
    heard: by < 0 ? moved(heard) : heard,
    lostAt: moved(lostAt),
    backSince: moved(backSince),
    slowSince: moved(slowSince),
  }
}

/** As routing and EDE texts have it. */
export const freshnessOf = ({ kind, heard }: Health): Freshness =>
  kind === 'never' || heard === null ? { kind: 'never' } : { kind, heard }
