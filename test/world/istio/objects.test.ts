import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { explain } from '../../../src/answer/records/index.ts'
import { worldMetrics } from '../../../src/app/admin/metrics.ts'
import { parseConfig, planOf, watchScopeOf } from '../../../src/app/config/index.ts'
import { Flow } from '../../../src/app/flow/index.ts'
import { partsOf, Replica, wholeUpdate } from '../../../src/server/replica/index.ts'
import type { Change } from '../../../src/sources/changes/index.ts'
import { KINDS, type KubeObject, parseObject } from '../../../src/words/kube/index.ts'
import type { Entry, World } from '../../../src/world/zone/index.ts'
import { asAnswered } from '../../support/answered.ts'
import { exported } from '../../support/manifests.ts'
import { NOBODY } from '../../support/members.ts'
import { objectsOf } from '../../support/objects.ts'
import { runs } from '../../support/runs.ts'

const IDS = ['east', 'west', 'north']

const CLUSTERS = IDS.map((id) => ({
  id,
  locality: `${id}-1`,
  network: 'a',
  source: { manifests: `./${id}` },
}))

const configOf = (istio: object = { cluster: 'east' }) =>
  parseConfig(
    JSON.stringify({ clusters: CLUSTERS, istio, zones: { cluster: 'cluster-{cluster}.local' } }),
    'meridian.yaml',
  )

const ISTIO_KINDS = KINDS.at({ roles: ['policy'], asked: ['networking.istio.io'] })

function read(kind: string, name: string, spec: object, metadata: object = {}): KubeObject {
  const [namespace = '', own = ''] = name.split('/')
  const object = {
    apiVersion: 'networking.istio.io/v1beta1',
    kind,
    metadata: { namespace, name: own, ...metadata },
    spec,
  }
  const parsed = parseObject(object, ISTIO_KINDS)
  if (parsed.outcome !== 'object') throw new Error(JSON.stringify(parsed))
  return parsed.object
}

const share = (id: string, weight?: number) => ({
  destination: { host: `web.default.svc.cluster-${id}.local` },
  ...(weight === undefined ? {} : { weight }),
})

const routed = (name: string, http: readonly object[]) =>
  read('VirtualService', name, { hosts: ['web.default.global'], http })

const spread = (name: string, distribute: readonly object[], metadata = {}) =>
  read(
    'DestinationRule',
    name,
    { host: 'web.default.global', trafficPolicy: { loadBalancer: { localityLbSetting: { distribute } } } },
    metadata,
  )

const put = (object: KubeObject): Change => ({ op: 'put', object })

/** Three clusters that export `web`; the objects of Istio are those of east. */
function start(objects: readonly KubeObject[] = [], istio?: object): Flow {
  const flow = new Flow(planOf(configOf(istio)), NOBODY, 0)
  for (const [i, id] of IDS.entries()) {
    const own = objectsOf(exported({ name: 'web', clusterIP: `10.10${i}.0.1`, pods: [`10.${i}.0.5`] }))
    flow.changed(id, own.map(put), 0)
    flow.state(id, { kind: 'live', heard: 0 }, false, 0)
  }
  flow.changed('east', objects.map(put), 0)
  return flow
}

const entryIn = ({ entries }: World): Entry => entries.get('default/web') ?? expect.fail('no web')

const sharesFrom = ({ world }: Flow, cluster: string) =>
  Object.fromEntries(
    explain(entryIn(world), world, {
      cluster,
      locality: { region: `${cluster}-1`, zone: null, subzone: null },
    }).clusters.map((one) => [one.cluster, one.share]),
  )

const ALL_WEST = [{ from: '*', to: { 'west-1': 100 } }]

