import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  type HealthThresholds,
  type HealthTracker,
  startHealthTracker,
} from '../../../src/sources/freshness/index.ts'
import type { Freshness } from '../../../src/words/clusterset/index.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const START = Date.UTC(2026, 10, 22, 14)

const THRESHOLDS: HealthThresholds = {
  downAfter: 5 * MINUTE,
  upAfter: 10_000,
  failAfter: null,
  slow: 50,
  slowFor: MINUTE,
  isLocal: false,
}

beforeEach(() => void vi.useFakeTimers({ now: START }))
afterEach(() => void vi.useRealTimers())

/** The clock is set; no time goes by. */
const setClock = (by: number) => vi.setSystemTime(Date.now() + by)

function keep(thresholds = THRESHOLDS): { readonly tracker: HealthTracker; readonly told: Freshness[] } {
  const told: Freshness[] = []
  const tracker = startHealthTracker({
    thresholds,
    probe: null,
    changed: (freshness) => told.push(freshness),
  })
  return { tracker, told }
}

const kinds = (told: readonly Freshness[]) => told.map(({ kind }) => kind)

test('a cluster that stays stale costs no timer', () => {
  const { tracker } = keep({ ...THRESHOLDS, isLocal: true })
  tracker.report({ kind: 'heard' })
  tracker.report({ kind: 'lost', heard: null })
  vi.advanceTimersByTime(HOUR)
  expect(tracker.health().kind).toBe('stale')
  expect(vi.getTimerCount()).toBe(0)
})

test.each([
  ['back', -HOUR],
  ['forward', HOUR],
])('a clock that is set %s by an hour takes no thresholds, and gives none', (_, by) => {
  const { tracker, told } = keep()
  tracker.report({ kind: 'heard' })
  tracker.report({ kind: 'lost', heard: null })
  vi.advanceTimersByTime(4 * MINUTE)
  setClock(by)
  tracker.report({ kind: 'time' })
  expect(tracker.health().kind).toBe('stale')
  vi.advanceTimersByTime(MINUTE)
  expect(tracker.health().kind).toBe('down')

  tracker.report({ kind: 'heard' })
  vi.advanceTimersByTime(5000)
  setClock(by)
  tracker.report({ kind: 'word' })
  expect(tracker.health().kind).toBe('down')
  vi.advanceTimersByTime(5000)
  expect(kinds(told).at(-1)).toBe('live')
})

test('of a clock that is set back no last word is in the future', () => {
  const { tracker, told } = keep()
  tracker.report({ kind: 'heard' })
  tracker.report({ kind: 'lost', heard: null })
  setClock(-HOUR)
  tracker.report({ kind: 'time' })
  expect(told.at(-1)).toEqual({ kind: 'stale', heard: START - HOUR })
  vi.advanceTimersByTime(MINUTE)
  tracker.report({ kind: 'word' })
  expect(told.at(-1)).toEqual({ kind: 'stale', heard: START - HOUR + MINUTE })
})

test('of a clock that is set forward, as after a sleep, no last word is later than it was', () => {
  const { tracker, told } = keep()
  tracker.report({ kind: 'heard' })
  setClock(HOUR)
  tracker.report({ kind: 'lost', heard: null })
  expect(told.at(-1)).toEqual({ kind: 'stale', heard: START })
})
