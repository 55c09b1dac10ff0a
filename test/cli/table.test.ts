import { expect, test } from 'vitest'
import { printColumns, printTable } from '../../src/cli/table.ts'

test('columns are as wide as their widest cell, and no line ends in spaces', () => {
  expect(
    printTable(
      ['name', 'n'],
      [
        ['a', '1'],
        ['longer', ''],
      ],
    ),
  ).toBe('NAME    N\na       1\nlonger\n')
})

test('a row may be longer than the first, and there may be none', () => {
  expect(printColumns([['a'], ['b', 'c']])).toBe('a\nb  c\n')
  expect(printColumns([])).toBe('')
})
