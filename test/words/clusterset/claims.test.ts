import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mask, overlaps, type Prefix, parsePrefix } from '../../../src/values/dns/index.ts'
import { type Claim, Claims } from '../../../src/words/clusterset/index.ts'

const rangeOf = (octets: number) =>
  fc
    .record({
      length: fc.integer({ min: 0, max: octets * 8 }),
      octets: fc.array(fc.constantFrom(0, 1, 128, 255), { minLength: octets, maxLength: octets }),
    })
    .map(({ length, octets }): Prefix => ({ base: mask(String.fromCharCode(...octets), length), length }))

const claims = fc.array(
  fc.record({ id: fc.constantFrom('a', 'b', 'c'), prefix: fc.oneof(rangeOf(4), rangeOf(16), rangeOf(4)) }),
  { maxLength: 12 },
)

test('a rival is the first other cluster that declares a part of a range, as if each were held against all', () => {
  fc.assert(
    fc.property(claims, (all: readonly Claim[]) => {
      const known = new Claims(all)
      for (const one of all) {
        const rival = all.find(({ id, prefix }) => id !== one.id && overlaps(prefix, one.prefix))
        expect(known.rivalOf(one)).toBe(rival?.id)
      }
    }),
  )
})

test.each([0, 1, 2, 300, 3_000, 100_000])('%i ranges are each looked up', (many) => {
  const all = Array.from({ length: many }, (_, i): Claim => {
    const prefix = parsePrefix(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`)
    if (prefix === undefined) throw new Error('no prefix')
    return { id: `c${i % 1000}`, prefix }
  })
  const known = new Claims(all)
  expect(all.filter((one) => known.rivalOf(one) !== undefined)).toEqual([])
})
