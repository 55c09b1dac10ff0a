import { expect, test } from 'vitest'
import { explain } from '../../../src/answer/records/index.ts'
import type { Entry, World } from '../../../src/world/zone/index.ts'
import { candidatesOf, cutsFrom } from '../../../src/world/zone/published.ts'
import { counted } from '../../support/counted.ts'
import { exported } from '../../support/manifests.ts'
import { made } from '../../support/world.ts'

const worldOf = (clusters: number, clusterIP: string): World =>
  made({
    clusters: Object.fromEntries(
      Array.from({ length: clusters }, (_, i) => [
        `c${i}`,
        { 'db.json': exported({ name: 'db', clusterIP, pods: [`10.${i}.0.1`], port: 80 + (i % 2) }) },
      ]),
    ),
  }).world

/** How often work asks an export whose it is, with so many clusters. */
function readsOf(clusters: number, clusterIP: string, work: (entry: Entry, world: World) => unknown): number {
  const world = worldOf(clusters, clusterIP)
  const entry = world.entries.get('default/db')
  if (entry === undefined) throw new Error('there is no entry')
  const { values, reads } = counted(entry.exports, ['cluster'])
  work({ ...entry, exports: values }, world)
  return reads()
}

test.each([
  ['explained', 'None', (entry: Entry, world: World) => explain(entry, world, world.clusterset.local)],
  ['explained', '10.0.0.1', (entry: Entry, world: World) => explain(entry, world, world.clusterset.local)],
  ['its candidates are found', '10.0.0.1', (entry: Entry) => candidatesOf(entry, 'c0')],
  ['what is cut of it is found', 'None', (entry: Entry) => cutsFrom(entry)],
])('a service of many clusters is %s (%s) in proportion to how many there are', (_, clusterIP, work) => {
  const [some, twice] = [30, 60].map((clusters) => readsOf(clusters, clusterIP, work))
  expect(some).toBeGreaterThan(0)
  expect(twice).toBeLessThanOrEqual(2 * (some ?? 0) + 60)
})
