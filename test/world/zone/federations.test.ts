import { describe, expect, test, vi } from 'vitest'
import { planOf } from '../../../src/app/config/index.ts'
import { Flow } from '../../../src/app/flow/index.ts'
import { applyChanges, type Change, EMPTY_VIEW } from '../../../src/sources/changes/index.ts'
import { parseAddress } from '../../../src/values/dns/index.ts'
import { Table } from '../../../src/values/table/index.ts'
import { KINDS, objectIdOf, parseObject } from '../../../src/words/kube/index.ts'
import { rebuild, step, type World, withFreshness, withHostNames } from '../../../src/world/zone/index.ts'
import { exported } from '../../support/manifests.ts'
import { made, NOW } from '../../support/world.ts'

const LATER = NOW + 60_000
const WEST = 'west.svc.cluster.local'
const web = (n: number) => exported({ name: 'web', clusterIP: `10.10${n}.0.1`, pods: [`10.${n}.0.1`] })
const start = () =>
  made({
    config: { zones: { federations: { west: { clusters: ['cluster-west'] }, south: { clusters: [] } } } },
    clusters: {
      'cluster-east': { 'web.json': web(1) },
      'cluster-west': { 'web.json': web(2) },
      'cluster-north': { 'web.json': web(3) },
    },
  })

const serialsMoved = (before: World, after: World): readonly string[] =>
  [...after.serials].filter(([zone, serial]) => before.serials.get(zone) !== serial).map(([zone]) => zone)

