import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Ordered } from '../../../src/values/packed/index.ts'

/** Few different ones, of two lengths, so that they meet. */
const key = fc.oneof(
  fc.string({ unit: fc.constantFrom('\0', 'a', 'b', '\xff'), minLength: 4, maxLength: 4 }),
  fc.string({ unit: fc.constantFrom('\0', 'z', '\xff'), minLength: 16, maxLength: 16 }),
)
const change = fc.tuple(key, fc.option(fc.nat(2), { nil: undefined }))

const inOrder = (all: ReadonlyMap<string, number>): readonly (readonly [string, number])[] =>
  [...all].sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1))

test('has what a Map has, in order, and each version stays as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 120 }), { maxLength: 6 }), (turns) => {
      const versions: [Ordered<number>, readonly (readonly [string, number])[]][] = []
      const all = new Map<string, number>()
      let ordered = Ordered.empty<number>()
      for (const changes of turns) {
        const before = ordered
        for (const [one, value] of changes)
          if (value === undefined) all.delete(one)
          else all.set(one, value)
        ordered = ordered.after(changes)
        versions.push([ordered, inOrder(all)])
        expect([...before.after(ordered.changesSince(before))]).toEqual(inOrder(all))
        expect([...ordered.changesSince(ordered)]).toEqual([])
      }
      for (const [version, those] of versions) {
        expect([...version]).toEqual(those)
        expect(version.size).toBe(those.length)
        for (const [one, value] of those) expect(version.get(one)).toBe(value)
      }
    }),
    { numRuns: 60 },
  )
})

test('tells the key that follows one, among those that are as long', () => {
  fc.assert(
    fc.property(fc.uniqueArray(key, { maxLength: 200 }), key, (keys, from) => {
      const ordered = Ordered.empty<true>().after(keys.map((one) => [one, true]))
      const next = keys.filter((one) => one.length === from.length && one >= from).sort()[0]
      expect(ordered.ceiling(from)).toBe(next)
    }),
    { numRuns: 100 },
  )
})

const numbered = (i: number): string => String.fromCharCode(i >> 16, (i >> 8) & 255, i & 255, 0)

test.each([31, 32, 33, 4000])('of %i a change is the work of one path, and told as one', (count) => {
  const from = (order: (i: number) => number): Ordered<number> => {
    let all = Ordered.empty<number>()
    for (let i = 0; i < count; i++) all = all.set(numbered(order(i)), 1)
    return all
  }
  for (const all of [from((i) => i), from((i) => count - 1 - i), from((i) => (i * 7919) % count)]) {
    expect(all.size).toBe(count)
    const [first, middle] = [numbered(0), numbered(count >> 1)]
    const next = all.delete(first).set(middle, 2)
    expect([...next.changesSince(all)]).toEqual([
      [first, undefined],
      [middle, 2],
    ])
    expect(all.set(middle, 1)).toBe(all)
    expect(all.delete('none')).toBe(all)
  }
})

test('gives back what it took: emptied in any order it is empty', () => {
  for (const step of [1, 7, 999]) {
    let all = Ordered.empty<number>()
    for (let i = 0; i < 1000; i++) all = all.set(numbered(i), i)
    for (let i = 0; i < 1000; i++) {
      all = all.delete(numbered((i * step) % 1000))
      expect(all.size).toBe(999 - i)
      if (i % 100 === 0) expect([...all]).toHaveLength(999 - i)
    }
    expect([...all]).toEqual([])
    expect(all.ceiling(numbered(0))).toBe(undefined)
  }
})
