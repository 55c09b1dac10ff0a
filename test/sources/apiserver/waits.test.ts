import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RequestFailure } from '../../../src/sources/apiserver/failure.ts'
import { type FailureReason, LIMITS } from '../../../src/sources/apiserver/index.ts'
import { RetryWaits } from '../../../src/sources/apiserver/waits.ts'
import { backoff } from '../../../src/words/threads/index.ts'

const wait = (failures: number, random: number): number =>
  backoff(LIMITS.backoffMs, failures, () => random, LIMITS.backoffMs[0])

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

/** The waits after failures for these reasons, as long as chance can make them. */
const waitsAfter = (...reasons: readonly FailureReason[]): readonly number[] => {
  const waits = new RetryWaits(LIMITS, () => 0.999_999)
  return reasons.map((reason) => Math.round(waits.after(new RequestFailure(reason, reason))))
}

test('waits begin anew when a server that was away says its first word, even if that is no', () => {
  expect(waitsAfter('connection', 'connection', 'connection', 'deadline', 'forbidden', 'throttled')).toEqual([
    1_000, 2_000, 4_000, 5_000, 1_000, 2_000,
  ])
})

test('nobody waits for a version that was compacted away, whatever came before; unless it happens again', () => {
  expect(waitsAfter('connection', 'throttled', 'expired', 'expired', 'expired')).toEqual([
    1_000, 1_000, 0, 4_000, 5_000,
  ])
})
