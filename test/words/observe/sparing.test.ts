import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { REPORTED_EACH, Sparing } from '../../../src/words/observe/index.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function sparing() {
  const lines: string[] = []
  const spare = new Sparing(1000)
  const say = (sort: string, count: number) => {
    for (let i = 0; i < count; i++)
      spare.say(
        sort,
        () => lines.push(`${sort} ${i}`),
        (more) => lines.push(`${sort}: ${more} more`),
      )
  }
  return { lines, say }
}

test.each([1, REPORTED_EACH])('%i of a sort are told one by one', (count) => {
  const { lines, say } = sparing()
  say('east', count)
  vi.advanceTimersByTime(10_000)
  expect(lines).toHaveLength(count)
})

test.each([REPORTED_EACH + 1, 10 * REPORTED_EACH, 100_000])('%i of a sort are one line more', (count) => {
  const { lines, say } = sparing()
  say('east', count)
  say('west', 1)
  vi.advanceTimersByTime(10_000)
  expect(lines).toEqual(['east 0', 'east 1', 'east 2', 'west 0', `east: ${count - REPORTED_EACH} more`])
})

test('for as long as more comes, that is one line at a time; then they are told one by one again', () => {
  const { lines, say } = sparing()
  say('east', 100)
  for (let i = 0; i < 3; i++) {
    vi.advanceTimersByTime(1000)
    say('east', 10)
  }
  vi.advanceTimersByTime(2000)
  expect(lines.slice(REPORTED_EACH)).toEqual([
    'east: 97 more',
    'east: 10 more',
    'east: 10 more',
    'east: 10 more',
  ])
  say('east', 1)
  expect(lines.at(-1)).toBe('east 0')
})

test('the same line stands for those that were left out, as the last of them was', () => {
  const lines: string[] = []
  const spare = new Sparing(1000)
  const turn = (state: string) =>
    spare.same('east', ({ count }) => lines.push(count === undefined ? state : `${state} after ${count}`))
  for (let i = 0; i < 100; i++) turn(i % 2 === 0 ? 'up' : 'down')
  vi.advanceTimersByTime(10_000)
  expect(lines).toEqual(['up', 'down', 'up', 'down after 97'])
  turn('up')
  expect(lines.at(-1)).toBe('up')
})
