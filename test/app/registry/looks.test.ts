import { afterEach, expect, test, vi } from 'vitest'
import { Looks, type LookTime } from '../../../src/app/registry/looks.ts'

afterEach(() => {
  vi.useRealTimers()
})

const turned = (): void => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'setImmediate'] })
}

/** Looks that each take so many milliseconds. */
function lasting(ms: number) {
  const begun: number[] = []
  const looks = new Looks((time: LookTime) =>
    time.do(() => {
      begun.push(performance.now())
      vi.advanceTimersByTime(ms)
    }),
  )
  return { looks, begun }
}

test('what is wanted during a look and the rest behind it is one look more, when the rest is over', async () => {
  turned()
  const { looks, begun } = lasting(20)
  looks.want()
  await vi.advanceTimersByTimeAsync(0)
  expect(begun).toHaveLength(1)
  for (let i = 0; i < 100; i++) looks.want()
  await vi.advanceTimersByTimeAsync(170)
  expect(begun).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(20)
  expect(begun).toHaveLength(2)
  looks.stop()
})

test('looks that are wanted without a pause have a tenth of the time', async () => {
  turned()
  const { looks, begun } = lasting(10)
  for (let ms = 0; ms < 5_000; ms += 5) {
    looks.want()
    await vi.advanceTimersByTimeAsync(5)
  }
  looks.stop()
  const [first = 0] = begun
  const took = 10 * begun.length
  expect(took / ((begun.at(-1) ?? 0) - first)).toBeLessThan(0.12)
  expect(begun.length).toBeGreaterThan(20)
})

test('after stop none begins', async () => {
  turned()
  const { looks, begun } = lasting(10)
  looks.want()
  await vi.advanceTimersByTimeAsync(0)
  looks.want()
  looks.stop()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(begun).toHaveLength(1)
})

test.each([
  [1_111, 9_999],
  [1_112, 10_000],
  [11_112, 10_000],
])('a look of %i ms is followed by a rest of %i', async (ms, rest) => {
  turned()
  const { looks, begun } = lasting(ms)
  looks.want()
  await vi.advanceTimersByTimeAsync(0)
  looks.want()
  await vi.advanceTimersByTimeAsync(rest - 1)
  expect(begun).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(2)
  expect(begun).toHaveLength(2)
  looks.stop()
})
