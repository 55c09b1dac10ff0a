import fc from 'fast-check'
import { expect, test } from 'vitest'
import { briefly, printable, printableIn, printableLines } from '../../../src/words/kube/index.ts'

const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u

test.each([
  ['shop/cart', 'shop/cart'],
  ['M\u00fcnchen \u2260 \ud83d\ude00', 'M\u00fcnchen \u2260 \ud83d\ude00'],
  ['\u001b[2J', '\\x1b[2J'],
  ['a\nb\tc', 'a\\x0ab\\x09c'],
  ['\u009b31m', '\\x9b31m'],
  ['a\u202eb', 'a\\u202eb'],
  ['a\u2066b\u2069', 'a\\u2066b\\u2069'],
  ['a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
  ['\ud800', '\\ud800'],
  ['\u{e0041}', '\\u{e0041}'],
])('%j is said as %j', (text, said) => {
  expect(printable(text)).toBe(said)
})

test('whatever a text is, nothing unseen is left of it, and what can be seen stays', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const said = printable(text)
      expect(said).not.toMatch(UNSEEN)
      expect(printable(said)).toBe(said)
      expect(printableLines(text).replaceAll(/[\t\n]/g, '')).not.toMatch(UNSEEN)
      expect(printableIn({ a: [text] })).toEqual({ a: [said] })
      if (!UNSEEN.test(text)) expect(said).toBe(text)
    }),
  )
})

test.each([9, 10, 11, 100])('a text of %i characters is told as far as ten', (length) => {
  const text = '\u0100'.repeat(length)
  expect(briefly(text, 10)).toBe(length <= 10 ? text : `${'\u0100'.repeat(9)}…`)
})

test('a character is not cut in two', () => {
  expect(briefly(`${'a'.repeat(8)}\ud83d\ude00bc`, 10)).toBe(`${'a'.repeat(8)}\ufffd…`)
})
