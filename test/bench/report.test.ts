import { expect, test } from 'vitest'
import {
  median,
  printRound,
  printSummary,
  ROUND_HEAD,
  type Round,
  SUMMARY_HEAD,
  summarize,
} from '../../bench/report.ts'

const side = (microseconds: number, lost = 0) => ({
  qps: 1e6 / microseconds,
  microseconds,
  lost,
  busy: 1,
  replyOctets: 83,
})
const round = (meridian: number, echo: number, lost = 0): Round => ({
  meridian: side(meridian, lost),
  echo: side(echo),
})

test('a median is the middle value, or the mean of the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
  expect(() => median([])).toThrow('nothing')
})

test('the ratio is that of each round, not that of the medians', () => {
  const { ratio } = summarize([round(20, 10), round(60, 20), round(20, 20)])
  expect(ratio).toEqual({ median: 2, min: 1, max: 3 })
})

test('lost queries are summed over the rounds, all else is a median', () => {
  const { meridian } = summarize([round(20, 10, 1), round(30, 10, 2), round(40, 10, 3)])
  expect(meridian).toMatchObject({ lost: 6, microseconds: 30, busy: 1, replyOctets: 83 })
})

test('figures stand below their headings', () => {
  const printed = printRound('1', round(20, 10))
  expect(printed.indexOf('50,000') + 6).toBe(ROUND_HEAD.indexOf('Meridian qps') + 12)
  expect(printed.indexOf('2.00')).toBe(ROUND_HEAD.indexOf('ratio'))
  const summary = printSummary('mixed', summarize([round(20, 10)]))
  expect(summary.indexOf('2.00 (2.00–2.00)')).toBe(SUMMARY_HEAD.indexOf('ratio'))
})
