import { describe, expect, test } from 'vitest'
import { explain } from '../../../src/answer/records/index.ts'
import { parseConfig, planOf, watchScopeOf } from '../../../src/app/config/index.ts'
import {
  applyChanges,
  type Change,
  type ClusterView,
  emptyView,
  NO_CARE,
} from '../../../src/sources/changes/index.ts'
import { KINDS, type KubeObject, keyOf, parseObject } from '../../../src/words/kube/index.ts'
import { emptyWorld, GAUGE, gaugeLabels, settle, step, type World } from '../../../src/world/zone/index.ts'

const CONFIG = parseConfig(
  'istio: {cluster: east, entries: {export: true}}\nclusters: [{id: east, locality: us-1/a, source: {manifests: ./e}}, {id: west, source: {manifests: ./w}}]',
  'meridian.yaml',
)
const [EAST] = CONFIG.clusters
const EAST_KINDS = EAST === undefined ? KINDS : KINDS.inManifests(watchScopeOf(EAST, CONFIG))
const NOW = Date.parse('2026-11-22T14:05:00Z')

function read(value: object): KubeObject {
  const parsed = parseObject(value, EAST_KINDS)
  if (parsed.outcome !== 'object') throw new Error(JSON.stringify(parsed))
  return parsed.object
}

const entry = (name: string, spec: object, metadata: object = {}): KubeObject =>
  read({
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name, namespace: 'default', ...metadata },
    spec: {
      hosts: ['db.default.global'],
      ports: [{ number: 80, name: 'http' }],
      resolution: 'STATIC',
      ...spec,
    },
  })

const machine = (name: string, app: string, address: string): KubeObject =>
  read({
    apiVersion: 'networking.istio.io/v1',
    kind: 'WorkloadEntry',
    metadata: { name, namespace: 'default', labels: { app } },
    spec: { address },
  })

/** The cluster east, which says one thing after another. */
class Said {
  world: World = settle(emptyWorld(planOf(CONFIG), NOW))
  #views: ReadonlyMap<string, ClusterView> = new Map([
    ['east', emptyView(EAST_KINDS)],
    ['west', emptyView(EAST_KINDS)],
  ])

  /** The services of `default` that are derived for it. */
  say(...changes: readonly Change[]): readonly string[] {
    const { view, dirty } = applyChanges(this.#views.get('east') ?? emptyView(EAST_KINDS), changes)
    this.#views = new Map(this.#views).set('east', view)
    this.world = step(this.world, this.#views, dirty, NOW, NO_CARE, new Map([['east', view]]))
    return [...dirty].filter((key) => key.startsWith('default/')).sort()
  }

  put(...objects: readonly KubeObject[]): readonly string[] {
    return this.say(...objects.map((object) => ({ op: 'put', object }) as const))
  }

  remove(object: KubeObject): readonly string[] {
    return this.say({ op: 'delete', kind: object.kind, key: keyOf(object) })
  }

  sites(key = 'default/db') {
    return this.world.entries.get(key)?.external?.sites ?? []
  }
}

const endpointsAt = (count: number, locality: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => ({
    address: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
    locality: locality(i),
  }))

describe('bounds', () => {
  test.each([
    [100, 100],
    [101, 100],
    [1000, 100],
  ])('of %i places of one service %i count, and it is told', (count, kept) => {
    const said = new Said()
    said.put(entry('db', { endpoints: endpointsAt(count, (i) => `r${i}`) }))
    expect(said.sites()).toHaveLength(kept)
    const [told] = said.world.entries.get('default/db')?.objects?.first ?? []
    expect(told?.leftOut.some((part) => part.includes('100 places of one service are all that count'))).toBe(
      count > kept,
    )
  })

  test.each([
    [2500, 5000],
    [2501, 5000],
    [5000, 5000],
  ])('of two entries with %i endpoints each %i count together', (each, kept) => {
    const said = new Said()
    const endpoints = endpointsAt(each, () => 'r')
    const others = endpoints.map(({ address }) => ({ address: address.replace(/^10/, '11'), locality: 'r' }))
    said.put(entry('a', { endpoints }), entry('b', { endpoints: others }))
    expect(said.sites().reduce((sum, { count }) => sum + count, 0)).toBe(kept)
  })
})

describe('what selects', () => {
  const chosen = (app: string) => ({ workloadSelector: { labels: { app } } })

  test('is derived again when a machine with its labels comes, changes them, or goes; and not for others', () => {
    const said = new Said()
    said.put(entry('db', chosen('db')), entry('other', { ...chosen('x'), hosts: ['other.default.global'] }))
    expect(said.put(machine('vm', 'db', '192.0.2.1'))).toEqual(['default/db'])
    expect(said.sites()).toMatchObject([{ id: 'outside', count: 1 }])
    expect(said.put(machine('vm', 'x', '192.0.2.1'))).toEqual(['default/db', 'default/other'])
    expect(said.sites()).toEqual([])
    expect(said.sites('default/other')).toHaveLength(1)
    expect(said.put(machine('elsewhere', 'y', '192.0.2.2'))).toEqual([])
    said.remove(machine('vm', 'x', '192.0.2.1'))
    expect(said.sites('default/other')).toEqual([])
  })

  test('follows the selector and the endpoints of Services', () => {
    const said = new Said()
    const service = (selector: object) =>
      read({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'pods' },
        spec: { clusterIP: '10.96.0.1', selector },
      })
    const slice = (address: string) =>
      read({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { name: 's', labels: { 'kubernetes.io/service-name': 'pods' } },
        addressType: 'IPv4',
        endpoints: [{ addresses: [address] }],
      })
    said.put(service({ app: 'db', role: 'a' }), slice('10.1.0.1'))
    said.put(entry('db', chosen('db')))
    expect(said.sites()).toMatchObject([{ id: 'us-1-a', within: 'east', addresses: ['\x0a\x01\x00\x01'] }])
    said.put(slice('10.1.0.2'))
    expect(said.sites()).toMatchObject([{ addresses: ['\x0a\x01\x00\x02'] }])
    said.put(service({ role: 'a' }))
    expect(said.sites()).toEqual([])
  })
})

test('the way to a share makes an export where configuration says so, and takes it away', () => {
  const said = new Said()
  const way = entry('way', { hosts: ['db.default.svc.west.local'], endpoints: [{ address: '192.0.2.1' }] })
  said.put(way)
  expect(said.world.entries.get('default/db')?.exports).toMatchObject([
    { kind: 'valid', cluster: 'west', by: 'istio.entries.export', endpoints: { count: 1 } },
  ])
  said.remove(way)
  expect(said.world.entries.get('default/db')).toBeUndefined()
})

test('objects are counted by kind and outcome, machines among them', () => {
  const said = new Said()
  said.put(
    entry('db', { workloadSelector: { labels: { app: 'db' } } }),
    entry('theft', {}, { namespace: 'evil' }),
    machine('vm-1', 'db', '192.0.2.1'),
    machine('vm-2', 'db', '127.0.0.1'),
  )
  const counts = [...said.world.gauges].flatMap(([key, count]) => {
    const labels = gaugeLabels(GAUGE.objects, key)
    return labels === undefined ? [] : [[...labels, count].join(' ')]
  })
  expect(counts.sort()).toEqual([
    'ServiceEntry in force 1',
    'ServiceEntry left out 1',
    'WorkloadEntry in force 1',
    'WorkloadEntry left out 1',
  ])
  const made = said.world.entries.get('default/db')
  expect(made && explain(made, said.world, said.world.clusterset.local).objects).toHaveLength(4)
})
