import { describe, expect, test } from 'vitest'
import { Lists } from '../../../src/sources/changes/lists.ts'
import { Table } from '../../../src/values/table/index.ts'
import { runs } from '../../support/runs.ts'
import { seeded } from '../../support/seeded.ts'

interface Item {
  readonly name: string
  readonly version: number
}

const byName = (a: Item, b: Item): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
const listOf = (table: Table<readonly Item[]>, key: string): readonly Item[] => table.get(key) ?? []

describe('lists by service', () => {
  test('after changes are as if they had been put together from all there is', () => {
    const random = seeded(13)
    const any = (count: number): number => Math.floor(random() * count)
    for (let run = 0; run < runs(50); run++) {
      const all = new Map(['a', 'b'].map((key) => [key, new Map<string, Item>()]))
      let table: Table<readonly Item[]> = Table.empty()
      let unordered: Table<readonly Item[]> = Table.empty()
      for (let turn = 0; turn < 20; turn++) {
        const lists = new Lists<Item>(table, ({ name }) => name, byName)
        const others = new Lists<Item>(unordered, ({ name }) => name)
        for (let i = any(6); i >= 0; i--) {
          const [key, item] = [any(2) === 0 ? 'a' : 'b', { name: `s${any(30)}`, version: any(1000) }]
          const verb = any(3) === 0 ? 'remove' : 'put'
          for (const each of [lists, others]) each[verb](key, item)
          const known = all.get(key)
          known?.delete(item.name)
          if (verb === 'put') known?.set(item.name, item)
        }
        table = lists.written()
        unordered = others.written()
        for (const [key, items] of all) {
          expect(listOf(table, key)).toEqual([...items.values()].toSorted(byName))
          expect(listOf(unordered, key)).toEqual([...items.values()])
        }
      }
    }
  })

  test.each([1000, 100_000])('of %i items are not sorted anew for one that changes', (count) => {
    let compared = 0
    const order = (a: Item, b: Item): number => {
      compared += 1
      return byName(a, b)
    }
    const items = Array.from({ length: count }, (_, i) => ({ name: `${1e6 + i}`, version: 0 }))
    const table = Table.empty<readonly Item[]>().set('a', items)
    const lists = new Lists<Item>(table, ({ name }) => name, order)
    lists.put('a', { name: `${1e6 + 500}`, version: 1 })
    lists.remove('a', { name: `${1e6 + 700}`, version: 0 })
    const now = listOf(lists.written(), 'a')
    expect([now.length, now[500]?.version, now[700]?.name]).toEqual([count - 1, 1, `${1e6 + 701}`])
    expect(compared).toBeLessThan(50)
  })
})
