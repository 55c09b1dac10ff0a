import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ClientMapping, scopeOf, viewpointOf } from '../../../src/answer/routing/index.ts'
import { contains, mask, type Prefix, parseAddress, parsePrefix } from '../../../src/values/dns/index.ts'
import type { Viewpoint } from '../../../src/words/clusterset/index.ts'

const place = (cluster: string): Viewpoint => ({ cluster, locality: null })
const LOCAL = place('local')
const [A, B] = [place('a'), place('b')]

const address = (text: string): string => parseAddress(text) ?? `no address: ${text}`
const prefix = (text: string): Prefix => parsePrefix(text) ?? { base: `no prefix: ${text}`, length: -1 }
const maps = (entries: Readonly<Record<string, Viewpoint>>): readonly ClientMapping[] =>
  Object.entries(entries).map(([text, viewpoint]) => ({ prefix: prefix(text), viewpoint }))

describe('where an address looks from', () => {
  const map = maps({
    '10.0.0.0/8': A,
    '10.1.0.0/16': B,
    '10.1.2.0/24': A,
    'fd00::/16': B,
    '10.1.2.3/32': LOCAL,
  })

  test.each([
    ['10.9.9.9', A],
    ['10.1.9.9', B],
    ['10.1.2.9', A],
    ['10.1.2.3', LOCAL],
    ['11.0.0.1', LOCAL],
    ['fd00::1', B],
    ['fd01::1', LOCAL],
    ['::ffff:10.1.9.9', LOCAL],
  ])('%s: the longest prefix that holds it', (text, viewpoint) => {
    expect(viewpointOf(address(text), map, LOCAL)).toBe(viewpoint)
  })

  test('an unreadable address is the server’s own place', () => {
    expect(viewpointOf('', map, LOCAL)).toBe(LOCAL)
  })
})

describe('the scope of an answer to a client subnet (RFC 7871, 7.2.1)', () => {
  test.each([
    ['nobody is mapped: it holds for everyone', {}, '10.1.2.3', 0],
    ['a mapped prefix holds as far as it goes', { '10.0.0.0/8': A }, '10.1.2.3', 8],
    ['up to the stranger inside', { '10.0.0.0/8': A, '10.128.0.0/16': B }, '10.1.2.3', 9],
    ['inside the stranger', { '10.0.0.0/8': A, '10.128.0.0/16': B }, '10.128.9.9', 16],
    ['next to a mapped prefix', { '10.0.0.0/8': A }, '11.0.0.1', 8],
    ['neighbours of one place are one', { '10.0.0.0/8': A, '10.128.0.0/16': A }, '10.128.9.9', 8],
    ['a prefix of the server’s own place is nothing special', { '10.0.0.0/8': LOCAL }, '10.1.2.3', 0],
    ['one address alone', { '10.0.0.1/32': A }, '10.0.0.1', 32],
    ['the other family does not matter', { '::/1': A }, '10.0.0.1', 0],
    ['IPv6 alike', { 'fd00::/16': A, 'fd00:8000::/17': B }, 'fd00::1', 17],
    ['everyone is mapped', { '0.0.0.0/0': A }, '10.0.0.1', 0],
  ])('%s', (_rule, entries, asker, scope) => {
    expect(scopeOf(address(asker), maps(entries), LOCAL)).toBe(scope)
  })

  // Prefixes of up to six bits: then all addresses are the first of 64 blocks.
  const BLOCKS = Array.from({ length: 64 }, (_, i) => String.fromCharCode(i << 2, 0, 0, 0))
  const nested = fc
    .uniqueArray(
      fc.tuple(fc.nat(63), fc.nat(6)).map(
        ([block, length]): Prefix => ({
          base: mask(BLOCKS[block] ?? '', length),
          length,
        }),
      ),
      { maxLength: 8, selector: ({ base, length }) => `${base}/${length}` },
    )
    .chain((prefixes) =>
      fc
        .array(fc.constantFrom(A, B, LOCAL), { minLength: prefixes.length, maxLength: prefixes.length })
        .map((places) =>
          prefixes.map((one, i): ClientMapping => ({ prefix: one, viewpoint: places[i] ?? A })),
        ),
    )
  const around = (asker: string, length: number): readonly string[] =>
    BLOCKS.filter((block) => contains({ base: mask(asker, length), length }, block))

  test('all addresses in it have the same viewpoint', () => {
    fc.assert(
      fc.property(nested, fc.constantFrom(...BLOCKS), (map, asker) => {
        const own = viewpointOf(asker, map, LOCAL)
        const inside = around(asker, scopeOf(asker, map, LOCAL))
        expect(inside.filter((block) => viewpointOf(block, map, LOCAL) !== own)).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  test('one bit shorter has not', () => {
    fc.assert(
      fc.property(nested, fc.constantFrom(...BLOCKS), (map, asker) => {
        const scope = scopeOf(asker, map, LOCAL)
        const own = viewpointOf(asker, map, LOCAL)
        const wider = around(asker, Math.max(0, scope - 1))
        expect(scope === 0 || wider.some((block) => viewpointOf(block, map, LOCAL) !== own)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

test.each([1, 10, 1_000, 10_000])('a map of %i prefixes is looked up for thousands of clients', (many) => {
  const map = Array.from({ length: many }, (_, i): ClientMapping => {
    const base = `fd00:${(i >> 8).toString(16)}:${(i & 255).toString(16)}::`
    return { prefix: { base: address(base), length: 64 }, viewpoint: A }
  })
  const clients = Array.from({ length: 5_000 }, (_, i) => address(`fd00:0:0:0:${i.toString(16)}::1`))
  expect(clients.filter((client) => viewpointOf(client, map, LOCAL) !== A)).toEqual([])
  expect(clients.filter((client) => scopeOf(client, map, LOCAL) !== 64)).toEqual([])
  const elsewhere = address('2001:db8::1')
  expect([viewpointOf(elsewhere, map, LOCAL), scopeOf(elsewhere, map, LOCAL)]).toEqual([LOCAL, 1])
})

test('the lowest and the highest addresses have their places', () => {
  const at = (base: string, length: number): ClientMapping => ({
    prefix: { base: address(base), length },
    viewpoint: A,
  })
  const map = [at('0.0.0.0', 8), at('255.0.0.0', 8), at('255.255.255.255', 32), at('::', 0)]
  expect(scopeOf(address('0.0.0.1'), map, LOCAL)).toBe(8)
  expect(scopeOf(address('255.255.255.255'), map, LOCAL)).toBe(8)
  expect(scopeOf(address('128.0.0.0'), map, LOCAL)).toBe(2)
  expect(scopeOf(address('::1'), map, LOCAL)).toBe(0)
})
