import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contains, hasFamilyOf, longestAround, mask } from '../../../src/values/dns/index.ts'

const octets = (size: number) =>
  fc
    .array(fc.constantFrom(0, 1, 128, 255), { minLength: size, maxLength: size })
    .map((list) => String.fromCharCode(...list))
const address = fc.oneof(octets(4), octets(16))
const prefix = address.chain((base) =>
  fc.nat(8 * base.length).map((length) => ({ base: mask(base, length), length })),
)

test('what is looked up is what holding an address against each prefix finds', () => {
  fc.assert(
    fc.property(fc.array(prefix, { maxLength: 20 }), address, (prefixes, one) => {
      const lengths = prefixes.filter((each) => contains(each, one)).map(({ length }) => length)
      expect(longestAround(one, prefixes)).toBe(lengths.length === 0 ? undefined : Math.max(...lengths))
      expect(hasFamilyOf(one, prefixes)).toBe(prefixes.some(({ base }) => base.length === one.length))
    }),
  )
})
