import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Gathering } from '../../../src/sources/resolver/gathering.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** What is told, and when; telling a name of `slow` takes 100 ms. */
function gathering() {
  const told: string[] = []
  const all = new Gathering((names) => {
    told.push(`${Math.round(performance.now() - begun)}: ${[...names].join(' ')}`)
    for (const name of names) if (name.startsWith('slow')) vi.advanceTimersByTime(100)
  })
  const begun = performance.now()
  return { all, told }
}

describe('names of which something else is known', () => {
  test('are told together, soon', () => {
    const { all, told } = gathering()
    all.add('east', 'a')
    vi.advanceTimersByTime(20)
    all.add('west', 'b')
    all.add('east', 'a')
    vi.advanceTimersByTime(1000)
    all.add('east', 'c', 0)
    vi.advanceTimersByTime(1000)
    expect(told).toEqual(['50: a b', '1020: c'])
  })

  test('wait where telling of them takes long, until that is a twentieth of the time, and those of others do not', () => {
    const { all, told } = gathering()
    all.add('west', 'slow-1')
    vi.advanceTimersByTime(60)
    all.add('west', 'slow-2')
    all.add('east', 'a')
    vi.advanceTimersByTime(1000)
    all.add('east', 'b')
    vi.advanceTimersByTime(3000)
    expect(told).toEqual(['50: slow-1', '210: a', '1210: b', '2150: slow-2'])
  })

  test('are told no more once it is over', () => {
    const { all, told } = gathering()
    all.add('east', 'a')
    all.stop()
    vi.advanceTimersByTime(1000)
    expect(told).toEqual([])
  })
})
