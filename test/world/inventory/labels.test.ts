import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printAddress } from '../../../src/values/dns/index.ts'
import { labelOf } from '../../../src/world/inventory/index.ts'

const octet = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(255) })
const address = fc
  .oneof(
    fc.array(octet, { minLength: 16, maxLength: 16 }),
    fc.array(octet, { minLength: 4, maxLength: 4 }).map((end) => [...Array(10).fill(0), 255, 255, ...end]),
  )
  .map((octets) => String.fromCharCode(...octets))

test('an IPv6 endpoint without a host name goes by what is printed of its address, dashed', () => {
  fc.assert(
    fc.property(address, (one) => {
      const dashes = printAddress(one).replace(/[.:]/g, '-')
      expect(labelOf(one)).toBe(
        `${dashes.startsWith('-') ? '0' : ''}${dashes}${dashes.endsWith('-') ? '0' : ''}`,
      )
    }),
    { numRuns: 1000 },
  )
})
