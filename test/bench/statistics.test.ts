import { expect, test } from 'vitest'
import { intervalOf, median } from '../../bench/statistics.ts'

test('a median is the middle value, or the mean of the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
  expect(() => median([])).toThrow('nothing')
})

test('of nine values the second and the eighth enclose the median with 96 %', () => {
  const { median: middle, low, high, confidence } = intervalOf([9, 8, 7, 6, 5, 4, 3, 2, 1])
  expect([middle, low, high]).toEqual([5, 2, 8])
  expect(confidence).toBeCloseTo(1 - 20 / 512, 9)
})

test('more values make the interval narrower and keep it above 95 %', () => {
  const { low, high, confidence } = intervalOf(Array.from({ length: 25 }, (_, i) => i + 1))
  expect([low, high]).toEqual([8, 18])
  expect(confidence).toBeGreaterThan(0.95)
})

test('too few values give the least and the greatest, and say how little that is', () => {
  expect(intervalOf([2, 1, 3])).toEqual({ median: 2, low: 1, high: 3, confidence: 0.75 })
  expect(intervalOf([7])).toEqual({ median: 7, low: 7, high: 7, confidence: 0 })
})
