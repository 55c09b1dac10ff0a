import { expect, test } from 'vitest'
import {
  endpointsOf,
  exportersOf,
  exportObject,
  type Share,
  type Size,
  serviceObject,
  sharesOf,
  sliceObjects,
} from '../../../bench/scale/world.ts'
import { parseObject } from '../../../src/words/kube/index.ts'

const SIZE: Size = { clusters: 7, services: 100, endpoints: 1234, exporters: 3 }

/** The same with two services that have a quarter of all endpoints each. */
const WITH_LARGE: Size = { ...SIZE, largest: 5000 }

const held = Array.from({ length: SIZE.clusters }, (_, cluster) => sharesOf(SIZE, cluster))
const shares: readonly Share[] = held.flat()
const UNCHANGED = { revision: 0, changedAt: null }

test('each service is held by its exporters, once each, and by nobody else', () => {
  for (let service = 0; service < SIZE.services; service++) {
    const holders = held.flatMap((those, cluster) =>
      those.flatMap((one) => (one.service === service ? [[one.exporter, cluster]] : [])),
    )
    const expected = [...exportersOf(SIZE, service).entries()]
    expect(holders.sort(([a = 0], [b = 0]) => a - b)).toEqual(expected)
  }
})

test('more exporters than clusters are all clusters', () => {
  const size = { ...SIZE, clusters: 2 }
  expect(exportersOf(size, 5)).toEqual([1, 0])
  expect([0, 1].flatMap((cluster) => sharesOf(size, cluster))).toHaveLength(200)
})

test('the shares have all endpoints between them, spread evenly', () => {
  const counts = shares.map((share) => endpointsOf(SIZE, share))
  expect(counts.reduce((sum, one) => sum + one, 0)).toBe(SIZE.endpoints)
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
})

test('two services are as large as is asked for, and the others have what is left', () => {
  const of = (size: Size) => {
    const services = Array.from({ length: size.services }, () => 0)
    for (const share of shares)
      services[share.service] = (services[share.service] ?? 0) + endpointsOf(size, share)
    return services
  }
  for (const [largest, expected] of [
    [0, 13],
    [1, 1],
    [300, 300],
    [308, 308],
    [309, 308],
    [5000, 308],
  ] as const) {
    const [first, second, ...others] = of({ ...SIZE, largest })
    expect([first, second]).toEqual([expected, expected])
    expect(others.reduce((sum, one) => sum + one, 2 * expected)).toBe(SIZE.endpoints)
    expect(Math.max(...others) - Math.min(...others)).toBeLessThanOrEqual(1)
  }
})

test.each([SIZE, WITH_LARGE])(
  'no two endpoints have the same address, nor any after a change one that was there before: %j',
  (size) => {
    const addressesOf = (revision: number): readonly string[] =>
      shares.flatMap((share) => {
        const text = JSON.stringify(sliceObjects(size, share, { revision, changedAt: null }))
        return [...text.matchAll(/"addresses":\["([^"]+)"\]/g)].map(([, one = '']) => one)
      })
    const all = [...addressesOf(0), ...addressesOf(1)]
    expect(new Set(all).size).toBe(all.length)
    expect(all).toHaveLength(2 * SIZE.endpoints)
  },
)

test('every object is one that Meridian reads', () => {
  for (const share of shares.slice(0, 20))
    for (const object of [serviceObject(share), exportObject(share), ...sliceObjects(SIZE, share, UNCHANGED)])
      expect(parseObject(object)).toMatchObject({ outcome: 'object', object: { kind: object.kind } })
})

test.each([1000, 1001, 5000])(
  'a service of %i endpoints has them in slices of a thousand at most',
  (largest) => {
    const size = { ...SIZE, endpoints: 40_000, exporters: 1, largest }
    const lengths = sliceObjects(size, { service: 0, exporter: 0 }, UNCHANGED).map(
      (slice) => JSON.stringify(slice).split('"addresses"').length - 1,
    )
    expect(Math.max(...lengths)).toBeLessThanOrEqual(1000)
    expect(lengths.reduce((a, b) => a + b)).toBe(largest)
  },
)
