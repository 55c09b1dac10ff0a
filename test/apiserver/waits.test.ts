import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LIMITS } from '../../src/apiserver/index.ts'
import { backoff } from '../../src/apiserver/waits.ts'

const wait = (failures: number, random: number): number => backoff(LIMITS.backoffMs, failures, () => random)

test('no wait is under half a second or over five, however many failures there were', () => {
  fc.assert(
    fc.property(
      fc.nat(1_000_000),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (failures, random) => {
        expect(wait(failures, random)).toBeGreaterThanOrEqual(500)
        expect(wait(failures, random)).toBeLessThanOrEqual(5_000)
      },
    ),
  )
})

test('waits may grow with each failure, and differ by chance', () => {
  expect([1, 2, 3, 4, 5].map((failures) => wait(failures, 0.999_999)).map(Math.round)).toEqual([
    1_000, 2_000, 4_000, 5_000, 5_000,
  ])
  expect(wait(5, 0.1)).not.toBe(wait(5, 0.9))
})
