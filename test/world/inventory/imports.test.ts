import { expect, test } from 'vitest'
import { mirroredFrom } from '../../support/mirrored.ts'
import { made } from '../../support/world.ts'

const sourcesOf = (text: string): readonly string[] => {
  const { world } = made({ clusters: { east: { 'hl.json': text } } })
  const endpoints = world.entries.get('default/hl')?.imports.get('east')?.endpoints
  return (endpoints ?? []).map(({ cluster }) => cluster)
}

test.each([
  [999, 999],
  [1000, 1000],
  [1001, 1000],
  [10_000, 1000],
])('of %i clusters that a service is mirrored from %i count, the first by name', (clusters, counted) => {
  const named = (i: number): string => `c${String(i).padStart(5, '0')}`
  const sources = sourcesOf(mirroredFrom(clusters, (i) => named(clusters - 1 - i)))
  expect(sources).toEqual(Array.from({ length: counted }, (_, i) => named(i)))
})

test('names that differ in case are one cluster', () => {
  expect(sourcesOf(mirroredFrom(3, (i) => ['up', 'Up', 'UP'][i] ?? ''))).toEqual(['up'])
})
