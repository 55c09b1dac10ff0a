import { describe, expect, test } from 'vitest'
import { most, ofMost } from '../../src/transport/most.ts'

test('the first of the greatest, and nobody where there is nothing', () => {
  expect(most(['a', 'bb', 'cc', 'd'], ({ length }) => length)).toBe('bb')
  expect(most([0, 0], (n) => n)).toBeUndefined()
  expect(most([], () => 1)).toBeUndefined()
})

describe('who makes room', () => {
  test.each([
    [[], ''],
    ['a', 'a'],
    ['ab', 'a'],
    ['abb', 'bb'],
    ['babab', 'bbb'],
    ['aabb', 'aa'],
  ])('of %j: %j', (all, expected) => {
    expect(ofMost(all, (client) => client).join('')).toBe(expected)
  })
})
