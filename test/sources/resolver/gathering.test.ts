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
  const add = (name: string, hostname: string, after?: number, part = ''): void =>
    all.add({ name, part }, hostname, after)
  return { all, add, told }
}

describe('names of which something else is known', () => {
  test('are told together, soon', () => {
    const { add, told } = gathering()
    add('east', 'a')
    vi.advanceTimersByTime(20)
    add('west', 'b')
    add('east', 'a')
    vi.advanceTimersByTime(1000)
    add('east', 'c', 0)
    vi.advanceTimersByTime(1000)
    expect(told).toEqual(['50: a b', '1020: c'])
  })

  test('wait where telling of them takes long, until that is a twentieth of the time, and those of others do not', () => {
    const { add, told } = gathering()
    add('west', 'slow-1')
    vi.advanceTimersByTime(60)
    add('west', 'slow-2')
    add('east', 'a')
    vi.advanceTimersByTime(1000)
    add('east', 'b')
    vi.advanceTimersByTime(3000)
    expect(told).toEqual(['50: slow-1', '210: a', '1210: b', '2150: slow-2'])
  })

  test('of another part of the same party do not wait, and it rests for what they took too', () => {
    const { add, told } = gathering()
    add('west', 'slow-1', 50, 'bad')
    vi.advanceTimersByTime(60)
    add('west', 'slow-2', 50, 'bad')
    add('west', 'slow-good', 50, 'good')
    vi.advanceTimersByTime(1000)
    add('west', 'a', 50, 'good')
    vi.advanceTimersByTime(10_000)
    expect(told).toEqual(['50: slow-1', '210: slow-good', '4150: slow-2 a'])
    add('west', 'b', 50, 'other')
    vi.advanceTimersByTime(60)
    expect(told.at(-1)).toMatch(/: b$/)
  })

  test('are told no more once it is over', () => {
    const { all, add, told } = gathering()
    add('east', 'a')
    all.stop()
    vi.advanceTimersByTime(1000)
    expect(told).toEqual([])
  })
})
