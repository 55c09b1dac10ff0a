import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Codec,
  CodecError,
  count,
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
} from '../../../src/values/packed/index.ts'
import { runs, someOf, whenLong } from '../../support/runs.ts'

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

// A buffer begins at 4,096 octets and doubles; it is let go above a mebibyte. Each size is packed into a buffer that
// may be as it was first made, or as large as a former value needed.
describe('no size of buffer is the last', () => {
  const bounds = [4096, 8192, 65_536, 2 ** 20]
  const about = (bound: number) => Array.from({ length: 9 }, (_, i) => bound - 6 + i)
  const sizes = [
    ...bounds.flatMap((bound) => (bound < 2 ** 20 ? about(bound) : someOf(about(bound), 2))),
    ...bounds.map((bound) => 10 * bound).filter((size) => size < 2 ** 20),
    ...whenLong(10 * 2 ** 20),
  ]
  const forget = (): void => {
    pack(text, 'x'.repeat(2 ** 20 + 1))
    pack(count, 0)
  }
  const comesBack = <T>(codec: Codec<T>, value: T): void => {
    forget()
    const octets = pack(codec, value)
    expect(unpack(codec, octets)).toEqual(value)
    expect(pack(codec, value)).toBe(octets)
  }

  test.each(sizes)('what grows the buffer at %i octets is written whole, whatever it is', (size) => {
    const head = 'x'.repeat(size - 3)
    comesBack(record({ head: text, next: list(flag) }), { head, next: [true, false, true, true, false] })
    comesBack(record({ head: text, next: list(count) }), { head, next: [2 ** 40, 1, 127, 128, 2 ** 53 - 1] })
    comesBack(record({ head: text, next: list(text) }), { head, next: ['日本', 'é', '', 'x'.repeat(30)] })
    comesBack(record({ head: text, next: list(nullable(repeated(text))) }), {
      head,
      next: ['日本', null, '日本', 'a', 'a', 'z'.repeat(size)],
    })
  })

  test('lists of values of any length, up to a mebibyte', () => {
    const element = fc
      .tuple(anyText, fc.nat(3000), fc.boolean())
      .map(([unit, times, isWide]) => `${unit.repeat(times % 40)}${(isWide ? '日' : 'x').repeat(times)}`)
    fc.assert(
      fc.property(fc.array(element), fc.integer({ min: 1, max: 2 ** 19 }), (some, least) => {
        const once = Math.max(1, some.join('').length)
        const all = Array.from({ length: Math.ceil(least / once) }, () => some).flat()
        comesBack(list(text), all.slice(0, 20_000))
        comesBack(list(repeated(text)), all.slice(0, 20_000))
      }),
      { numRuns: runs(40) },
    )
  })

  test('more different values that repeat themselves than one octet counts', () => {
    for (const different of [127, 128, 129, 1280, 16_384, 16_385]) {
      const values = Array.from({ length: different }, (_, i) => `${i}`)
      comesBack(list(repeated(text)), [...values, ...values.toReversed(), ...values])
    }
  })
})

describe('what no writer wrote is refused at once', () => {
  const entry = record({
    name: text,
    ports: list(nullable(repeated(list(count)))),
    one: either(count, text, (value): value is number => typeof value === 'number'),
    kind: oneOf('a', 'b'),
  })
  const octets = pack(entry, { name: 'é日', ports: [[80, 443], null, [80, 443], [1]], one: 'x', kind: 'b' })

  test('a constant, a flag, and the place of a value that did not come before', () => {
    expect(() => unpack(oneOf('a', 'b'), '\x05')).toThrow(CodecError)
    expect(() => unpack(nullable(count), '\x02\x01')).toThrow(CodecError)
    expect(() => unpack(repeated(text), '\x01\x02a')).toThrow(CodecError)
  })
  test('every beginning of a value, and a value with more behind it', () => {
    for (let length = 0; length < octets.length; length++)
      expect(() => unpack(entry, octets.slice(0, length))).toThrow(CodecError)
    expect(() => unpack(entry, `${octets}\0`)).toThrow(CodecError)
  })
  test('a length of which there is no end', () => {
    expect(() => unpack(list(count), '\xff\xff\xff\xff\xff\xff\xff\x01')).toThrow(CodecError)
    expect(() => unpack(count, '\xff'.repeat(1000))).toThrow(CodecError)
  })
  test('any octets are a value or an error, never a wait', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(255)), (all) => {
        try {
          unpack(entry, String.fromCharCode(...all))
        } catch (error) {
          expect(error).toBeInstanceOf(CodecError)
        }
      }),
      { numRuns: runs(1000) },
    )
  })
  test.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, 2 ** 53])(
    '%d is not written as a count',
    (value) => {
      expect(() => pack(count, value)).toThrow(CodecError)
      expect(pack(count, 5)).toBe('\x05')
    },
  )
  test('nor a word that is none of the constants', () => {
    const word = oneOf<string>('a', 'b')
    expect(() => pack(word, 'c')).toThrow(CodecError)
  })
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
