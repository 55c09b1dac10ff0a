import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bitsOf,
  commonBits,
  contains,
  embeddedIn,
  familyOf,
  mask,
  overlaps,
  type Prefix,
  parseAddress,
  parsePrefix,
  printAddress,
  printPrefix,
  unusable,
} from '../../../src/values/dns/index.ts'

const address = (text: string): string => parseAddress(text) ?? `no address: ${text}`
const prefix = (text: string): Prefix => parsePrefix(text) ?? { base: `no prefix: ${text}`, length: -1 }

const octets = (length: number) =>
  fc
    .array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 })), {
      minLength: length,
      maxLength: length,
    })
    .map((list) => String.fromCharCode(...list))
const anyAddress = fc.oneof(octets(4), octets(16))

describe('addresses as text', () => {
  test.each([
    // RFC 5952, 4.1: no leading zeros.
    ['2001:0db8::0001', '2001:db8::1'],
    // Section 4.2.1: as short as possible.
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8::0:1', '2001:db8::1'],
    // Section 4.2.2: one group of zeros is not shortened.
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    // Section 4.2.3: the longest run, and the first of equals.
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    // Section 4.3: lower case.
    ['2001:DB8::ABCD:EF12', '2001:db8::abcd:ef12'],
    // Section 5: an IPv4 address inside is written as one where it is known to be one.
    ['::ffff:c000:201', '::ffff:192.0.2.1'],
    ['::FFFF:192.0.2.1', '::ffff:192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['::', '::'],
    ['::1', '::1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1::', '1::'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['0:1:2:3:4:5:6:7', '0:1:2:3:4:5:6:7'],
    ['192.0.2.1', '192.0.2.1'],
    ['255.255.255.255', '255.255.255.255'],
  ])('%s is written %s', (text, canonical) => {
    expect(printAddress(address(text))).toBe(canonical)
  })

  test.each([
    '',
    '10.0.0',
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.1 ',
    '0x7f.0.0.1',
    '1::2::3',
    'fe80::1%eth0',
    'x',
  ])('%j is none', (text) => {
    expect(parseAddress(text)).toBeUndefined()
  })

  test('every address survives printing and parsing', () => {
    fc.assert(fc.property(anyAddress, (one) => parseAddress(printAddress(one)) === one))
  })

  test('IPv6 is printed as URLs have it, in which only mapped addresses are written otherwise', () => {
    const groups = (one: string): string =>
      (Buffer.from(one, 'latin1').toString('hex').match(/.{4}/g) ?? []).join(':')
    const inUrl = (one: string): string => new URL(`http://[${groups(one)}]`).hostname.slice(1, -1)
    fc.assert(
      fc.property(
        octets(16).filter((one) => unusable(one) !== 'IPv4-mapped'),
        (one) => {
          expect(printAddress(one)).toBe(inUrl(one))
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('the family is the length', () => {
    expect([familyOf(address('10.0.0.1')), familyOf(address('::1'))]).toEqual([4, 6])
    expect([bitsOf(address('10.0.0.1')), bitsOf(address('::1'))]).toEqual([32, 128])
  })
})

test.each([
  ['0.0.0.0', 'unspecified'],
  ['0.1.2.3', 'unspecified'],
  ['127.0.0.1', 'loopback'],
  ['169.254.10.1', 'link-local'],
  ['224.0.0.1', 'multicast'],
  ['239.255.255.255', 'multicast'],
  ['255.255.255.255', 'reserved'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['::ffff:10.0.0.1', 'IPv4-mapped'],
  ['fe80::1', 'link-local'],
  ['febf::1', 'link-local'],
  ['ff02::1', 'multicast'],
  ['10.0.0.1', undefined],
  ['169.253.0.1', undefined],
  ['223.255.255.255', undefined],
  ['fec0::1', undefined],
  ['fd00::1', undefined],
  ['::2', undefined],
  ['64:ff9b::a9fe:a9fe', 'embedded link-local'],
  ['64:ff9b::7f00:1', 'embedded loopback'],
  ['64:ff9b::', 'embedded unspecified'],
  ['64:ff9b::e000:1', 'embedded multicast'],
  ['64:ff9b::808:808', undefined],
  ['64:ff9b:0:0:0:1:a9fe:a9fe', undefined],
  ['64:ff9b:1::a9fe:a9fe', undefined],
  ['2002:a9fe:a9fe::1', 'embedded link-local'],
  ['2002:7f00:1::', 'embedded loopback'],
  ['2002:808:808::1', undefined],
  ['2003:a9fe:a9fe::1', undefined],
  ['::169.254.169.254', 'embedded link-local'],
  ['::8.8.8.8', undefined],
  ['::ffff:0:169.254.169.254', 'embedded link-local'],
  ['2001:0:808:808:0:0:5601:5601', 'embedded link-local'],
])('%s as an endpoint is %s', (text, reason) => {
  expect(unusable(address(text))).toBe(reason)
})

// RFC 6052, 2.4 has 192.0.2.33 under a prefix of each length.
test.each([
  ['2001:db8::/32', '2001:db8:c000:221::'],
  ['2001:db8:100::/40', '2001:db8:1c0:2:21::'],
  ['2001:db8:122::/48', '2001:db8:122:c000:2:2100::'],
  ['2001:db8:122:300::/56', '2001:db8:122:3c0:0:221::'],
  ['2001:db8:122:344::/64', '2001:db8:122:344:c0:2:2100::'],
  ['2001:db8:122:344::/96', '2001:db8:122:344::192.0.2.33'],
])('under %s a translator takes %s to 192.0.2.33', (text, written) => {
  const nat64 = [prefix(text)]
  const found = embeddedIn(address(written), nat64)
  expect(found && printAddress(found.address)).toBe('192.0.2.33')
  expect(found?.prefix).toBe(nat64[0]?.length)
  expect(unusable(address(written), nat64)).toBeUndefined()
})

describe('prefixes', () => {
  test.each(['10.0.0.0/8', '0.0.0.0/0', '10.1.2.3/32', '::/0', 'fd00:10::/32', '2001:db8::1/128'])(
    '%s is one, and prints as itself',
    (text) => {
      expect(printPrefix(prefix(text))).toBe(text)
    },
  )

  test('an address alone is a prefix of all its bits', () => {
    expect([printPrefix(prefix('10.0.0.1')), printPrefix(prefix('::1'))]).toEqual(['10.0.0.1/32', '::1/128'])
  })

  test.each([
    '10.0.0.1/8',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/0008',
  ])('%s is none', (text) => {
    expect(parsePrefix(text)).toBeUndefined()
  })

  test('a masked address keeps its first bits and no others', () => {
    fc.assert(
      fc.property(anyAddress, fc.nat(128), (one, n) => {
        const length = Math.min(n, bitsOf(one))
        const masked = mask(one, length)
        expect(commonBits(masked, one)).toBeGreaterThanOrEqual(length)
        expect(mask(masked, length)).toBe(masked)
        expect(bits(masked).slice(length)).not.toContain('1')
      }),
    )
  })

  test('common bits are those of the binary text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.tuple(octets(4), octets(4)), fc.tuple(octets(16), octets(16))), ([a, b]) => {
        const [left, right] = [bits(a), bits(b)]
        const difference = [...left].findIndex((bit, i) => bit !== right[i])
        expect(commonBits(a, b)).toBe(difference === -1 ? left.length : difference)
      }),
    )
  })

  test('families share nothing', () => {
    expect(commonBits(address('0.0.0.0'), address('::'))).toBe(0)
    expect(contains(prefix('0.0.0.0/0'), address('::1'))).toBe(false)
    expect(overlaps(prefix('0.0.0.0/0'), prefix('::/0'))).toBe(false)
  })

  test('two prefixes overlap exactly when one holds the other’s first address', () => {
    const anyPrefix = fc
      .tuple(octets(4), fc.nat(32))
      .map(([base, length]): Prefix => ({ base: mask(base, length), length }))
    fc.assert(
      fc.property(
        anyPrefix,
        anyPrefix,
        (a, b) => overlaps(a, b) === (contains(a, b.base) || contains(b, a.base)),
      ),
    )
  })
})

const bits = (one: string): string =>
  Array.from(one, (char) => char.charCodeAt(0).toString(2).padStart(8, '0')).join('')
