import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { type Ended, KeyedWork } from '../../src/controller/work.ts'
import { eventually } from '../support/recorder.ts'

const LIMITS = { backoff: [5, 20], away: [300, 300], concurrency: 2 } as const
const DONE: Ended = { outcome: 'done', againMs: null }

/** Work whose keys end as said, and what has begun so far, in order. */
function working(endOf: (key: string, nth: number) => Ended | Promise<Ended>) {
  const begun: string[] = []
  const run = async (key: string): Promise<Ended> => {
    begun.push(key)
    return endOf(key, begun.filter((one) => one === key).length)
  }
  const work = new KeyedWork({ limits: LIMITS, random: () => 0.5, run })
  const term = new AbortController()
  return { work, begun, term, begin: () => work.begin(term.signal) }
}

describe('work', () => {
  test('begins with the term, and not before', async () => {
    const { work, begun, begin } = working(() => DONE)
    work.add(['a'])
    await sleep(20)
    expect([begun, work.status().depth]).toEqual([[], 1])
    begin()
    work.add([])
    await work.idle()
    expect([begun, work.status().depth]).toEqual([['a'], 0])
  })

  test('is done for so many keys at once, and for the next when one has ended', async () => {
    const gates = new Map(['a', 'b', 'c'].map((key) => [key, Promise.withResolvers<Ended>()]))
    const { work, begun, begin } = working((key) => gates.get(key)?.promise ?? DONE)
    begin()
    work.add(gates.keys())
    await turn()
    expect(begun).toEqual(['a', 'b'])
    gates.get('b')?.resolve(DONE)
    await eventually(() => expect(begun).toEqual(['a', 'b', 'c']))
    for (const one of gates.values()) one.resolve(DONE)
    await work.idle()
  })

  test('that failed is done again, beside which the others go on', async () => {
    const { work, begun, begin } = working((key, nth) =>
      key === 'bad' && nth === 1 ? { outcome: 'failed' } : DONE,
    )
    begin()
    work.add(['bad', 'good'])
    await eventually(() => expect(begun).toEqual(['bad', 'good', 'bad']))
    await eventually(() => expect(work.status()).toEqual({ depth: 0, age: 0, failing: 0 }))
  })

  test('of all keys waits while the server is away, and then goes on with the same', async () => {
    const { work, begun, begin } = working((_, nth) => (nth === 1 ? { outcome: 'away' } : DONE))
    begin()
    work.add(['a', 'b', 'c'])
    await turn()
    expect([begun, work.status().failing]).toEqual([['a', 'b'], 0])
    await eventually(() => expect(begun.slice(2).toSorted()).toEqual(['a', 'b', 'c', 'c']))
  })

  test('that is to be looked at again is, though nobody adds it', async () => {
    const { work, begun, begin } = working((_, nth) => (nth < 3 ? { outcome: 'done', againMs: 5 } : DONE))
    begin()
    work.add(['a'])
    await eventually(() => expect(begun).toEqual(['a', 'a', 'a']))
    await work.idle()
  })

  test('ends with the term: what runs is let go, and no key is known any more', async () => {
    const gate = Promise.withResolvers<Ended>()
    const { work, begun, term, begin } = working(() => gate.promise)
    begin()
    work.add(['a', 'b', 'c'])
    term.abort()
    work.end()
    gate.resolve({ outcome: 'failed' })
    await work.idle()
    await sleep(30)
    expect([begun, work.status()]).toEqual([['a', 'b'], { depth: 0, age: 0, failing: 0 }])
  })
})

test.each([
  [59_999, 59_999],
  [60_000, 60_000],
  [60_001, 60_000],
  [600_000, 60_000],
  [999_999_000, 60_000],
])('of a server that asks to be left alone for %i ms a key is done again after %i', async (leastMs, wait) => {
  vi.useFakeTimers()
  try {
    const { work, begun, begin } = working(() => ({ outcome: 'failed', leastMs }))
    begin()
    work.add(['a'])
    await vi.advanceTimersByTimeAsync(wait - 1)
    expect(begun).toEqual(['a'])
    await vi.advanceTimersByTimeAsync(2)
    expect(begun).toEqual(['a', 'a'])
    work.end()
  } finally {
    vi.useRealTimers()
  }
})
