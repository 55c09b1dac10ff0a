import { describe, expect, test } from 'vitest'
import {
  above,
  fits,
  fold,
  isLabel,
  isName,
  isWithin,
  joinNames,
  labelsOf,
  parseName,
  printName,
  wireLength,
} from '../../../src/values/dns/index.ts'

describe('names', () => {
  test.each([
    ['Web.Default.SVC.clusterset.local.', 'web.default.svc.clusterset.local'],
    ['web', 'web'],
    ['.', ''],
    ['', ''],
  ])('%j typed by a user is %j', (text, name) => {
    expect(parseName(text)).toBe(name)
  })

  test.each([
    ['.', true],
    ['web.default.global', true],
    ['WEB.global.', true],
    ['a\\.b\\\\.\\255\\000', true],
    ['a b.global', true],
    [`${'a'.repeat(63)}.global`, true],
    [`${'\\097'.repeat(63)}.global`, true],
    [`${`${'a'.repeat(63)}.`.repeat(3)}${'a'.repeat(61)}.`, true],
    [`${'é'.repeat(31)}.global`, true],
    ['', false],
    ['..', false],
    ['.global', false],
    ['web..global', false],
    ['web.global..', false],
    ['a\\', false],
    ['a\\30', false],
    ['a\\256.global', false],
    ['a\\999.global', false],
    [`${'a'.repeat(64)}.global`, false],
    [`${'a'.repeat(640)}.global`, false],
    [`${'é'.repeat(32)}.global`, false],
    [`${`${'a'.repeat(63)}.`.repeat(3)}${'a'.repeat(62)}`, false],
  ])('%j is a name: %s', (text, is) => {
    expect(isName(text)).toBe(is)
  })

  test('fold A to Z and nothing else', () => {
    expect(fold('AZ[]`az-ÄİK\u212A')).toBe('az[]`az-Äİk\u212A')
  })

  test('are printed with the closing dot, the root too', () => {
    expect([printName('web.global'), printName('')]).toEqual(['web.global.', '.'])
  })

  test('are joined without empty parts', () => {
    expect(joinNames('', 'a.b', '', 'c')).toBe('a.b.c')
    expect(joinNames('', '')).toBe('')
  })

  test('have labels, of which the root has none', () => {
    expect([labelsOf(''), labelsOf('a'), labelsOf('a.b.c')]).toEqual([[], ['a'], ['a', 'b', 'c']])
  })

  test('take an octet per label besides their text, and one for the root', () => {
    expect([wireLength(''), wireLength('a'), wireLength('ab.c')]).toEqual([1, 3, 6])
  })

  test.each([
    ['a.global', 'global', true],
    ['global', 'global', true],
    ['aglobal', 'global', false],
    ['global.a', 'global', false],
    ['a.b', '', true],
    ['', '', true],
    ['', 'global', false],
  ])('%j within %j: %s', (name, zone, within) => {
    expect(isWithin(name, zone)).toBe(within)
  })

  test('have a part above their zone', () => {
    expect([above('a.b.global', 'global'), above('global', 'global'), above('a.b', '')]).toEqual([
      'a.b',
      '',
      'a.b',
    ])
  })
})

describe('what Meridian may make', () => {
  test.each(['a', '0', 'web-1', '_http', 'x'.repeat(63)])('label %s', (label) => {
    expect(isLabel(label)).toBe(true)
  })

  test.each(['', '-a', 'a-', 'A', 'a.b', 'ä', 'a b', 'x'.repeat(64)])('not label %j', (label) => {
    expect(isLabel(label)).toBe(false)
  })

  test('names of 255 octets, not of 256', () => {
    const [whole, last] = ['x'.repeat(63), 'x'.repeat(61)]
    expect(wireLength([whole, whole, whole, last].join('.'))).toBe(255)
    expect(fits([whole, whole, whole, last].join('.'))).toBe(true)
    expect(fits([whole, whole, whole, `${last}x`].join('.'))).toBe(false)
    expect(fits(`a.${'x'.repeat(64)}`)).toBe(false)
    expect(fits('')).toBe(true)
  })
})
