import { describe, expect, test } from 'vitest'
import { printDiff } from '../../src/cli/diff.ts'
import { printTable } from '../../src/cli/table.ts'

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
