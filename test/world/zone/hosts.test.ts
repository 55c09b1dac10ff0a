import { describe, expect, test } from 'vitest'
import { applyChanges, type Change, EMPTY_VIEW } from '../../../src/sources/changes/index.ts'
import { KINDS, parseObject } from '../../../src/words/kube/index.ts'
import { rebuild, step, type World } from '../../../src/world/zone/index.ts'
import { serviceEntry } from '../../support/manifests.ts'
import { made, NOW } from '../../support/world.ts'

const LATER = NOW + 60_000

const PG = { number: 5432, name: 'pg', protocol: 'TCP' }
const entry = (name: string, host: string, address = '192.0.2.1', namespace = 'istio-system') =>
  serviceEntry({ name, namespace, hosts: [host], port: PG, endpoints: [{ address }] })

const CONFIG = { zones: { entries: ['mesh.internal', 'corp.example'] }, istio: { cluster: 'east' } }

const start = () =>
  made({
    config: CONFIG,
    clusters: { east: { 'a.json': JSON.stringify(entry('a', 'db.mesh.internal')) } },
  })

function said({ world, views }: ReturnType<typeof start>, ...objects: readonly object[]): World {
  const changes = objects.flatMap((one): readonly Change[] => {
    const parsed = parseObject(one, KINDS)
    return parsed.outcome === 'object' ? [{ op: 'put', object: parsed.object }] : []
  })
  const { view, dirty } = applyChanges(views.get('east') ?? EMPTY_VIEW, changes)
  return step(world, new Map(views).set('east', view), dirty, LATER)
}

const moved = (before: World, after: World): readonly string[] =>
  [...after.serials].filter(([zone, serial]) => before.serials.get(zone) !== serial).map(([zone]) => zone)

describe('a zone of hosts', () => {
  test('has a serial that moves with its own hosts, and no other zone moves with them', () => {
    const given = start()
    expect(moved(given.world, said(given, entry('b', 'new.mesh.internal')))).toEqual(['mesh.internal'])
    expect(moved(given.world, said(given, entry('a', 'db.mesh.internal', '192.0.2.9')))).toEqual([
      'mesh.internal',
    ])
    expect(moved(given.world, said(given, entry('b', '*.corp.example')))).toEqual(['corp.example'])
  })

  test('has no host of one who may not speak for it, and the world is the same with it', () => {
    const given = start()
    const tenants = said(given, entry('b', 'new.mesh.internal', '192.0.2.66', 'shop'))
    expect(tenants.entries.get('/new.mesh.internal')).toBeUndefined()
    expect(moved(given.world, tenants)).toEqual([])
    expect(tenants.tally).toBe(given.world.tally)
  })

  test.each([
    'a.example',
    'mesh.internal',
    'x y.mesh.internal',
    `${'x'.repeat(64)}.mesh.internal`,
    '*.*.mesh.internal',
    'a.*.mesh.internal',
    '*mesh.internal',
  ])('has none that is called %s', (host) => {
    const given = start()
    const after = said(given, entry('b', host))
    expect(moved(given.world, after)).toEqual([])
    expect([...after.entries].map(([key]) => key).filter((key) => key.startsWith('/'))).toEqual([
      '/db.mesh.internal',
    ])
  })

  test('calls a place by its numbers too while a host is called so, whichever came first, and in a rebuild too', () => {
    const given = start()
    const below = (world: World) =>
      world.entries.get('/db.mesh.internal')?.external?.sites.map(({ id }) => id)
    expect(below(given.world)).toEqual(['outside'])
    const deep = entry('b', 'x.outside.db.mesh.internal')
    const taken = said(given, deep)
    expect(below(taken)).toEqual(['outside-5432'])
    expect(taken.entries.get('/x.outside.db.mesh.internal')?.external).toBeDefined()
    const both = made({
      config: CONFIG,
      clusters: {
        east: { 'a.json': JSON.stringify(entry('a', 'db.mesh.internal')), 'b.json': JSON.stringify(deep) },
      },
    })
    expect(below(both.world)).toEqual(['outside-5432'])
    const again = rebuild(both.world, both.world, both.views, LATER)
    expect(below(again)).toEqual(['outside-5432'])
    expect(again.tally).toEqual(both.world.tally)
    expect(moved(both.world, again)).toEqual([])
    const free = step(both.world, ...gone(both.views, 'istio-system/b'), LATER)
    expect(below(free)).toEqual(['outside'])
    expect(moved(both.world, free)).toEqual(['mesh.internal'])
  })
})

function gone(views: ReturnType<typeof start>['views'], key: string) {
  const { view, dirty } = applyChanges(views.get('east') ?? EMPTY_VIEW, [
    { op: 'delete', kind: 'ServiceEntry', key },
  ])
  return [new Map(views).set('east', view), dirty] as const
}
