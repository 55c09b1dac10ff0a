import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Table } from '../../../src/values/table/index.ts'

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

  test('tells what changed since an older table: exactly the keys whose values differ', () => {
    const apply = (table: Table<number>, operations: readonly { key: string; value: number | undefined }[]) =>
      operations.reduce(
        (t, { key, value }) => (value === undefined ? t.delete(key) : t.set(key, value)),
        table,
      )
    fc.assert(
      fc.property(
        fc.array(operation, { maxLength: 100 }),
        fc.array(operation, { maxLength: 100 }),
        (a, b) => {
          const before = apply(Table.empty<number>(), a)
          const after = apply(before, b)
          const changes = new Map(after.changesSince(before))
          const keys = new Set([...before, ...after].map(([key]) => key))
          for (const key of keys) {
            expect(changes.has(key)).toBe(before.get(key) !== after.get(key))
            if (changes.has(key)) expect(changes.get(key)).toBe(after.get(key))
          }
          expect([...changes.keys()].every((key) => keys.has(key))).toBe(true)
        },
      ),
    )
  })

  test('looks only at what changed', () => {
    const before = Table.from(Array.from({ length: 50_000 }, (_, i) => [`key-${i}`, i] as const))
    expect([...before.set('key-7', -1).delete('key-9').changesSince(before)].sort()).toEqual([
      ['key-7', -1],
      ['key-9', undefined],
    ])
    expect([...before.changesSince(before)]).toEqual([])
  })

  test('holds many keys', () => {
    const keys = Array.from({ length: 50_000 }, (_, i) => `namespace-${i % 97}/service-${i}`)
    const table = Table.from(keys.map((key, i) => [key, i] as const))
    expect(table.size).toBe(keys.length)
    expect(keys.every((key, i) => table.get(key) === i)).toBe(true)
    expect(keys.reduce((rest, key) => rest.delete(key), table).size).toBe(0)
  })
})