function namespace(name: string): Change {
  const parsed = parseObject({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, KINDS)
  if (parsed.outcome !== 'object') throw new Error('no Namespace')
  return { op: 'put', object: parsed.object }
}

/** One cluster says something more. */
function said(
  world: World,
  views: ReturnType<typeof start>['views'],
  id: string,
  changes: readonly Change[],
) {
  const { view, dirty } = applyChanges(views.get(id) ?? EMPTY_VIEW, changes)
  const after = new Map(views).set(id, view)
  return { world: step(world, after, dirty, LATER), views: after }
}

describe('a federation', () => {
  test('is a zone, but for the time in which the own cluster has a Namespace of its name', () => {
    const { world, views } = start()
    expect(world.zones.has(WEST)).toBe(true)
    const taken = said(world, views, 'cluster-east', [namespace('west'), namespace('other')])
    expect([...taken.world.zones.keys()]).toEqual([...world.zones.keys()].filter((name) => name !== WEST))
    expect([...taken.world.refused]).toEqual(['west'])
    expect(taken.world.serials.has(WEST)).toBe(false)
    expect(serialsMoved(world, taken.world)).toEqual([])
    const free = said(taken.world, taken.views, 'cluster-east', [
      { op: 'delete', kind: 'Namespace', key: '/west' },
    ])
    expect([...free.world.zones.keys()]).toEqual([...world.zones.keys()])
    expect(free.world.serials.get(WEST)).toBe(Math.floor(LATER / 1000))
    expect(serialsMoved(world, free.world)).toEqual([WEST])
  })

  test.each(['Service', 'ServiceExport', 'EndpointSlice'])(
    'is refused while a %s alone is in a namespace of its name, at the same cost however much else there is',
    (kind) => {
      const walked = (services: number) => {
        const flow = new Flow(planOf(start().config), SILENT, NOW)
        const others = Array.from({ length: services }, (_, i) => puts(`web-${i}`, 'shop')).flat()
        flow.changed('cluster-east', others, NOW)
        const one = puts('web', 'west').filter(({ object }) => object.kind === kind)
        const refused = () => [...flow.world.refused]
        const walks = keysWalked(() => {
          flow.changed('cluster-east', one, LATER)
          expect(refused()).toEqual(['west'])
          const gone = one.map(({ object }): Change => ({ op: 'delete', ...objectIdOf(object) }))
          flow.changed('cluster-east', gone, LATER)
          expect(refused()).toEqual([])
          flow.changed('cluster-east', puts('api', 'shop'), LATER)
        })
        return walks
      }
      expect(walked(300)).toBe(walked(3))
    },
  )

  test('is not concerned by Namespaces of other clusters, and a turn that changes none changes no zones', () => {
    const { world, views } = start()
    expect(said(world, views, 'cluster-west', [namespace('west')]).world).toBe(world)
    expect(said(world, views, 'cluster-east', [namespace('default')]).world).toBe(world)
  })

  test('is refused from the start of a configuration that names it', () => {
    const { world, views, config } = start()
    const taken = said(world, views, 'cluster-east', [namespace('south')])
    const made = rebuild(taken.world, planOf(config), taken.views, LATER)
    expect([...made.refused]).toEqual(['south'])
    expect(made.zones.has('south.svc.cluster.local')).toBe(false)
    expect(made.zones.has(WEST)).toBe(true)
  })

  test('has a serial that moves with what its own clusters say, and with nothing else', () => {
    const { world, views } = start()
    const scaled = (id: string, n: number) => {
      const objects = exported({
        name: 'web',
        clusterIP: `10.10${n}.0.1`,
        pods: [`10.${n}.0.1`, `10.${n}.0.2`],
      })
      const { items }: { items: readonly unknown[] } = JSON.parse(objects)
      const changes = items.flatMap((one): readonly Change[] => {
        const parsed = parseObject(one)
        return parsed.outcome === 'object' ? [{ op: 'put', object: parsed.object }] : []
      })
      return serialsMoved(world, said(world, views, id, changes).world)
    }
    expect(scaled('cluster-north', 3)).not.toContain(WEST)
    expect(scaled('cluster-north', 3)).toContain('clusterset.local')
    expect(scaled('cluster-west', 2)).toContain(WEST)
    expect(scaled('cluster-west', 2)).not.toContain('south.svc.cluster.local')
    expect(scaled('cluster-east', 1)).toEqual(expect.arrayContaining([WEST, 'south.svc.cluster.local']))
  })

  test('has a serial that moves when a cluster of its own goes down, and no other', () => {
    const { world } = start()
    const down = (id: string) =>
      serialsMoved(world, withFreshness(world, id, { kind: 'down', heard: NOW }, LATER))
    expect(down('cluster-west')).toContain(WEST)
    expect(down('cluster-north')).not.toContain(WEST)
    expect(down('cluster-north')).toContain('clusterset.local')
  })

  test.each([
    // Of another type than what the oldest export decides for all.
    ['counts in it alone', { clusterIP: 'None' }, [WEST, 'cluster-west.local']],
    // It has none of the merged ports, and is there by its cluster's name.
    ['has no common port', { clusterIP: '10.1.0.9', port: 81 }, ['global', WEST, 'cluster-west.local']],
    ['counts in all', { clusterIP: '10.1.0.9' }, ['global', WEST, 'cluster-west.local']],
  ])('has a serial that moves with the address of a load balancer that %s', (_, oldest, moved) => {
    const { world } = balancedInWest(oldest)
    const resolve = (before: World, text: string, now: number): World => {
      const address = parseAddress(text)
      if (address === undefined) throw new Error(text)
      const { resolved, unresolved } = before.clusterset
      const names = { resolved: resolved.set('lb.test', [address]), unresolved }
      return withHostNames(before, names, new Set(['default/web']), now)
    }
    const before = resolve(world, '198.51.100.1', NOW + 5000)
    const zones = serialsMoved(before, resolve(before, '198.51.100.2', LATER))
    expect(zones).toEqual(expect.arrayContaining(moved))
    expect(zones).not.toContain('east.svc.cluster.local')
    expect(zones.includes('global')).toBe(moved.includes('global'))
    expect(serialsMoved(before, resolve(before, '198.51.100.1', LATER))).toEqual([])
  })
})

const SILENT = { world: () => undefined, names: () => undefined, fault: () => undefined }

const puts = (name: string, namespace: string) => {
  const { items }: { items: readonly unknown[] } = JSON.parse(
    exported({ name, namespace, clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }),
  )
  return items.flatMap((one) => {
    const parsed = parseObject(one)
    return parsed.outcome === 'object' ? [{ op: 'put', object: parsed.object } as const] : []
  })
}

/** How many keys of tables are gone through one by one. */
function keysWalked(work: () => void): number {
  let keys = 0
  const original = Table.prototype[Symbol.iterator]
  const walking = vi.spyOn(Table.prototype, Symbol.iterator)
  walking.mockImplementation(function* (this: Table<unknown>) {
    for (const one of { [Symbol.iterator]: () => original.call(this) }) {
      keys++
      yield one
    }
  })
  try {
    work()
  } finally {
    walking.mockRestore()
  }
  return keys
}

/** The service of the west is reached by a load balancer that has a name; the north's is older. */
function balancedInWest(oldest: { readonly clusterIP: string; readonly port?: number }) {
  const metadata = { name: 'web', namespace: 'default', creationTimestamp: '2026-02-02T00:00:00Z' }
  const balanced = exported({ name: 'web', clusterIP: '10.102.0.1', pods: ['10.2.0.1'] })
  const { items }: { items: readonly object[] } = JSON.parse(balanced)
  const [service, , ...slices] = items
  const west = [
    { ...service, metadata, status: { loadBalancer: { ingress: [{ hostname: 'lb.test' }] } } },
    { apiVersion: 'multicluster.x-k8s.io/v1beta1', kind: 'ServiceExport', metadata },
    ...slices,
  ]
  return made({
    config: {
      zones: { federations: { west: { clusters: ['cluster-west'] }, east: { clusters: [] } } },
      clusters: ['cluster-east', 'cluster-west', 'cluster-north'].map((id) => ({
        id,
        source: { manifests: `./${id}` },
      })),
    },
    clusters: {
      'cluster-east': {},
      'cluster-west': { 'web.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: west }) },
      'cluster-north': { 'web.json': exported({ name: 'web', pods: ['10.3.0.1'], ...oldest }) },
    },
  })
}
