import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  firstRanked,
  type Ranked,
  valuesInOrder,
  withoutRanked,
  withRanked,
} from '../../../src/values/table/index.ts'

const byNumber = (a: number, b: number): number => a - b

/** How many values stand above one another at most. */
const depthOf = (tree: Ranked<number> | null): number =>
  tree === null ? 0 : 1 + Math.max(depthOf(tree.left), depthOf(tree.right))

describe('values in an order', () => {
  test('are those that were put in and not taken out, best first, as ever after', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(60), fc.boolean()), { maxLength: 300 }), (changes) => {
        const set = new Set<number>()
        let tree: Ranked<number> | null = null
        for (const [value, isThere] of changes) {
          const [before, content] = [tree, [...valuesInOrder(tree)]]
          const has = set.has(value)
          if (isThere) set.add(value)
          else set.delete(value)
          tree = isThere ? withRanked(tree, value, byNumber) : withoutRanked(tree, value, byNumber)
          expect(tree === before).toBe(has === isThere)
          expect([...valuesInOrder(before)]).toEqual(content)
          const all = [...set].sort(byNumber)
          expect([...valuesInOrder(tree)]).toEqual(all)
          expect(tree?.size ?? 0).toBe(all.length)
          if (tree !== null) expect(firstRanked(tree)).toBe(all[0])
        }
      }),
    )
  })

  test.each([
    ['rising', (i: number) => i],
    ['falling', (i: number) => -i],
    ['from both ends', (i: number) => (i % 2 === 0 ? i : -i)],
  ])('are found in few steps, however they come: %s', (_, nth) => {
    const values = Array.from({ length: 20_000 }, (_, i) => nth(i))
    let tree: Ranked<number> | null = null
    for (const value of values) tree = withRanked(tree, value, byNumber)
    expect(depthOf(tree)).toBeLessThan(36)
    for (const value of values.slice(0, 19_000)) tree = withoutRanked(tree, value, byNumber)
    expect(depthOf(tree)).toBeLessThan(26)
    expect([...valuesInOrder(tree)]).toEqual(values.slice(19_000).sort(byNumber))
  })
})
