import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Table } from '../../src/table/index.ts'

const operation = fc.record({
  key: fc.string({ maxLength: 3 }),
  value: fc.option(fc.nat(3), { nil: undefined }),
})

describe('Table', () => {
  test('behaves as a Map does, over any run of sets and deletes', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const map = new Map<string, number>()
        let table = Table.empty<number>()
        for (const { key, value } of operations) {
          if (value === undefined) map.delete(key)
          else map.set(key, value)
          table = value === undefined ? table.delete(key) : table.set(key, value)
        }
        expect(new Map(table)).toEqual(map)
        expect(table.size).toBe(map.size)
        for (const { key } of operations) expect(table.get(key)).toBe(map.get(key))
      }),
    )
  })

  test('a change that changes nothing returns the same table', () => {
    const table = Table.from([['a', 1]])
    expect(table.set('a', 1)).toBe(table)
    expect(table.delete('b')).toBe(table)
  })

  test('the old table is untouched by a change', () => {
    const old = Table.from([['a', 1]])
    old.set('a', 2).delete('a').set('b', 3)
    expect([...old]).toEqual([['a', 1]])
  })

  test('holds many keys, and keys whose hashes collide', () => {
    const keys = Array.from({ length: 50_000 }, (_, i) => `namespace-${i % 97}/service-${i}`)
    const table = Table.from(keys.map((key, i) => [key, i] as const))
    expect(table.size).toBe(keys.length)
    expect(keys.every((key, i) => table.get(key) === i)).toBe(true)
    expect(keys.reduce((rest, key) => rest.delete(key), table).size).toBe(0)
  })
})
