import { describe, expect, test } from 'vitest'
import { emptyWorld, rebuild, step, type World, withFreshness } from '../../src/zone/index.ts'
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

  test('go on from those of the process before, where they were ahead of the clock', () => {
    const { settings, clusterset, rules } = start().world
    const second = Math.floor(NOW / 1000)
    const earlier = new Map([
      ['clusterset.local', second + 5000],
      ['global', second - 5000],
    ])
    const { serials } = emptyWorld(settings, clusterset, rules, NOW, earlier)
    expect(serials.get('clusterset.local')).toBe(second + 5001)
    expect(serials.get('global')).toBe(second)
    expect(serials.get('east.local')).toBe(second)
  })

  test('are the second also after 2038', () => {
    const { settings, clusterset, rules } = start().world
    const second = 2 ** 31 + 5
    expect(emptyWorld(settings, clusterset, rules, second * 1000).serials.get('global')).toBe(second)
  })

  test('of a zone that goes and comes back go on from where they were', () => {
    const { world, views } = start()
    const { settings, clusterset, rules } = world
    const ahead = { ...world, serials: new Map(world.serials).set('east.local', 2_000_000_000) }
    const members = new Map([...clusterset.members].filter(([id]) => id !== 'east'))
    const without = rebuild(ahead, { settings, clusterset: { ...clusterset, members }, rules }, views, LATER)
    expect(without.serials.has('east.local')).toBe(false)
    const back = rebuild(without, { settings, clusterset, rules }, views, LATER)
    expect(back.serials.get('east.local')).toBe(2_000_000_001)
  })

  test('stay when nothing is derived anew', () => {
    const { world, views } = start()
    expect(changed(world, step(world, views, ['default/web'], LATER))).toEqual([])
  })
})
