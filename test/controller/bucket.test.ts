import { expect, test } from 'vitest'
import { Bucket } from '../../src/controller/bucket.ts'

const takes = (bucket: Bucket, times: number, now: number): readonly number[] =>
  Array.from({ length: times }, () => bucket.take(now))

test('after a rest so many go at once, then one after another at the rate', () => {
  const bucket = new Bucket({ perSecond: 10, burst: 3 }, 0)
  expect(takes(bucket, 5, 0)).toEqual([0, 0, 0, 100, 200])
})

test('those that wait have taken their turn: who comes later waits for all of them', () => {
  const bucket = new Bucket({ perSecond: 10, burst: 1 }, 0)
  expect(takes(bucket, 3, 0)).toEqual([0, 100, 200])
  expect(bucket.take(100)).toBe(200)
})

test('a rest is worth no more than the burst', () => {
  const bucket = new Bucket({ perSecond: 10, burst: 2 }, 0)
  takes(bucket, 2, 0)
  expect(takes(bucket, 3, 60_000)).toEqual([0, 0, 100])
})
