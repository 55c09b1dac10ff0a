import { expect, test } from 'vitest'
import { carries, printLabels } from '../../../src/words/clusterset/index.ts'

test('all labels that are wanted must be there, with their values', () => {
  const labels = new Map([
    ['tier', 'gold'],
    ['empty', ''],
  ])
  expect(carries(labels, new Map())).toBe(true)
  expect(carries(labels, new Map([['tier', 'gold']]))).toBe(true)
  expect(carries(labels, labels)).toBe(true)
  expect(carries(labels, new Map([['tier', 'silver']]))).toBe(false)
  expect(carries(labels, new Map([['site', '']]))).toBe(false)
  expect(printLabels(labels)).toBe('tier=gold,empty=')
})
