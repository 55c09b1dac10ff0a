import { describe, expect, test } from 'vitest'
import { heaviest } from '../../../src/sources/reader/blame.ts'

const MIB = 2 ** 20
const whose = (loads: Readonly<Record<string, number>>, inHand: string | undefined, limit = 140) =>
  heaviest(new Map(Object.entries(loads).map(([id, mib]) => [id, mib * MIB])), inHand, limit * MIB)

describe('the end of a thread that ran out of memory is that of', () => {
  test.each([
    ['the one in hand, where nobody holds anything', { good: 0, bad: 0 }, 'bad', 'bad'],
    ['the one that holds most of it, whoever was in hand', { good: 1, bad: 57 }, 'good', 'bad'],
    ['the one that holds most of it, if nobody was in hand', { good: 1, bad: 57 }, undefined, 'bad'],
    ['the one in hand, which needed more than any other holds', { good: 20, bad: 0 }, 'bad', 'bad'],
    ['the one in hand, which holds most', { good: 20, bad: 60 }, 'bad', 'bad'],
    [
      'nobody, where nobody was in hand and most of it is not counted',
      { good: 10, bad: 20 },
      undefined,
      undefined,
    ],
    ['the one that holds most of several', { good: 3, bad: 30, worse: 31 }, 'good', 'worse'],
    ['the one that holds most, where more is counted than there was', { good: 70, bad: 80 }, 'good', 'bad'],
  ])('%s', (_what, loads, inHand, expected) => {
    expect(whose(loads, inHand)).toBe(expected)
  })

  test.each([
    [25, 'good'],
    [26, 'bad'],
    [250, 'bad'],
  ])(
    'the one in hand unless another holds more than nobody counted: %i of 100 that may be twice as much',
    (mib, expected) => {
      expect(whose({ good: 0, bad: mib }, 'good', 100)).toBe(expected)
    },
  )
})
