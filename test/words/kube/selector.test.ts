import { describe, expect, test } from 'vitest'
import { MOST_SELECTOR, parseSelector, selects } from '../../../src/words/kube/index.ts'

/** Whether labels are selected; undefined: the text is no selector. */
function by(text: string, labels: Record<string, string>): boolean | undefined {
  const selector = parseSelector(text)
  return selector && selects(selector, labels)
}

describe('a label selector, as kubectl -l takes it', () => {
  test.each([
    ['team', { team: '' }, true],
    ['team', {}, false],
    ['!team', {}, true],
    ['! team', { team: 'x' }, false],
    ['team=payments', { team: 'payments' }, true],
    ['team==payments', { team: 'payments' }, true],
    [' team = payments ', { team: 'data' }, false],
    ['team=', { team: '' }, true],
    ['team=', {}, false],
    ['team!=payments', {}, true],
    ['team!=payments', { team: 'payments' }, false],
    ['team in (payments, data)', { team: 'data' }, true],
    ['team in (payments,data)', {}, false],
    ['team notin (payments, data)', {}, true],
    ['team notin (payments)', { team: 'payments' }, false],
    ['team=payments,tier!=test,!internal', { team: 'payments', tier: 'prod' }, true],
    ['team=payments,tier!=test,!internal', { team: 'payments', internal: '' }, false],
    ['in in (in)', { in: 'in' }, true],
    ['example.com/team=payments', { 'example.com/team': 'payments' }, true],
    ['constructor', {}, false],
  ])('%j of %j: %s', (text, labels, selected) => {
    expect(by(text, labels)).toBe(selected)
  })

  test.each([
    '',
    ' ',
    ',',
    'team,',
    'team,,tier',
    'team=a b',
    'team=(a)',
    'team in',
    'team in a',
    'team in (a',
    'team in (a))',
    'team>5',
    '=payments',
    '!',
    '!!team',
    'a b',
    '-team',
    'team=-',
    `${'x'.repeat(64)}=a`,
    'EXAMPLE.com/team=a',
  ])('%j is none', (text) => {
    expect(parseSelector(text)).toBeUndefined()
  })

  test.each([
    [MOST_SELECTOR, true],
    [MOST_SELECTOR + 1, false],
    [10 * MOST_SELECTOR, false],
  ])('of %i characters is one: %s', (characters, isOne) => {
    const text = `team in (${'a,'.repeat(MOST_SELECTOR * 5)}`.slice(0, characters - 2)
    expect(parseSelector(`${text}a)`.padEnd(characters, ' ')) !== undefined).toBe(isOne)
  })

  test.each([
    [100, true],
    [101, false],
    [1000, false],
  ])('of %i requirements is one: %s', (count, isOne) => {
    const text = Array.from({ length: count }, () => 'a').join()
    expect(parseSelector(text) !== undefined).toBe(isOne)
  })
})
