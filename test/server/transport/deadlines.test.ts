import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Deadlines } from '../../../src/server/transport/deadlines.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function watched(ms: number) {
  const expired: string[] = []
  return { expired, deadlines: new Deadlines<string>(ms, (one) => expired.push(one)) }
}

test('time runs out in the order in which it began', () => {
  const { deadlines, expired } = watched(100)
  deadlines.start('a')
  vi.advanceTimersByTime(50)
  deadlines.start('b')
  vi.advanceTimersByTime(60)
  deadlines.sweep()
  expect(expired).toEqual(['a'])
  vi.advanceTimersByTime(60)
  deadlines.sweep()
  expect(expired).toEqual(['a', 'b'])
})

test('starting again changes nothing, restarting does', () => {
  const { deadlines, expired } = watched(100)
  deadlines.start('a')
  deadlines.start('b')
  vi.advanceTimersByTime(60)
  deadlines.start('a')
  deadlines.restart('b')
  vi.advanceTimersByTime(60)
  deadlines.sweep()
  expect(expired).toEqual(['a'])
  expect(deadlines.oldest()).toBe('b')
})

test('who was stopped does not expire', () => {
  const { deadlines, expired } = watched(100)
  deadlines.start('a')
  deadlines.stop('a')
  vi.advanceTimersByTime(200)
  deadlines.sweep()
  expect(expired).toEqual([])
  expect(deadlines.size).toBe(0)
})
