import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { busyHere, collectWhenCalm } from '../../../src/words/observe/collect.ts'

const MIB = 2 ** 20

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A heap that the collector brings down to `live`, and what was collected of it after so many seconds. */
function heap({ live = 50, used = 120, busy = 0 }) {
  const state = { live, used, busy }
  const gc = vi.fn(async () => {
    state.used = state.live
  })
  collectWhenCalm({ gc, used: () => state.used * MIB, busy: () => state.busy })
  const after = (seconds: number, change: Partial<typeof state> = {}): number => {
    Object.assign(state, change)
    vi.advanceTimersByTime(seconds * 1000)
    return gc.mock.calls.length
  }
  return after
}

test('what a start left is collected once', () => {
  const after = heap({})
  expect([after(5), after(600)]).toEqual([1, 1])
})

test('not while the thread is busy', () => {
  const after = heap({ busy: 0.5 })
  expect([after(60), after(5, { busy: 0.05 })]).toEqual([0, 1])
})

test('and again when a burst has left as much as is worth it', () => {
  const after = heap({})
  expect([after(5), after(60, { used: 65 }), after(60, { used: 80 })]).toEqual([1, 1, 2])
})

test('a large heap is left to V8, which does not stand still for it', () => {
  expect(heap({ used: 257 })(600)).toBe(0)
})

test('without the flag nothing is asked for', () => {
  const used = vi.fn(() => 0)
  collectWhenCalm({ gc: undefined, used, busy: () => 0 })
  vi.advanceTimersByTime(60_000)
  expect(used).not.toHaveBeenCalled()
})

test('how busy the thread is is a part of the time', () => {
  vi.useRealTimers()
  const busy = busyHere()
  for (let i = 0; i < 3; i++) {
    const part = busy()
    expect(part).toBeGreaterThanOrEqual(0)
    expect(part).toBeLessThanOrEqual(1)
  }
})
