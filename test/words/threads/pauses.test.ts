import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backoff } from '../../../src/words/threads/index.ts'

test('pauses double up to their bound, and chance takes at most half', () => {
  fc.assert(
    fc.property(fc.nat(1e6), (failures) => {
      const whole = Math.min(10_000, 50 * 2 ** failures)
      const pause = backoff([50, 10_000], failures, Math.random)
      expect(pause).toBeGreaterThanOrEqual(whole / 2)
      expect(pause).toBeLessThanOrEqual(whole)
    }),
  )
})
