import { describe, expect, test } from 'vitest'
import { printAddress } from '../../../src/values/dns/index.ts'
import { type EndpointSlice, packEndpoints, type SliceEndpoint } from '../../../src/words/kube/index.ts'
import { ownEndpoints } from '../../../src/world/inventory/endpoints.ts'
import { type InventoryRules, readyIn } from '../../../src/world/inventory/index.ts'
import { StrayCount } from '../../../src/world/inventory/outside.ts'

const RULES: InventoryRules = {
  id: 'east',
  network: null,
  reach: 'auto',
  loadBalancerCIDRs: [],
  addresses: { mode: 'observe', nat64: [], ranges: [] },
  rank: null,
  exportNamespaces: { allow: [], deny: [] },
  podCIDRs: [],
  ignoreManagedBy: [],
}

const endpoint = (address: string, over: Partial<SliceEndpoint> = {}): SliceEndpoint => ({
  addresses: [octets(address)],
  strays: [],
  hostname: null,
  uid: null,
  ready: true,
  serving: true,
  terminating: false,
  zone: null,
  ...over,
})

const octets = (address: string): string =>
  address.includes(':')
    ? `\xfd${'\0'.repeat(14)}${String.fromCharCode(Number.parseInt(address.slice(-2).replace(':', ''), 16))}`
    : String.fromCharCode(...address.split('.').map(Number))

const slice = (name: string, endpoints: readonly SliceEndpoint[], port = 80): EndpointSlice => ({
  kind: 'EndpointSlice',
  namespace: 'default',
  name,
  createdAt: 0,
  service: 'web',
  importedService: null,
  sourceCluster: null,
  managedBy: null,
  addressType: endpoints[0]?.addresses[0]?.length === 16 ? 'IPv6' : 'IPv4',
  endpoints: packEndpoints(endpoints),
  ports: [{ name: 'http', protocol: 'TCP', port }],
  triggeredAt: null,
})

const own = (...slices: readonly EndpointSlice[]) => {
  const found = ownEndpoints(slices, 'web', false, RULES, new StrayCount())
  return { ...found, hostnames: readyIn(found).map(({ hostname }) => hostname), all: readyIn(found) }
}

describe('an endpoint in several slices', () => {
  test('is one, whichever slice has its host name, its zone, or that it is ready', () => {
    const bare = slice('a', [endpoint('10.0.0.1', { ready: false })])
    const full = slice('b', [endpoint('10.0.0.1', { hostname: 'db-0', zone: 'z' })])
    for (const slices of [
      [bare, full],
      [full, bare],
    ]) {
      const { all, count, total } = own(...slices)
      expect({ count, total }).toEqual({ count: 1, total: 1 })
      expect(all).toMatchObject([{ hostname: 'db-0', zone: 'z' }])
    }
  })

  test('is told by its UID before its address, and without one by its address', () => {
    const one = slice('a', [endpoint('10.0.0.1', { uid: 'p1', hostname: 'db-0' })])
    const two = slice('b', [endpoint('10.0.0.1', { uid: 'p2', hostname: 'db-1' })], 81)
    const manual = slice('c', [endpoint('10.0.0.1')])
    expect(own(one, two)).toMatchObject({ count: 2, hostnames: ['db-0', 'db-1'] })
    expect(own(manual, one)).toMatchObject({ count: 1, hostnames: ['db-0'] })
  })

  test('has the ports of all of them, each once', () => {
    const slices = [80, 80, 8080].map((port, i) => slice(`s${i}`, [endpoint('10.0.0.1')], port))
    expect(own(...slices).all.map(({ ports }) => ports.map(({ port }) => port))).toEqual([[80, 8080]])
  })

  test('has one host name; that there was another is told', () => {
    const slices = ['db-0', 'alias'].map((hostname, i) =>
      slice(`s${i}`, [endpoint('10.0.0.1', { hostname })]),
    )
    const { hostnames, count, ignored } = own(...slices)
    expect({ hostnames, count }).toEqual({ hostnames: ['db-0'], count: 1 })
    expect(ignored).toEqual([{ reason: 'a second host name of an endpoint', count: 1, example: 'alias' }])
  })
})

describe('a pod of both families', () => {
  test('is one, with one host name, and ready in both if one says so', () => {
    const four = slice('a', [endpoint('10.0.0.1', { uid: 'p1', hostname: 'db-0' })])
    const six = slice('b', [endpoint('fd00::1', { uid: 'p1', ready: false })])
    expect(own(four, six)).toMatchObject({ count: 1, total: 1, hostnames: ['db-0', 'db-0'] })
  })

  test('goes by its address in each of them without a host name', () => {
    const four = slice('a', [endpoint('10.0.0.1', { uid: 'p1' })])
    const six = slice('b', [endpoint('fd00::1', { uid: 'p1' })])
    expect(own(four, six)).toMatchObject({ count: 1, hostnames: ['10-0-0-1', 'fd00--1'] })
  })

  test('is not taken for a pod of the other family alone', () => {
    const four = slice('a', [endpoint('10.0.0.1', { uid: 'p1' })])
    const six = slice('b', [endpoint('fd00::2', { uid: 'p2' })])
    expect(own(four, six)).toMatchObject({ count: 2 })
  })
})

