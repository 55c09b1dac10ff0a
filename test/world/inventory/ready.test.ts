import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Endpoint, NONE_READY, packReady, Ready, readyIn } from '../../../src/world/inventory/index.ts'

const octets = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.nat(255), { minLength: length, maxLength: length }).map((all) => String.fromCharCode(...all))

const endpoint: fc.Arbitrary<Endpoint> = fc.record(
  {
    hostname: fc.constantFrom('db-0', '10-0-0-1', 'x'.repeat(63)),
    addresses: fc.array(fc.oneof(octets(4), octets(16)), { minLength: 1, maxLength: 3 }),
    zone: fc.constantFrom(null, 'a', 'b'),
    ports: fc.array(
      fc.record(
        { name: fc.constantFrom('', 'http'), protocol: fc.constantFrom('TCP', 'UDP'), port: fc.nat(65_535) },
        { noNullPrototype: true },
      ),
      { maxLength: 2 },
    ),
  },
  { noNullPrototype: true },
)

test('ready endpoints come back as they were, and equal ones are equal octets', () => {
  fc.assert(
    fc.property(fc.array(endpoint), (all) => {
      const ready = packReady(all)
      expect(readyIn({ ready })).toEqual(all)
      expect(packReady(structuredClone(all))).toBe(ready)
    }),
  )
})

test('a host name that is the address, dashed, is not kept', () => {
  const one = { addresses: ['\x0a\0\0\x05'], zone: null, ports: [] }
  const [byAddress, named] = ['10-0-0-5', 'db-0'].map((hostname) => packReady([{ ...one, hostname }]))
  expect(named?.length).toBe((byAddress?.length ?? 0) + 'db-0'.length + 1)
})

test('no endpoint at all is one string of octets', () => {
  expect(packReady([])).toBe(NONE_READY)
  expect(readyIn({ ready: NONE_READY })).toEqual([])
})

test('of a thousand names of ports one that is there is found, and none that is a part of others', () => {
  const ports = Array.from({ length: 1000 }, (_, i) => ({
    name: `p${i}`,
    protocol: 'TCP' as const,
    port: 1 + i,
  }))
  const ready = new Ready(packReady([{ hostname: 'a', addresses: ['\x0a\x00\x00\x01'], zone: null, ports }]))
  for (const name of ['p0', 'p1', 'p999']) expect(ready.hasPort({ name, protocol: 'TCP' })).toBe(true)
  for (const name of ['', 'p', '9', 'p1000', 'p0\x00', 'P0']) {
    expect(ready.hasPort({ name, protocol: 'TCP' })).toBe(false)
  }
  expect(ready.hasPort({ name: 'p0', protocol: 'UDP' })).toBe(false)
})