describe('objects that come, change and go', () => {
  test('hold from then on, and leave nothing behind', () => {
    const flow = start()
    const before = entryIn(flow.world)
    expect(before.objects).toBeUndefined()
    flow.changed('east', [put(routed('default/web', [{ route: [share('north')] }]))], 1000)
    expect(sharesFrom(flow, 'west')).toEqual({ north: 1, west: 0, east: 0 })
    flow.changed(
      'east',
      [put(routed('default/web', [{ route: [share('north', 1), share('east', 3)] }]))],
      2000,
    )
    expect(sharesFrom(flow, 'west')).toEqual({ north: 0.25, east: 0.75, west: 0 })
    flow.changed('east', [{ op: 'delete', kind: 'VirtualService', key: 'default/web' }], 3000)
    expect(entryIn(flow.world)).toEqual(before)
  })

  test('of which nothing is in force move no serial', () => {
    const flow = start()
    const { serials } = flow.world
    flow.changed('east', [put(spread('evil/web', ALL_WEST))], 60_000)
    expect(entryIn(flow.world).objects?.first).toHaveLength(1)
    expect(flow.world.serials).toEqual(serials)
    flow.changed('east', [put(spread('default/web', ALL_WEST))], 120_000)
    const moved = [...flow.world.serials].filter(([zone, on]) => serials.get(zone) !== on)
    expect(moved.map(([zone]) => zone)).toEqual(['clusterset.local', 'global'])
  })

  test('of another cluster than the one that configuration names say nothing', () => {
    const flow = start()
    flow.changed('west', [put(spread('default/web', ALL_WEST))], 0)
    expect(sharesFrom(flow, 'east')).toEqual({ east: 1, west: 0, north: 0 })
    expect(entryIn(flow.world).objects).toBeUndefined()
    const [east, west] = configOf().clusters.map(
      (cluster) => KINDS.at(watchScopeOf(cluster, configOf())).names,
    )
    expect(east).toEqual(expect.arrayContaining(['DestinationRule', 'VirtualService']))
    expect(west?.join()).not.toContain('Rule')
  })

  test('are not there where configuration asks for none', () => {
    const config = configOf({})
    expect(planOf(config).istio).toBeNull()
    for (const cluster of config.clusters)
      expect(KINDS.inManifests(watchScopeOf(cluster, config)).names.join()).not.toMatch(/Rule|VirtualService/)
  })

  test('are counted by kind and outcome', () => {
    const flow = start([
      spread('default/web', ALL_WEST),
      spread('istio-system/web', ALL_WEST),
      spread('evil/web', ALL_WEST),
      read('DestinationRule', 'default/nobody', { host: 'nobody.default.global' }),
      routed('evil/web', [{ route: [share('west')] }]),
    ])
    const watched = { world: flow.world, views: flow.views } as unknown as Parameters<typeof worldMetrics>[0]
    const metric = worldMetrics(watched).find(({ name }) => name === 'meridian_policy_objects')
    expect(
      Array.from(metric?.read() ?? [], ({ labels, value }) => [labels['kind'], labels['outcome'], value]),
    ).toEqual(
      expect.arrayContaining([
        ['DestinationRule', 'in force', 1],
        ['DestinationRule', 'overridden', 1],
        ['DestinationRule', 'left out', 1],
        ['VirtualService', 'left out', 1],
        ['DestinationRule', 'of no service', 1],
      ]),
    )
  })
})

describe('an object that cannot be read', () => {
  const broken = (kind: string, spec: object): Change => {
    const object = {
      apiVersion: 'networking.istio.io/v1',
      kind,
      metadata: { namespace: 'default', name: 'mine' },
      spec,
    }
    const parsed = parseObject(object, ISTIO_KINDS)
    if (parsed.outcome !== 'problem' || parsed.of === null) throw new Error(JSON.stringify(parsed))
    return { op: 'unreadable', object: parsed.of }
  }
  const http = [{ route: [share('west')] }]
  const counts = (flow: Flow) =>
    entryIn(flow.world).objects?.counts.map(({ kind, outcome, count }) => `${count} ${kind} ${outcome}`)

  test('as it was is told so, and that it is in force', () => {
    const flow = start([routed('default/mine', http)])
    const { policies } = entryIn(flow.world)
    flow.changed(
      'east',
      [broken('VirtualService', { hosts: ['web.default.global'], gateways: 'mesh', http })],
      1000,
    )
    expect(entryIn(flow.world).policies).toBe(policies)
    expect(counts(flow)).toEqual(['1 VirtualService inForce'])
    expect(entryIn(flow.world).objects?.first[0]?.leftOut).toEqual([
      'it cannot be read now, and what was last read of it holds: spec.gateways: "mesh" is not a list',
    ])
    flow.changed('east', [put(routed('default/mine', http))], 2000)
    expect(entryIn(flow.world).objects?.first[0]?.leftOut).toEqual([])
    expect(entryIn(flow.world).flaws.size).toBe(0)
  })

  test.each([
    ['VirtualService', { hosts: 'web.default.global' }],
    ['VirtualService', { exportTo: '*', hosts: ['example.com'], http }],
    ['DestinationRule', { host: 'web', exportTo: 5 }],
    ['DestinationRule', { host: 'cluster-east.web.default.global', exportTo: '*' }],
  ])('and never could be is told where it would be in force (%s, %j)', (kind, spec) => {
    const flow = start()
    flow.changed('east', [broken(kind, spec)], 1000)
    expect(counts(flow)).toEqual([`1 ${kind} leftOut`])
    expect(entryIn(flow.world).objects?.first[0]?.why).toMatch(/^it cannot be read: spec\./)
    flow.changed('east', [{ op: 'delete', kind, key: 'default/mine' }], 2000)
    expect(entryIn(flow.world).objects).toBeUndefined()
  })

  test.each([100, 101, 1000])('is told of for 100 services, of %i that it names', (written) => {
    const hosts = Array.from({ length: written }, (_, i) => `s${i}.default.svc.cluster.local`)
    const change = broken('VirtualService', { hosts, gateways: 'mesh' })
    if (change.op !== 'unreadable') throw new Error(change.op)
    expect(change.object.others).toHaveLength(99)
  })
})

