import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changesOf, printDiff } from '../../../src/app/cli/diff.ts'
import { printTable } from '../../../src/app/cli/table.ts'

describe('a comparison', () => {
  test('of equals says so', () => {
    expect(printDiff('a\nb\n', 'a\nb\n', false)).toBe('no difference\n')
  })

  test('is the lines that go, then those that come, and nothing around them', () => {
    expect(printDiff('a\nb\nc\n', 'a\nx\nc\ny\n', false)).toBe('-b\n+x\n+y\n')
  })

  test('counts lines that are there more than once', () => {
    expect(printDiff('a\na\nb\n', 'a\nb\nb\n', false)).toBe('-a\n+b\n')
  })

  test('of lines that change places is told, unless their order means nothing', () => {
    expect(printDiff('a\nb\nc\n', 'a\nc\nb\n', false, { as: 'moves' })).toBe('-b\n+b ; further down\n')
    expect(printDiff('a\nb\nc\n', 'a\nc\nb\n', false, { as: 'set' })).toBe('no difference\n')
  })

  test('is of a sequence: values that two entries exchange are a change', () => {
    const slice = (a: boolean, b: boolean) => `- address: 1\n  ready: ${a}\n- address: 2\n  ready: ${b}\n`
    expect(changesOf(slice(true, false), slice(false, true), { as: 'sequence' })).toHaveLength(4)
  })

  test('of entries alike is no more than those that come and go', () => {
    const list = (ids: readonly number[]) => ids.map((id) => `- ${id}\n  ready: true\n  port: 80\n`).join('')
    const ids = Array.from({ length: 1000 }, (_, i) => i)
    const changes = changesOf(list(ids), list([-1, ...ids.toSpliced(500, 1), 1000]), { as: 'sequence' })
    expect(changes.filter((line) => /^.- /.test(line))).toEqual(['+- -1', '-- 500', '+- 1000'])
    expect(changes).toHaveLength(9)
  })

  test.each([999, 1000, 1001, 10_000])('of %i lines that are all others is all of them', (count) => {
    const lines = (name: string) => Array.from({ length: count }, (_, i) => `${name}${i}`)
    const text = printDiff(
      `head\n${lines('a').join('\n')}\ntail`,
      `head\n${lines('b').join('\n')}\ntail`,
      false,
    )
    expect(text.split('\n')).toEqual([
      ...lines('a').map((line) => `-${line}`),
      ...lines('b').map((line) => `+${line}`),
      '',
    ])
  })

  test('turns the one into the other', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 })
    fc.assert(
      fc.property(text, text, (before, after) => {
        const changes = changesOf(before.join('\n'), after.join('\n'), { as: 'sequence' })
        const count = (sign: string) => changes.filter((line) => line.startsWith(sign)).length
        expect(before.length - count('-')).toBe(after.length - count('+'))
        expect(before.length - count('-')).toBe(longestCommon(before, after))
      }),
    )
  })

  test('is coloured on a terminal', () => {
    expect(printDiff('a\n', 'b\n', true)).toBe('\x1b[31m-a\x1b[0m\n\x1b[32m+b\x1b[0m\n')
  })
})

test('a table’s columns are as wide as their widest cell, without blanks at the ends of lines', () => {
  expect(
    printTable(
      ['name', 'to'],
      [
        ['a', 'somewhere'],
        ['longer', ''],
      ],
    ),
  ).toBe('NAME    TO\na       somewhere\nlonger\n')
})

function longestCommon([a, ...more]: readonly string[], b: readonly string[]): number {
  if (a === undefined) return 0
  const at = b.indexOf(a)
  const without = longestCommon(more, b)
  return at === -1 ? without : Math.max(without, 1 + longestCommon(more, b.slice(at + 1)))
}
