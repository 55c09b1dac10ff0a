import { describe, expect, test } from 'vitest'
import {
  type ClusterEndpoints,
  fairShares,
  MOST_ENDPOINTS,
  packReady,
  readyIn,
} from '../../../src/world/inventory/index.ts'
import { chosen, fairSharesOf } from '../../../src/world/inventory/limits.ts'

const address = (i: number, network = 1): string => String.fromCharCode(10, network, i >> 8, i & 255)
const addresses = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => address(i))

const shareOf = (cluster: string, count: number, network: number): ClusterEndpoints => ({
  cluster,
  ready: packReady(
    Array.from({ length: count }, (_, i) => ({
      hostname: `pod-${i}`.padEnd(12, 'x'),
      addresses: [address(i, network)],
      zone: null,
      ports: [],
    })),
  ),
})

const same = (one: string): string => one

describe('which endpoints answer', () => {
  test.each([0, 1, 4999, 5000])('all of %i', (count) => {
    const all = addresses(count)
    expect(chosen(all, same)).toBe(all)
  })

  test.each([5001, 50_000])('5,000 of %i, in their order, the same however they come', (count) => {
    const all = addresses(count)
    const some = chosen(all, same)
    expect(some).toHaveLength(5000)
    const isThere = new Set(some)
    expect(some).toEqual(all.filter((one) => isThere.has(one)))
    expect(new Set(chosen(all.toReversed(), same))).toEqual(new Set(some))
  })

  test('where one goes, one other takes its place; where one comes, at most one goes', () => {
    const all = addresses(6000)
    const before = new Set(chosen(all, same))
    const [gone] = before
    const after = new Set(
      chosen(
        all.filter((one) => one !== gone),
        same,
      ),
    )
    expect([...before].filter((one) => !after.has(one))).toEqual([gone])
    const more = new Set(chosen([...all, address(7, 9)], same))
    expect([...before].filter((one) => !more.has(one)).length).toBeLessThanOrEqual(1)
  })

  test('of each family', () => {
    const six = Array.from({ length: 6000 }, (_, i) => `${'\0'.repeat(12)}${address(i)}`)
    const some = chosen([...addresses(6000), ...six], same)
    expect(some.filter(({ length }) => length === 4)).toHaveLength(5000)
    expect(some.filter(({ length }) => length === 16)).toHaveLength(5000)
  })
})

test.each([
  [[], []],
  [[7], [7]],
  [[5000], [5000]],
  [[5001], [5000]],
  [
    [2500, 2501],
    [2500, 2500],
  ],
  [
    [50_000, 10],
    [4990, 10],
  ],
  [
    [50_000, 10, 50_000],
    [2495, 10, 2495],
  ],
  [
    [0, 4000, 4000, 4000],
    [0, 1666, 1667, 1667],
  ],
])('clusters with %j endpoints have %j of them in an answer', (counts, parts) => {
  expect(fairSharesOf(counts)).toEqual(parts)
})

describe('what clusters have together', () => {
  test.each([
    [2500, 2500],
    [4999, 1],
  ])('is all there is where that is no more than 5,000: %i and %i', (a, b) => {
    expect(fairShares([shareOf('east', a, 1), shareOf('west', b, 2)])).toBeNull()
  })

  test.each([
    [2500, 2501],
    [5000, 5000],
    [5000, 7],
  ])('is 5,000 of both where it is more: %i and %i', (a, b) => {
    const shares = fairShares([shareOf('east', a, 1), shareOf('west', b, 2)]) ?? []
    const counts = shares.map((share) => readyIn(share).length)
    expect(counts.reduce((x, y) => x + y)).toBe(MOST_ENDPOINTS)
    expect(counts[1]).toBe(Math.min(b, 2500))
  })

  test('is worked out again for whose part changed, and for nobody else', () => {
    const large = shareOf('east', 5000, 1)
    const six = {
      cluster: 'six',
      ready: packReady(
        Array.from({ length: 5001 }, (_, i) => ({
          hostname: `pod-${i}`,
          addresses: [`${'\xfd'}${'\0'.repeat(13)}${String.fromCharCode(i >> 8, i & 255)}`],
          zone: null,
          ports: [],
        })),
      ),
    }
    const beside = (count: number, network: number) =>
      fairShares([large, six, shareOf('west', count, network)]) ?? []
    const [first, firstOfSix] = beside(7, 2)
    // Another says something else of as many.
    const [second, secondOfSix] = beside(7, 3)
    expect(second).toBe(first)
    expect(secondOfSix).toBe(firstOfSix)
    const [third, thirdOfSix] = beside(8, 3)
    expect(thirdOfSix).toBe(firstOfSix)
    expect(readyIn(third ?? large)).toHaveLength(4992)
    // What is known is what comes of it, whatever came before.
    const fresh = (one: ClusterEndpoints) => ({ ...one })
    expect(beside(7, 2)).toEqual(fairShares([fresh(large), fresh(six), shareOf('west', 7, 2)]))
  })
})
