import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HashFilter } from '../../../src/server/speed/hash-filter.ts'
import { hashOf } from '../../../src/values/table/index.ts'

const keys = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 50 })

test('a hash that is there is never said not to be, and one that went is', () => {
  fc.assert(
    fc.property(keys, keys, (staying, leaving) => {
      const filter = new HashFilter()
      for (const key of [...staying, ...leaving]) filter.add(hashOf(key))
      for (const key of leaving) filter.remove(hashOf(key))
      for (const key of staying) expect(filter.mayHave(hashOf(key))).toBe(true)
      for (const key of staying) filter.remove(hashOf(key))
      for (const key of [...staying, ...leaving]) expect(filter.mayHave(hashOf(key))).toBe(false)
    }),
  )
})

test('among 100,000 services most names of none are told from them', () => {
  const filter = new HashFilter()
  for (let i = 0; i < 100_000; i++) filter.add(hashOf(`team-${i % 500}/service-${i}`))
  let seeming = 0
  for (let i = 0; i < 10_000; i++) if (filter.mayHave(hashOf(`team-${i % 500}/x${i}`))) seeming++
  expect(seeming).toBeLessThan(2500)
})

test('more than a counter can count are not forgotten before they are gone', () => {
  const filter = new HashFilter()
  for (let i = 0; i < 1000; i++) filter.add(7)
  for (let i = 0; i < 999; i++) filter.remove(7)
  expect(filter.mayHave(7)).toBe(true)
})

test.each([
  [254, false],
  [255, true],
  [256, true],
  [2550, true],
])('of %s of one hash that all go it is %s that one may be there', (count, mayHave) => {
  const filter = new HashFilter()
  for (let i = 0; i < count; i++) filter.add(7)
  expect(filter.mayHave(7)).toBe(true)
  for (let i = 0; i < count; i++) filter.remove(7)
  expect(filter.mayHave(7)).toBe(mayHave)
  expect([6, 8].map((beside) => filter.mayHave(beside))).toEqual([false, false])
})

test('neighbours are told apart, whichever of them come and go', () => {
  const filter = new HashFilter()
  const hashes = Array.from({ length: 100 }, (_, i) => i - 50)
  for (const hash of hashes) if (hash % 3 !== 0) filter.add(hash)
  for (const hash of hashes) expect(filter.mayHave(hash)).toBe(hash % 3 !== 0)
  for (const hash of hashes) if (hash % 3 === 1) filter.remove(hash)
  for (const hash of hashes) expect(filter.mayHave(hash)).toBe(hash % 3 !== 0 && hash % 3 !== 1)
})