describe('who decides', () => {
  const rule = (localityLbSetting: object) =>
    read('DestinationRule', 'default/web', {
      host: 'web',
      trafficPolicy: { loadBalancer: { localityLbSetting } },
    })
  const counts = (flow: Flow) =>
    entryIn(flow.world).objects?.counts.map(({ kind, outcome, count }) => `${count} ${kind} ${outcome}`)

  test('over all of an object has it not in force, for all, and counted so', () => {
    const allWest = routed('default/web', [{ route: [share('west')] }])
    expect(counts(start([allWest, spread('default/web', ALL_WEST), spread('evil/web', ALL_WEST)]))).toEqual([
      '1 VirtualService inForce',
      '1 DestinationRule overridden',
      '1 DestinationRule leftOut',
    ])
  })

  test('over a part of it, or for some clients, does not', () => {
    const match = [{ sourceLabels: { 'topology.istio.io/cluster': 'west' } }]
    const some = routed('default/web', [{ match, route: [share('west')] }])
    expect(counts(start([some, spread('default/web', ALL_WEST)]))).toContain('1 DestinationRule inForce')
    const all = routed('default/web', [{ route: [share('west')] }])
    const failover = [{ from: 'east-1', to: 'west-1' }]
    expect(counts(start([all, rule({ failover })]))).toContain('1 DestinationRule inForce')
  })

  test.each([
    [['topology.istio.io/network=a'], ['network a']],
    [['topology.istio.io/network'], ['same network']],
    [
      ['topology.istio.io/network', 'topology.istio.io/cluster=east'],
      ['same network, cluster east', 'same network'],
    ],
    [
      ['topology.istio.io/network=a', 'topology.istio.io/cluster'],
      ['network a, same cluster', 'network a'],
    ],
    [
      ['topology.istio.io/network', 'topology.istio.io/cluster'],
      ['same network, cluster', 'same network'],
    ],
  ])('an order of %j is told in words of its own', (failoverPriority, labels) => {
    const { world } = start([rule({ failoverPriority })])
    const { clusters } = explain(entryIn(world), world, { cluster: 'east', locality: null })
    expect(new Set(clusters.map(({ distance }) => distance))).toEqual(new Set(labels))
  })
})

test('what they say crosses to threads that answer: places, orders, affinity', () => {
  const match = [
    { sourceLabels: { 'topology.kubernetes.io/region': 'east-1', 'topology.istio.io/cluster': 'east' } },
  ]
  const rule = (localityLbSetting: object) =>
    read('DestinationRule', 'default/web', {
      host: 'web',
      trafficPolicy: { loadBalancer: { localityLbSetting } },
    })
  const priority = ['topology.istio.io/network', 'topology.kubernetes.io/region=west-1']
  for (const said of [rule({ enabled: false }), rule({ failoverPriority: priority })]) {
    const { world } = start([said, routed('default/web', [{ match, route: [share('west')] }])])
    const replica = new Replica(structuredClone(partsOf(world)))
    replica.apply(structuredClone(wholeUpdate(world)))
    expect(entryIn(world).policies).toHaveLength(2)
    expect(replica.snapshot.entries.get('default/web')).toEqual(asAnswered(entryIn(world)))
  }
})

