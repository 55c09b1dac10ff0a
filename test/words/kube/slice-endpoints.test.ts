import fc from 'fast-check'
import { expect, test } from 'vitest'
import { endpointsIn, packEndpoints, type SliceEndpoint } from '../../../src/words/kube/index.ts'
import { uidOf } from '../../../src/words/kube/slice-endpoints.ts'

const condition = fc.constantFrom(null, true, false)
const octets = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.nat(255), { minLength: length, maxLength: length }).map((all) => String.fromCharCode(...all))

const uid = (text: string): string => uidOf(text) ?? ''

const endpoint: fc.Arbitrary<SliceEndpoint> = fc.record(
  {
    addresses: fc.array(fc.oneof(octets(4), octets(16)), { maxLength: 3 }),
    strays: fc.array(fc.string({ unit: 'binary' }), { maxLength: 2 }),
    hostname: fc.option(fc.constantFrom('db-0', 'db-1')),
    uid: fc.option(fc.oneof(fc.uuid().map(uid), fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }))),
    ready: condition,
    serving: condition,
    terminating: condition,
    zone: fc.option(fc.string()),
  },
  { noNullPrototype: true },
)

test('the endpoints of any slice come back as they were, and equal ones are equal octets', () => {
  fc.assert(
    fc.property(fc.array(endpoint), (all) => {
      const endpoints = packEndpoints(all)
      expect(endpointsIn({ endpoints })).toEqual(all)
      expect(packEndpoints(structuredClone(all))).toBe(endpoints)
    }),
  )
})

test('an ordinary endpoint takes ten octets, and 16 for the UID of its pod', () => {
  const many = (n: number, uids: (i: number) => string | null): string =>
    packEndpoints(
      Array.from({ length: n }, (_, i) => ({
        addresses: [String.fromCharCode(10, 0, 0, i)],
        strays: [],
        hostname: null,
        uid: uids(i),
        ready: true,
        serving: true,
        terminating: false,
        zone: 'us-east-1a',
      })),
    )
  const uuid = (i: number): string => uid(`0c5e58a4-6bd1-4d4e-8b1c-${String(i).padStart(12, '0')}`)
  expect(many(100, () => null).length - many(50, () => null).length).toBe(50 * 10)
  expect(many(100, uuid).length - many(50, uuid).length).toBe(50 * 26)
})

test('a UID is told from every other, and an empty one is none', () => {
  const written = fc.oneof(fc.uuid(), fc.string({ minLength: 1 }))
  fc.assert(fc.property(written, written, (a, b) => (uid(a) === uid(b)) === (a === b)))
  expect(uidOf('')).toBeNull()
})

test('the octets of a UID are those that its digits say', () => {
  fc.assert(
    fc.property(fc.uuid(), (text) => {
      expect(uidOf(text)).toBe(Buffer.from(text.replaceAll('-', ''), 'hex').toString('latin1'))
    }),
  )
})

// A slice has at most 1,000 endpoints by the API's own rule; what comes is not asked for its rules.
test.each([0, 1, 99, 100, 101, 999, 1000, 1001, 5000, 10_000])(
  '%i endpoints, whatever their names are long',
  (n) => {
    for (const length of [1, 31, 32, 33, 34, 63]) {
      const all = Array.from({ length: n }, (_, i) => ({
        addresses: [String.fromCharCode(10, 0, i >> 8, i & 255)],
        strays: [],
        hostname: `${i}`.padStart(length, 'h').slice(-length),
        uid: null,
        ready: true,
        serving: true,
        terminating: false,
        zone: `us-east-1${'abc'[i % 3]}`,
      }))
      expect(endpointsIn({ endpoints: packEndpoints(all) })).toEqual(all)
    }
  },
)
