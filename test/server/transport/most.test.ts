import { describe, expect, test } from 'vitest'
import { most, ofMost, ordinaryOf } from '../../../src/server/transport/most.ts'

test('the first of the greatest, and nobody where there is nothing', () => {
  expect(most(['a', 'bb', 'cc', 'd'], ({ length }) => length)).toBe('bb')
  expect(most([0, 0], (n) => n)).toBeUndefined()
  expect(most([], () => 1)).toBeUndefined()
})

test.each([
  [1, 1],
  [16, 1],
  [31, 1],
  [32, 2],
  [64, 4],
  [255, 15],
  [256, 16],
  [257, 16],
  [10_000, 16],
])('of room for %i, %i are nobody’s too many', (room, ordinary) => {
  expect(ordinaryOf(room)).toBe(ordinary)
})

describe('who makes room', () => {
  test.each([
    [16, '', ''],
    [16, 'a', 'a'],
    [16, 'ab', 'ab'],
    [16, 'abb', 'bb'],
    [16, 'babab', 'bbb'],
    [16, 'aabb', 'aa'],
    [32, 'babba', 'bbb'],
    [48, 'babba', 'babba'],
    [64, 'babba', 'babba'],
  ])('where there is room for %i, of %j: %j', (room, all, expected) => {
    expect(ofMost(all, room, (client) => client).join('')).toBe(expected)
  })
})