describe('bounds', () => {
  const EAST = { match: [{ sourceLabels: { 'topology.istio.io/cluster': 'east' } }], route: [share('west')] }

  test.each([
    [100, 100],
    [101, 100],
    [1000, 100],
  ])('of %i routes that say something %i hold', (written, held) => {
    const { world } = start([
      routed(
        'default/web',
        Array.from({ length: written }, () => EAST),
      ),
    ])
    expect(entryIn(world).policies).toHaveLength(held)
  })

  test.each([
    [1000, 1000],
    [1001, 1000],
    [10_000, 1000],
  ])('of %i routes %i are read', (written, read) => {
    const rest = Array.from({ length: written - 1 }, () => ({
      match: [{ uri: { exact: '/' } }],
      route: [share('west')],
    }))
    const flow = start([routed('default/web', [...rest, { route: [share('north')] }])])
    expect(sharesFrom(flow, 'east')['north']).toBe(written === read ? 1 : 0)
    expect(entryIn(flow.world).objects?.first[0]?.leftOut.length).toBeLessThanOrEqual(21)
  })

  test.each([100, 101, 1000])('of %i destinations of a route all hold or none', (written) => {
    const rest = Array.from({ length: written - 1 }, () => share('west', 1))
    const { world } = start([routed('default/web', [{ route: [share('north', 1), ...rest] }])])
    const [said] = entryIn(world).policies
    expect(said?.weights).toEqual(
      written === 100
        ? new Map([
            ['north', 1],
            ['west', 99],
          ])
        : undefined,
    )
  })

  test.each([
    [1000, 1000],
    [1001, 1000],
    [10_000, 1000],
  ])('of %i entries of a distribute %i hold', (written, held) => {
    const entries = Array.from({ length: written }, (_, i) => ({ from: `r${i}`, to: { 'west-1': 100 } }))
    const { world } = start([spread('default/web', entries)])
    expect(entryIn(world).policies[0]?.distribute).toHaveLength(held)
  })

  test.each([
    [{ 'west-1': 1, 'east-1': 99 }, true],
    [{ 'west-1': 0, 'east-1': 100 }, false],
    [{ 'west-1': 101 }, false],
    [{ 'west-1': 99 }, false],
    [{ 'west-1': 50.5, 'east-1': 49.5 }, false],
    [Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`r${i}`, 1])), true],
    [Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`r${i}`, 1])), false],
    [{ ['r'.repeat(253)]: 100 }, true],
    [{ ['r'.repeat(254)]: 100 }, false],
    [{ ['r'.repeat(100_000)]: 100 }, false],
  ])('weights of localities (%#)', (to, holds) => {
    const { world } = start([spread('default/web', [{ from: '*', to }])])
    const { policies, objects } = entryIn(world)
    expect(policies).toHaveLength(holds ? 1 : 0)
    expect(objects?.first[0]?.leftOut).toHaveLength(holds ? 0 : 1)
    expect(JSON.stringify(objects).length).toBeLessThan(1000)
  })

  test.each([
    [2 ** 31 - 1, true],
    [2 ** 31, false],
    ['70', false],
    [Number.NaN, false],
  ])('a weight of %s', (weight, holds) => {
    const { world } = start([
      routed('default/web', [{ route: [{ ...share('west'), weight }, share('east', 1)] }]),
    ])
    expect(entryIn(world).policies).toHaveLength(holds ? 1 : 0)
  })

  test.each([10, 20, 21, 10_000])(
    'of %i objects of others the service is the same, and 20 are listed',
    (count) => {
      const others = Array.from({ length: count }, (_, i) => spread(`evil/web${i}`, ALL_WEST))
      const flow = start([...others, spread('default/web', [{ from: '*', to: { 'north-1': 100 } }])])
      const { objects, policies } = entryIn(flow.world)
      expect(policies).toHaveLength(1)
      expect(sharesFrom(flow, 'east')['north']).toBe(1)
      expect(objects?.first).toHaveLength(Math.min(count + 1, 20))
      expect(objects?.first[0]?.outcome).toBe('inForce')
      expect(objects?.counts).toContainEqual({ kind: 'DestinationRule', outcome: 'leftOut', count })
    },
  )

  test('objects of others, of one kind and of another, push none of the service’s own namespace out of what is told', () => {
    const rules = Array.from({ length: 40 }, (_, i) => spread(`aaa/web${i}`, ALL_WEST))
    const routes = Array.from({ length: 40 }, (_, i) => routed(`aaa/web${i}`, [{ route: [share('west')] }]))
    const hidden = { hosts: ['web.default.global'], http: [{ route: [share('west')] }], exportTo: ['.'] }
    const flow = start([...rules, ...routes, read('VirtualService', 'default/mine', hidden)])
    const told = entryIn(flow.world).objects?.first ?? []
    expect(told).toHaveLength(20)
    expect(told[0]).toMatchObject({ name: 'default/mine', outcome: 'leftOut' })
  })

  test('others’ objects are looked at when they change, and not when the service does', () => {
    const others = Array.from({ length: 1000 }, (_, i) => spread(`evil/web${i}`, ALL_WEST))
    const flow = start([...others, spread('default/web', ALL_WEST)])
    const before = entryIn(flow.world)
    const moved = objectsOf(exported({ name: 'web', clusterIP: '10.100.0.1', pods: ['10.0.0.6'] }))
    flow.changed('east', moved.map(put), 1000)
    const after = entryIn(flow.world)
    expect(after.exports).not.toBe(before.exports)
    expect(after.policies).toBe(before.policies)
    expect(after.objects).toBe(before.objects)
  })

  test('an object is looked at for 100 services, and for each that its host may be a name of', () => {
    const http = Array.from({ length: 1000 }, (_, i) => ({
      route: [{ destination: { host: `s${i}.default.svc.cluster-east.local` } }],
    }))
    const many = routed('default/web', http)
    const row = KINDS.named('VirtualService')
    expect(row?.keysOf?.(many).length).toBeLessThanOrEqual(102)
    const named = read('DestinationRule', 'default/web', { host: 'a.b.web.default.global' })
    expect(KINDS.named('DestinationRule')?.keysOf?.(named)).toContain('default/web')
  })

  test('what decides whom an object is for is never read in part', () => {
    for (const exportTo of [['.', 5], 'x', [['*']]])
      expect(() => read('DestinationRule', 'default/web', { host: 'web', exportTo })).toThrow('exportTo')
    const faulty = [{ match: [{ headers: 5 }], route: [share('west')] }]
    expect(entryIn(start([routed('default/web', faulty)]).world).policies).toEqual([])
  })
})

