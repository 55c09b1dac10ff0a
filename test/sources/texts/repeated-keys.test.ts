import { expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { repeatedKeysIn } from '../../../src/sources/texts/index.ts'

const repeatedIn = (text: string): readonly number[] =>
  repeatedKeysIn(parseDocument(text, { uniqueKeys: false, merge: true, logLevel: 'error' }))

test.each([
  ['a: 1\nb: 2\n', []],
  ['a: 1\nb: {a: 1}\nc: [{a: 1}, {a: 2}]\n', []],
  ['a: 1\na: 2\na: 3\n', [5, 10]],
  ['a: {b: 1, c: 2, b: 3}\n', [16]],
  ['"a": 1\na: 2\n', [7]],
  ['x: &x {a: 1}\ny: {<<: *x, <<: *x}\n', []],
  ['[]', []],
])('%j', (text, places) => {
  expect(repeatedIn(text)).toEqual(places)
  // As the parser itself finds them, comparing each with each.
  const { errors } = parseDocument(text, { merge: true, logLevel: 'error', prettyErrors: false })
  expect(errors.map(({ pos }) => pos[0])).toEqual(places)
})

test('of a hundred thousand keys the last is found to be the first', () => {
  const keys = Array.from({ length: 100_000 }, (_, i) => `k${i}: 1\n`)
  expect(repeatedIn(keys.join(''))).toEqual([])
  expect(repeatedIn(`${keys.join('')}k0: 2`)).toEqual([keys.join('').length])
})
