import { expect, test, vi } from 'vitest'
import { OneAtATime } from '../../../src/words/threads/index.ts'

const NEVER = 2 ** 31 - 1
const AFTER_MS = 1_000

test('work is done one after the other, in order, whatever becomes of it', async () => {
  const turns = new OneAtATime()
  const seen: string[] = []
  const ends = [0, 1, 2].map(() => Promise.withResolvers<void>())
  const all = ends.map(({ promise }, i) =>
    turns.do(async () => {
      seen.push(`begin ${i}`)
      await promise
      seen.push(`end ${i}`)
      return i
    }, NEVER),
  )
  const outcomes = Promise.allSettled(all)
  ends[2]?.resolve()
  ends[1]?.reject(new Error('of its own'))
  ends[0]?.resolve()
  expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(seen).toEqual(['begin 0', 'end 0', 'begin 1', 'begin 2', 'end 2'])
})

test('nobody waits for ever for one that does not end', async () => {
  const turns = new OneAtATime()
  void turns.do(() => new Promise(() => undefined), 5)
  expect(await turns.do(async () => 'the next', 5)).toBe('the next')
  expect(await turns.do(async () => 'and the one after', 5)).toBe('and the one after')
})

test('behind those that do not end, others begin one by one, and not all at once', async () => {
  vi.useFakeTimers()
  try {
    const turns = new OneAtATime()
    let begun = 0
    for (let i = 0; i < 100; i++) {
      void turns.do(() => {
        begun++
        return new Promise(() => undefined)
      }, AFTER_MS)
    }
    for (let seconds = 0; seconds < 10; seconds++) {
      await vi.advanceTimersByTimeAsync(seconds === 0 ? 0 : AFTER_MS)
      expect(begun).toBe(1 + seconds)
    }
  } finally {
    vi.useRealTimers()
  }
})