describe('an endpoint without a UID that has the addresses of two others', () => {
  const of = (...texts: readonly string[]) => texts.map(octets)
  const addressesIn = (slices: readonly EndpointSlice[]) =>
    own(...slices).all.map(({ addresses }) => addresses.map(printAddress).sort())

  test.each([
    ['by UID', 'p1', 'p2'],
    ['by address', null, null],
  ])('is no third, and gives neither the other’s: known %s', (_, one, two) => {
    const both = slice('c', [endpoint('10.0.0.1', { addresses: of('10.0.0.1', '10.0.0.2') })])
    const first = slice('a', [endpoint('10.0.0.1', { uid: one })])
    const second = slice('b', [endpoint('10.0.0.2', { uid: two })])
    for (const slices of [
      [first, second, both],
      [both, first, second],
      [second, both, first],
    ])
      expect(addressesIn(slices)).toEqual([['10.0.0.1'], ['10.0.0.2']])
  })

  test('says of each that it is ready, and an address that is nobody’s goes with the first', () => {
    const slices = [
      slice('a', [endpoint('10.0.0.1', { uid: 'p1', ready: false })]),
      slice('b', [endpoint('10.0.0.2', { uid: 'p2', ready: false })]),
      slice('c', [endpoint('10.0.0.1', { addresses: of('10.0.0.3', '10.0.0.1', '10.0.0.2') })]),
    ]
    expect(addressesIn(slices)).toEqual([['10.0.0.1', '10.0.0.3'], ['10.0.0.2']])
  })
})

test.each([0, 1, 99, 100, 101, 1000, 5000])('a service of %i endpoints in two sets of slices', (size) => {
  const address = (i: number): string => `10.0.${i >> 8}.${i & 255}`
  const sliced = (prefix: string, over: (i: number) => Partial<SliceEndpoint>) =>
    Array.from({ length: Math.ceil(size / 100) }, (_, page) =>
      slice(
        `${prefix}${page}`,
        Array.from({ length: Math.min(100, size - 100 * page) }, (_, at) =>
          endpoint(address(100 * page + at), over(100 * page + at)),
        ),
      ),
    )
  const found = own(
    ...sliced('a', () => ({})),
    ...sliced('b', (i) => ({ uid: `p${i}`, hostname: `db-${i}`, ready: false })),
  )
  expect({ count: found.count, total: found.total }).toEqual({ count: size, total: size })
  expect(new Set(found.hostnames)).toEqual(new Set(Array.from({ length: size }, (_, i) => `db-${i}`)))
})

test('thousands of endpoints at one address, as pods of one host have, are as many by their UIDs', () => {
  const slices = Array.from({ length: 50 }, (_, page) =>
    slice(
      `s${page}`,
      Array.from({ length: 100 }, (_, at) => endpoint('10.0.0.1', { uid: `p${100 * page + at}` })),
      1000 + page,
    ),
  )
  expect(own(...slices)).toMatchObject({ count: 5000, total: 5000 })
})

test.each([1, 100, 5000])(
  '%i slices that say they are of as many clusters are left out for one reason',
  (n) => {
    const slices = Array.from({ length: n }, (_, i) => ({
      ...slice(`far-${i}`, [endpoint('10.0.0.1')]),
      sourceCluster: `cluster-${i}`,
    }))
    expect(own(...slices).ignored).toEqual([
      {
        reason: 'mirrored from another cluster',
        count: n,
        example: 'EndpointSlice far-0 of cluster cluster-0',
      },
    ])
  },
)

const address = (i: number): string => String.fromCharCode(10, (i >> 16) & 255, (i >> 8) & 255, i & 255)
const addresses = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, i) => address(from + i))

test.each([100, 101, 1000])('of %i addresses of one endpoint, in many slices, a hundred count', (count) => {
  const one = (i: number) =>
    slice(`s${i}`, [
      endpoint('10.0.0.1', {
        uid: 'p1',
        addresses: addresses(Math.floor((i * count) / 4), Math.floor(((i + 1) * count) / 4)),
      }),
    ])
  const { all, ignored } = own(one(0), one(1), one(2), one(3))
  expect(all).toHaveLength(1)
  expect(all[0]?.addresses).toHaveLength(100)
  expect(ignored.map((each) => [each.reason, each.count])).toEqual(
    count > 100 ? [['beyond the first 100 addresses of an endpoint', count - 100]] : [],
  )
})

test.each([50_000, 50_001, 500_000])(
  'of the %i addresses of a service’s slices 50,000 are looked at',
  (count) => {
    const slices = Array.from({ length: Math.ceil(count / 1000) }, (_, i) => {
      const some = addresses(i * 1000, Math.min(count, (i + 1) * 1000))
      return slice(
        `s${i}`.padStart(4, '0'),
        some.map((one) => endpoint('10.0.0.1', { addresses: [one] })),
      )
    })
    const { total, ignored } = own(...slices)
    expect(total).toBe(50_000)
    expect(ignored.map((each) => [each.reason, each.count])).toEqual([
      ['beyond the 5,000 endpoints that a service answers with', 45_000],
      ...(count > 50_000
        ? [['beyond the first 50,000 addresses in the EndpointSlices of a service', count - 50_000]]
        : []),
    ])
  },
)

test('texts that are no addresses are looked at as often as addresses are', () => {
  const some = (from: number) =>
    Array.from({ length: 500 }, (_, i) =>
      endpoint('10.0.0.1', { addresses: [address(from + i)], strays: Array(99).fill('x') }),
    )
  const { total } = own(slice('a', some(0)), slice('b', some(500)))
  expect(total).toBe(500)
})
