import { describe, expect, test } from 'vitest'
import { DEEPEST, reuse } from '../../../src/values/table/reuse.ts'

const WRAPS = {
  lists: (inner: unknown) => [inner],
  objects: (inner: unknown) => ({ inner }),
  maps: (inner: unknown) => new Map([['inner', inner]]),
} as const

describe.each(Object.entries(WRAPS))('%s in one another', (_, wrap) => {
  const nested = (levels: number): unknown => {
    let value: unknown = [1]
    for (let i = 1; i < levels; i++) value = wrap(value)
    return value
  }

  test.each([1, 100, DEEPEST - 1, DEEPEST])('are compared as far as %i levels', (levels) => {
    const before = nested(levels)
    expect(reuse(before, nested(levels))).toBe(before)
  })

  test.each([DEEPEST + 1, 10 * DEEPEST, 200_000])(
    'that are %i deep count as changed, and overflow nothing',
    (levels) => {
      const [before, after] = [nested(levels), nested(levels)]
      expect(reuse(before, after) === before).toBe(false)
      expect(reuse(before, before)).toBe(before)
    },
  )
})
