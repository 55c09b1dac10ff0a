import { describe, expect, test } from 'vitest'
import { heapLimitsOf, limitedTo } from '../../../src/words/observe/index.ts'

const MEBIBYTE = 2 ** 20

describe('what the heaps of threads may hold', () => {
  test.each([
    ['in the container of the chart', 280, { main: 280, reader: 140, answering: 70 }],
    ['by default on a large machine', 4288, { main: 4288, reader: 2144, answering: 1072 }],
    ['in a small container', 88, { main: 88, reader: 108, answering: 64 }],
  ])('%s', (_where, main, limits) => {
    expect(heapLimitsOf(main * MEBIBYTE)).toEqual(limits)
  })

  test('is the old generation and the young one together', () => {
    expect(limitedTo(140)).toEqual({ maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 12 })
  })
})
