import { describe, expect, test } from 'vitest'
import { derivedName, sliceName, sliceParts } from '../../../src/controller/desired/names.ts'

describe('names of derived objects', () => {
  test("a derived Service's is that of mcs-api's own controllers", () => {
    // `derivedName` of its controllers/common.go gives this for shop/cart.
    expect(derivedName('shop/cart')).toBe('derived-bsqa4s8pq5')
  })

  test('a slice has one name for one part of one cluster', () => {
    expect(sliceName('cart', 'west', 'a')).toBe(sliceName('cart', 'west', 'a'))
    const names = [
      sliceName('cart', 'west', 'a'),
      sliceName('cart', 'west', 'b'),
      sliceName('cart', 'east', 'a'),
      sliceName('cart-west', 'a', 'a'),
      sliceName('cart', 'west-a', 'a'),
    ]
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('parts of many', () => {
  const items = Array.from({ length: 500 }, (_, i) => `item-${i}`)
  const parts = sliceParts(items, 10, (item) => item)

  test('have every item once, and at most so many', () => {
    expect(parts.flatMap((part) => part.items).toSorted()).toEqual(items.toSorted())
    expect(Math.max(...parts.map((part) => part.items.length))).toBeLessThanOrEqual(10)
    expect(new Set(parts.map(({ place }) => place)).size).toBe(parts.length)
  })

  test('are the same in whatever order the items come, but for the order inside', () => {
    const sorted = (all: typeof parts) => all.map((part) => ({ ...part, items: part.items.toSorted() }))
    expect(sorted(sliceParts(items.toReversed(), 10, (item) => item))).toEqual(sorted(parts))
  })

  test.each([0, 1, 99, 100, 101, 1000, 5000])('of %i there are whole ones, of a hundred at most', (count) => {
    const many = Array.from({ length: count }, (_, i) => `pod-${i}`)
    const all = sliceParts(many, 100, (item) => item)
    expect(all.flatMap((part) => part.items).toSorted()).toEqual(many.toSorted())
    expect(all.every((part) => part.items.length <= 100)).toBe(true)
    expect(all.length).toBeLessThanOrEqual(count <= 100 ? 1 : (3 * count) / 100 + 1)
  })

  test('items that are all alike stay together, which ends', () => {
    expect(sliceParts(['a', 'a', 'a'], 2, (item) => item).map((part) => part.items)).toEqual([
      ['a', 'a', 'a'],
    ])
  })
})
