import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Codec,
  count,
  dictionary,
  either,
  flag,
  integer,
  list,
  map,
  nullable,
  oneOf,
  pack,
  record,
  repeated,
  shared,
  text,
  trimmed,
  unpack,
} from '../../src/packed/index.ts'

const returns = <T>(codec: Codec<T>, values: fc.Arbitrary<T>): void =>
  fc.assert(
    fc.property(values, (value) => {
      const octets = pack(codec, value)
      expect(octets).toMatch(/^[\0-\xff]*$/)
      expect(unpack(codec, octets)).toEqual(value)
    }),
  )

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('é', '日本', '\u{1f600}', '\ud800'),
)

describe('what is packed comes back equal', () => {
  test('counts, as far as numbers are exact', () => returns(count, fc.maxSafeNat()))
  test('integers on either side of 0', () =>
    returns(
      integer,
      fc.integer({ min: -(2 ** 51), max: 2 ** 51 }).map((value) => value + 0),
    ))
  test('any text, halves of characters too', () => returns(text, anyText))
  test('text longer than what was ever written before', () => {
    const long = 'x'.repeat(100_000)
    expect(unpack(text, pack(text, long))).toBe(long)
  })
  test('lists, flags, and what may be null', () =>
    returns(list(nullable(flag)), fc.array(fc.constantFrom(null, true, false))))
  test('records and maps', () =>
    returns(
      map(text, record<{ a: number; b: string | null }>({ a: count, b: nullable(text) })),
      fc
        .array(
          fc.tuple(anyText, fc.record({ a: fc.nat(), b: fc.option(anyText) }, { noNullPrototype: true })),
        )
        .map((entries) => new Map(entries)),
    ))
  test('maps of texts', () => returns(dictionary, fc.constantFrom({}, { a: 'b', 'x/y': 'é' })))
  test('either of two types', () =>
    returns(
      list(either(count, text, (value): value is number => typeof value === 'number')),
      fc.array(fc.oneof(fc.nat(), anyText)),
    ))
  test('what repeats itself, among what does not', () =>
    returns(
      list(record({ zone: repeated(text), ports: repeated(list(count)) })),
      fc.array(
        fc.record(
          { zone: fc.constantFrom('a', 'b', ''), ports: fc.array(fc.nat(3), { maxLength: 2 }) },
          { noNullPrototype: true },
        ),
      ),
    ))
})

test('what repeats itself is written once and is one when read, in each pack anew', () => {
  const zones = list(repeated(text))
  const one = pack(zones, ['us-east-1a'])
  expect(pack(zones, ['us-east-1a', 'us-east-1a', 'us-east-1a'])).toHaveLength(one.length + 2)
  expect(pack(zones, ['us-east-1a'])).toBe(one)
  const [first, second] = unpack(list(repeated(list(count))), pack(list(repeated(list(count))), [[7], [7]]))
  expect(first).toBe(second)
})

test('a constant that no codec wrote is refused', () => {
  expect(() => unpack(oneOf('a', 'b'), '\x05')).toThrow('no codec wrote')
})

test('equal values share one identity, and there is a bound to what is remembered of them', () => {
  const share = shared(list(text), 2)
  const first = ['a']
  expect(share(first)).toBe(first)
  expect(share(['a'])).toBe(first)
  share(['b'])
  share(['c'])
  expect(share(['a'])).not.toBe(first)
})

test('a list is trimmed to equal content, and empty ones are one', () => {
  expect(trimmed(['a', 'b'])).toEqual(['a', 'b'])
  expect(trimmed([])).toBe(trimmed([]))
})
