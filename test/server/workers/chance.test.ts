import { expect, test } from 'vitest'
import { chance } from '../../../src/server/workers/chance.ts'

test('chance is in [0, 1), even, and each number tells nothing plain of the next', () => {
  const random = chance(0.5)
  const counts = new Array<number>(64).fill(0)
  for (let i = 0; i < 64_000; i++) {
    const [a, b] = [random(), random()]
    expect(a >= 0 && a < 1 && b >= 0 && b < 1).toBe(true)
    const cell = Math.floor(a * 8) * 8 + Math.floor(b * 8)
    counts[cell] = (counts[cell] ?? 0) + 1
  }
  // 1000 each, but for chance: six standard deviations.
  expect(Math.min(...counts)).toBeGreaterThan(810)
  expect(Math.max(...counts)).toBeLessThan(1190)
})
