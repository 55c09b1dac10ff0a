import { describe, expect, test } from 'vitest'
import type { SlicePort } from '../../../src/words/kube/index.ts'
import { SlicePorts } from '../../../src/world/inventory/slice-ports.ts'

const portsFrom = (first: number, count: number, name = 'p'): readonly SlicePort[] =>
  Array.from({ length: count }, (_, i) => ({
    name: `${name}${first + i}`,
    protocol: 'TCP',
    port: 1 + first + i,
  }))

describe.each([999, 1000, 1001, 10_000])('of %i ports', (count) => {
  const most = Math.min(count, 1000)

  test('the first thousand count, in one slice or in many', () => {
    const one = new SlicePorts().of({ ports: portsFrom(0, count) })
    expect([one.ports.length, one.beyond]).toEqual([most, count - most])
    const lists = new SlicePorts()
    const all = Array.from({ length: 10 }, (_, i) =>
      lists.of({ ports: portsFrom((i * count) / 10, count / 10) }),
    )
    expect(all.flatMap(({ ports }) => ports).length).toBeLessThanOrEqual(most)
  })

  test('a name under another number is another port', () => {
    const lists = new SlicePorts()
    const named = portsFrom(0, count / 2).map((port) => ({ ...port, name: 'http' }))
    const all = [0, 30_000].map((by) =>
      lists.of({ ports: named.map((one) => ({ ...one, port: (one.port ?? 0) + by })) }),
    )
    expect(all.flatMap(({ ports }) => ports).length).toBe(Math.min(2 * Math.ceil(count / 2 - 0.5), most))
  })
})

describe('lists', () => {
  const [web, dns, both] = [portsFrom(0, 1), portsFrom(1, 1), portsFrom(0, 2)]

  test('are looked at once, and put together once', () => {
    const lists = new SlicePorts()
    const [a, b] = [lists.of({ ports: web }).ports, lists.of({ ports: dns }).ports]
    expect(lists.of({ ports: web }).ports).toBe(a)
    expect(lists.union([], a)).toBe(a)
    expect(lists.union(a, [])).toBe(a)
    expect(lists.union(a, a)).toBe(a)
    const union = lists.union(a, b)
    expect(union).toEqual([...a, ...b])
    expect(lists.union(a, b)).toBe(union)
    expect(lists.union(union, lists.of({ ports: both }).ports)).toBe(union)
    expect(lists.beyond).toBe(0)
  })

  test('that say nothing of a port, or of its number, have none', () => {
    const lists = new SlicePorts()
    expect(lists.of({ ports: null })).toEqual({ ports: [], beyond: 0 })
    expect(lists.of({ ports: [{ name: 'a', protocol: 'TCP', port: null }] })).toEqual({
      ports: [],
      beyond: 0,
    })
  })

  test.each([100, 101, 1000])('of %i slices of a thousand ports a hundred are looked at', (count) => {
    const lists = new SlicePorts()
    const ports = portsFrom(0, 1000)
    const all = Array.from({ length: count }, () => lists.of({ ports: [...ports] }))
    expect(all.filter((one) => one.ports.length === 1000 && one.beyond === 0)).toHaveLength(100)
    expect(all.filter((one) => one.ports.length === 0 && one.beyond === 1000)).toHaveLength(count - 100)
  })

  test('are put together as long as there is room; then an endpoint keeps what it has', () => {
    const lists = new SlicePorts()
    const halves = [portsFrom(0, 500), portsFrom(500, 500)].map((ports) => lists.of({ ports }).ports)
    const [a = [], b = []] = halves
    // 1,000 are looked at, and each union looks at 1,000 more.
    const unions = Array.from({ length: 990 }, () => lists.union([...a], b))
    expect(unions.filter(({ length }) => length === 1000)).toHaveLength(99)
    expect(unions.filter(({ length }) => length === 500)).toHaveLength(891)
    expect(lists.beyond).toBe(500)
  })
})
