import { describe, expect, test } from 'vitest'
import { step, type World, withFreshness } from '../../src/zone/index.ts'
import { exported } from '../support/manifests.ts'
import { made, NOW } from '../support/world.ts'

const LATER = NOW + 60_000
const start = () =>
  made({
    clusters: {
      east: { 'web.json': exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }) },
    },
  })
const changed = (before: World, after: World): readonly string[] =>
  [...after.serials].filter(([zone, serial]) => before.serials.get(zone) !== serial).map(([zone]) => zone)

describe('the serials of zones', () => {
  test('stay while a cluster is only heard again, or loses its watch', () => {
    const { world } = start()
    for (const kind of ['live', 'stale'] as const)
      expect(changed(world, withFreshness(world, 'east', { kind, heard: LATER }, LATER))).toEqual([])
  })

  test('move where draws are when a cluster goes down, not in its own zone, which has it in any state', () => {
    const { world } = start()
    const down = withFreshness(world, 'east', { kind: 'down', heard: NOW }, LATER)
    expect(changed(world, down)).toEqual(['clusterset.local', 'global'])
  })

  test('stay when nothing is derived anew', () => {
    const { world, views } = start()
    expect(changed(world, step(world, views, ['default/web'], LATER))).toEqual([])
  })
})
