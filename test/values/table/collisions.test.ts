import { hash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HASH_OF_NOTHING, hashFurther, hashOf, Table } from '../../../src/values/table/index.ts'
import { whenLong } from '../../support/runs.ts'

/** Texts of which either leads the hash from one state to the same next one (Joux, "Multicollisions"). */
function collidingPairs(count: number): readonly (readonly [string, string])[] {
  let state = HASH_OF_NOTHING
  return Array.from({ length: count }, () => {
    const seen = new Map<number, string>()
    for (let i = 0; ; i++) {
      const text = i.toString(36).padStart(4, '0')
      let hash = state
      for (let at = 0; at < text.length; at++) hash = hashFurther(hash, text.charCodeAt(at))
      const other = seen.get(hash)
      seen.set(hash, text)
      if (other === undefined) continue
      state = hash
      return [other, text]
    }
  })
}

/** The first that are found: to find them takes seconds. */
const PAIRS = [
  '7yzx/e6ad 33zx/epad 33zx/epad 33zx/epad 33zx/epad 33zx/epad',
  '33zx/epad 33zx/epad 33zx/epad 33zx/epad 33zx/epad 33zx/epad',
  '33zx/epad 33zx/epad 33zx/epad 33zx/epad 33zx/epad 33zx/epad',
].flatMap((line) => line.split(' ').map((pair) => pair.split('/')))

/** 262,144 keys of one hash. */
const keyOf = (i: number): string => PAIRS.map(([a, b], bit) => ((i >> bit) & 1 ? b : a)).join('')

describe('keys of one hash', () => {
  test.each(whenLong(PAIRS.length))('%i pairs are those that the hash has', (count) => {
    expect(collidingPairs(count)).toEqual(PAIRS)
  })

  test('have one indeed', () => {
    expect(new Set(Array.from({ length: 100 }, (_, i) => keyOf(163 * i))).size).toBe(100)
    expect(new Set(Array.from({ length: 100 }, (_, i) => hashOf(keyOf(163 * i)))).size).toBe(1)
  })

  test('are kept apart as a Map keeps them, over any run of sets and deletes', () => {
    const operation = fc.tuple(fc.nat(5), fc.option(fc.nat(2), { nil: undefined }))
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const map = new Map<string, number>()
        let table = Table.empty<number>()
        for (const [i, value] of operations) {
          const [key, before] = [keyOf(i), table]
          const had = map.get(key)
          if (value === undefined) map.delete(key)
          else map.set(key, value)
          table = value === undefined ? table.delete(key) : table.set(key, value)
          expect(table === before).toBe(had === value)
          expect(table.changesSince(before)).toEqual(had === value ? [] : [[key, value]])
        }
        expect(new Map(table)).toEqual(map)
        expect(table.size).toBe(map.size)
      }),
    )
  })

  test('may be as many as somebody cares to make, and cost each as if they were a few', () => {
    const keys = Array.from({ length: 11_500 }, (_, i) => keyOf(i))
    let table = Table.empty<number>()
    for (const [i, key] of keys.entries()) table = table.set(key, i)
    const before = table
    table = table.set(keyOf(0), -1).set(keyOf(11_499), -1)
    expect(table.size).toBe(11_500)
    expect(new Map(table.changesSince(before))).toEqual(new Map([0, 11_499].map((i) => [keyOf(i), -1])))
    for (const i of [1, 6000, 11_498]) table = table.delete(keyOf(i))
    expect(table.size).toBe(11_497)
    expect([table.get(keyOf(0)), table.get(keyOf(1)), table.get(keyOf(2))]).toEqual([-1, undefined, 2])
  })
})

test('keys of one hash, whose first bits beyond are equal too, are kept apart by the next', () => {
  const [one, other] = [keyOf(51_193), keyOf(58_877)]
  const bitsOf = (key: string) => hash('sha256', Buffer.from(key, 'utf16le'), 'buffer').readUInt32BE(0)
  expect([hashOf(one), bitsOf(one)]).toEqual([hashOf(other), bitsOf(other)])
  const table = Table.empty<number>().set(one, 1).set(other, 2)
  expect([table.size, table.get(one), table.get(other), table.get(keyOf(0))]).toEqual([2, 1, 2, undefined])
  expect([...table.delete(one)]).toEqual([[other, 2]])
  expect([...table.delete(other).delete(one)]).toEqual([])
  expect(table.delete(other).changesSince(table)).toEqual([[other, undefined]])
})

test('keys that are no text in any encoding are kept apart too', () => {
  const [first, second] = surrogatesOfOneHash()
  expect(hashOf(first)).toBe(hashOf(second))
  expect(Buffer.from(first)).toEqual(Buffer.from(second))
  expect(new Map(Table.empty<number>().set(first, 1).set(second, 2))).toEqual(
    new Map([
      [first, 1],
      [second, 2],
    ]),
  )
})

/** Halves of characters, which UTF-8 writes all alike. */
function surrogatesOfOneHash(): readonly [string, string] {
  const seen = new Map<number, string>()
  for (let i = 0; ; i++) {
    const text = String.fromCharCode(
      ...[0, 11, 22].map((shift) => 0xd800 + (((i * 2654435761) >>> shift) % 1024)),
    )
    const other = seen.get(hashOf(text))
    if (other !== undefined && other !== text) return [other, text]
    seen.set(hashOf(text), text)
  }
}

test.each([31, 32, 33, 1023, 1024, 1025, 2 ** 16 - 1, 2 ** 16, 2 ** 16 + 1])(
  'a table of %i keys has each of them, and none that went',
  (size) => {
    const keys = Array.from({ length: size }, (_, i) => `team-${i % 97}/svc-${i}`)
    let table = Table.from(keys.map((key, i) => [key, i]))
    expect(table.size).toBe(size)
    expect(new Map(table).size).toBe(size)
    expect(keys.findIndex((key, i) => table.get(key) !== i)).toBe(-1)
    const going = keys.slice(1, 5000)
    for (const key of going) table = table.delete(key)
    expect(table.size).toBe(size - going.length)
    expect(going.findIndex((key) => table.get(key) !== undefined)).toBe(-1)
    expect(new Map(table.changesSince(Table.from(going.map((key) => [key, 0])))).size).toBe(size)
  },
)
