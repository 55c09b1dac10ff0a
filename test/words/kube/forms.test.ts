import { describe, expect, test } from 'vitest'
import { isLabelValue, isQualifiedName } from '../../../src/words/kube/index.ts'

const long = (length: number): string => 'x'.repeat(length)

describe('the key of a label', () => {
  test.each(['tier', 'T', 'a.b_c-d', '9', 'example.com/tier', 'a/b', long(63), `${long(253)}/${long(63)}`])(
    'is %s',
    (key) => expect(isQualifiedName(key)).toBe(true),
  )

  test.each([
    '',
    '-a',
    'a-',
    'a b',
    'ä',
    '/a',
    'a/',
    'a/b/c',
    'A/b',
    'a..b/c',
    '-a/b',
    '__proto__',
    long(64),
    long(640),
    `${long(254)}/a`,
    `${long(2540)}/a`,
  ])('is not %s', (key) => expect(isQualifiedName(key)).toBe(false))
})

test.each([
  ['', true],
  ['gold', true],
  ['1.2_3-x', true],
  [long(63), true],
  [long(64), false],
  [long(640), false],
  ['a/b', false],
  ['.a', false],
  ['a ', false],
])('the value of a label can be "%s": %s', (value, can) => expect(isLabelValue(value)).toBe(can))