describe('whatever objects there are', () => {
  const localities = fc.constantFrom('*', 'east-1', 'west-1/*', 'north-1', '', 'a//b')
  const to = fc.dictionary(
    localities,
    fc.oneof(fc.integer({ min: -1, max: 101 }), fc.constant(50), fc.constant(100)),
  )
  const setting = fc.record(
    {
      enabled: fc.constantFrom(true, false, 'no', null),
      distribute: fc.array(fc.record({ from: localities, to }), { maxLength: 3 }),
      failover: fc.array(fc.record({ from: localities, to: localities }), { maxLength: 3 }),
      failoverPriority: fc.array(
        fc.constantFrom('topology.istio.io/network', 'topology.kubernetes.io/region=west-1', 'app'),
      ),
    },
    { requiredKeys: [] },
  )
  const rule = fc
    .tuple(fc.constantFrom('default', 'istio-system', 'evil'), fc.nat(3), setting, fc.nat(3))
    .map(([namespace, name, localityLbSetting, age]) =>
      read(
        'DestinationRule',
        `${namespace}/r${name}`,
        { host: 'web.default.global', trafficPolicy: { loadBalancer: { localityLbSetting } } },
        age === 0 ? {} : { creationTimestamp: `2026-01-0${age}T00:00:00Z` },
      ),
    )
  const match = fc.record(
    {
      sourceLabels: fc.dictionary(
        fc.constantFrom('topology.kubernetes.io/region', 'app'),
        fc.constantFrom('east-1', 'x'),
      ),
      uri: fc.constant({ exact: '/' }),
    },
    { requiredKeys: [] },
  )
  const route = fc.record({
    match: fc.array(match, { maxLength: 2 }),
    route: fc.array(
      fc.tuple(fc.constantFrom('east', 'west', 'south'), fc.nat(2)).map(([id, weight]) => share(id, weight)),
      {
        maxLength: 3,
      },
    ),
  })
  const routes = fc
    .tuple(fc.constantFrom('default', 'istio-system', 'evil'), fc.nat(3), fc.array(route, { maxLength: 4 }))
    .map(([namespace, name, http]) => routed(`${namespace}/r${name}`, http))
  const objects = fc.array(fc.oneof(rule, routes), { maxLength: 8 })

  test('a tenant’s change nothing, their order says nothing, and shares add up', () => {
    fc.assert(
      fc.property(objects, (list) => {
        const own = [
          ...new Map(list.map((one) => [`${one.kind} ${one.namespace}/${one.name}`, one])).values(),
        ]
        const all = start(own)
        const backwards = start(own.toReversed())
        expect(entryIn(backwards.world)).toEqual(entryIn(all.world))
        const trusted = start(own.filter(({ namespace }) => namespace !== 'evil'))
        expect(entryIn(trusted.world).policies).toEqual(entryIn(all.world).policies)
        for (const id of IDS) {
          const sum = Object.values(sharesFrom(all, id)).reduce<number>(
            (before, one) => before + (one ?? 0),
            0,
          )
          expect(sum).toBeCloseTo(1)
        }
        const inForce = entryIn(all.world).objects?.first.filter(({ outcome }) => outcome === 'inForce') ?? []
        expect(inForce.length).toBeLessThanOrEqual(2)
      }),
      { numRuns: runs(60) },
    )
  })
})
