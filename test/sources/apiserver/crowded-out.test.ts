import { expect, test } from 'vitest'
import { HeldObjects } from '../../../src/sources/apiserver/held-objects.ts'

/** How many of so many objects for which there is no room are told one by one. */
function toldOf(count: number, way: 'listed' | 'came'): number {
  const told = new Set<string>()
  const refused = (key: string) => ({ key, problem: 'no room', isCrowdedOut: true as const })
  const budget = {
    admitted: (_part: string, { key }: { readonly key: string }) => refused(key),
    unreadable: () => {},
  }
  const held = new HeldObjects({
    budget,
    part: 'services',
    store: { objects: () => new Map() },
    listener: { unreadable: (key: string) => told.add(key) },
  } as never)
  const all = Array.from({ length: count }, (_, i) => refused(`shop/s${i}`))
  if (way === 'listed') held.goodOf(new Map(all.map((one) => [one.key, one])) as never)
  else for (const one of all) held.take(one as never)
  expect(held.isCrowded).toBe(true)
  return told.size
}

test.each([
  [1, 1],
  [10, 10],
  [11, 10],
  [100, 10],
])('of %i objects that a namespace has no room for %i are told', (count, told) => {
  expect(toldOf(count, 'listed')).toBe(told)
  expect(toldOf(count, 'came')).toBe(told)
})
