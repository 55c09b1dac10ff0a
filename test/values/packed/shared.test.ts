import { expect, test } from 'vitest'
import { text } from '../../../src/values/packed/index.ts'
import { LONGEST_SHARED, MOST_SHARED, shared } from '../../../src/values/packed/shared.ts'

/** A text that is another string each time. */
const textOf = (length: number, end = 'x'): readonly [string] => [end.padStart(length, '-')]

const codec = {
  write: ([value]: readonly [string], to: Parameters<typeof text.write>[1]) => text.write(value, to),
  read: (from: Parameters<typeof text.read>[0]): readonly [string] => [text.read(from)],
}

/** Octets of the length before it. */
const HEAD = 2

test.each([
  [LONGEST_SHARED - 1, true],
  [LONGEST_SHARED, true],
  [LONGEST_SHARED + 1, false],
  [10 * LONGEST_SHARED, false],
])('two equal values of %i octets are one: %s', (octets, isOne) => {
  const share = shared(codec)
  const first = textOf(octets - HEAD)
  expect(share(first)).toBe(first)
  expect(share(textOf(octets - HEAD)) === first).toBe(isOne)
})

const FIT = MOST_SHARED / LONGEST_SHARED

test.each([
  [FIT - 1, true],
  [FIT, true],
  [FIT + 1, false],
  [10 * FIT, false],
])('of %i of the longest the first is still there: %s', (count, isThere) => {
  const share = shared(codec)
  const first = share(textOf(LONGEST_SHARED - HEAD, 'first'))
  for (let i = 1; i < count; i++) share(textOf(LONGEST_SHARED - HEAD, String(i)))
  expect(share(textOf(LONGEST_SHARED - HEAD, 'first')) === first).toBe(isThere)
})

test.each([
  [3, true],
  [4, true],
  [5, false],
  [40, false],
])('of %i where four may be about the first is still there: %s', (count, isThere) => {
  const share = shared(codec, 4)
  const first = share(textOf(8, 'first'))
  for (let i = 1; i < count; i++) share(textOf(8, String(i)))
  expect(share(textOf(8, 'first')) === first).toBe(isThere)
})
