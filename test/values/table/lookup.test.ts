import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Lookup, MOST_SCANS } from '../../../src/values/table/index.ts'

const MANY = 1000

test.each([
  [MOST_SCANS - 1, 0],
  [MOST_SCANS, 0],
  [MOST_SCANS + 1, MANY + 1],
  [10 * MOST_SCANS, MANY + 9 * MOST_SCANS],
])('asked %i times, %i keys are made: none before an index pays', (times, keys) => {
  let made = 0
  const keyOf = (one: number): string => {
    made++
    return String(one)
  }
  const lookup = new Lookup(
    Array.from({ length: MANY }, (_, i) => i),
    keyOf,
    (a, b) => a === b,
  )
  for (let i = 0; i < times; i++) expect(lookup.placesOf(i)).toEqual([i])
  expect(made).toBe(keys)
})

test('finds all that are like one, in order, however often it is asked', () => {
  const some = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 24 })
  fc.assert(
    fc.property(some, fc.integer({ min: 0, max: 6 }), (list, wanted) => {
      const lookup = new Lookup(list, String, (a, b) => a === b)
      const places = list.flatMap((one, place) => (one === wanted ? [place] : []))
      for (let i = 0; i < 2 * MOST_SCANS; i++) expect(lookup.placesOf(wanted)).toEqual(places)
    }),
  )
})
