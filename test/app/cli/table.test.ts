import { expect, test } from 'vitest'
import { printColumns, printTable } from '../../../src/app/cli/table.ts'

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

test.each([1000, 200_000])('%d rows are no more than any other number of them', (count) => {
  const rows = Array.from({ length: count }, (_, i) => [String(i), 'x'])
  expect(printColumns(rows).split('\n', 2)).toEqual([
    `${'0'.padEnd(String(count - 1).length)}  x`,
    `${'1'.padEnd(String(count - 1).length)}  x`,
  ])
})

test('a row may be longer than the first, and there may be none', () => {
  expect(printColumns([['a'], ['b', 'c']])).toBe('a\nb  c\n')
  expect(printColumns([])).toBe('')
})
