import { describe, expect, test } from 'vitest'
import { parseConfig, planOf } from '../../../src/app/config/index.ts'
import { applyChanges, EMPTY_VIEW } from '../../../src/sources/changes/index.ts'
import type { KubeObject } from '../../../src/words/kube/index.ts'
import {
  emptyWorld,
  rebuild,
  step,
  type World,
  withFreshness,
  withSerialsMoved,
} from '../../../src/world/zone/index.ts'
import { exported, meridianYaml } from '../../support/manifests.ts'
import { objectsOf } from '../../support/objects.ts'
import { made, NOW } from '../../support/world.ts'

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
    const { world } = start()
    const second = Math.floor(NOW / 1000)
    const earlier = new Map([
      ['clusterset.local', second + 5000],
      ['global', second - 5000],
    ])
    const { serials, earlierSerials } = emptyWorld(world, NOW, earlier)
    expect([...earlierSerials.keys()]).toEqual(['clusterset.local'])
    expect(serials.get('clusterset.local')).toBe(second + 5001)
    expect(serials.get('global')).toBe(second)
    expect(serials.get('east.local')).toBe(second)
  })

  test('are the second also after 2038', () => {
    const { world } = start()
    const second = 2 ** 31 + 5
    expect(emptyWorld(world, second * 1000).serials.get('global')).toBe(second)
  })

  test('of a zone that goes and comes back go on from where they were', () => {
    const { world, views } = start()
    const { clusterset } = world
    const ahead = { ...world, serials: new Map(world.serials).set('east.local', 2_000_000_000) }
    const members = new Map([...clusterset.members].filter(([id]) => id !== 'east'))
    const without = rebuild(ahead, { ...world, clusterset: { ...clusterset, members } }, views, LATER)
    expect(without.serials.has('east.local')).toBe(false)
    const back = rebuild(without, world, views, LATER)
    expect(back.serials.get('east.local')).toBe(2_000_000_001)
  })

  describe('move once a second', () => {
    const other = (world: World, i: number, now: number): World => {
      const freshness = { kind: i % 2 === 0 ? 'down' : 'live', heard: NOW } as const
      return withFreshness(world, 'east', freshness, now)
    }
    const serialOf = ({ serials }: World): number => serials.get('clusterset.local') ?? 0
    /** Long after the start. */
    const quiet = (): World => withSerialsMoved(start().world, NOW + 1000)
    const second = LATER / 1000

    test.each([1, 2, 3, 10, 200])('whoever changes them %i times in one', (times) => {
      let world = quiet()
      for (let i = 0; i < times; i++) world = other(world, i, LATER + i)
      expect(serialOf(world)).toBe(second)
      expect([...world.moving]).toEqual(times === 1 ? [] : ['clusterset.local', 'global'])
      const next = withSerialsMoved(world, LATER + 1000)
      expect(serialOf(next)).toBe(times === 1 ? second : second + 1)
      expect(withSerialsMoved(next, LATER + 1000)).toBe(next)
    })

    test('and one that waits moves with what changes in the next', () => {
      const twice = other(other(quiet(), 0, LATER), 1, LATER + 999)
      const next = other(twice, 2, LATER + 1000)
      expect(serialOf(next)).toBe(second + 1)
      expect(next.moving.size).toBe(0)
    })

    test('also where they are ahead of the clock, as they were before a restart', () => {
      const world = quiet()
      const ahead = { ...world, serials: new Map(world.serials).set('clusterset.local', second + 5000) }
      const waiting = other(ahead, 0, LATER)
      expect(serialOf(waiting)).toBe(second + 5000)
      expect(serialOf(withSerialsMoved(waiting, LATER + 1000))).toBe(second + 5001)
    })

    test.each([1, 2, 10, 100])('whoever has the configuration read %i times in one', (times) => {
      const { views } = start()
      let world = quiet()
      for (let i = 0; i < times; i++) {
        const settings = { ...world.settings, ttl: world.settings.ttl + 1 }
        world = rebuild(world, { ...world, settings }, views, LATER + i)
      }
      expect(serialOf(world)).toBe(second)
      const next = withSerialsMoved(world, LATER + 1000)
      expect(serialOf(next)).toBe(times === 1 ? second : second + 1)
      expect(serialOf(rebuild(next, next, views, LATER + 5000))).toBe(serialOf(next))
    })

    test('and a reload keeps the others waiting', () => {
      const { world, views } = start()
      const waiting = { ...world, moving: new Set(['east.local', 'gone.local']) }
      const after = rebuild(waiting, world, views, LATER)
      expect([...after.moving]).toEqual(['east.local'])
    })
  })

  test('stay when nothing is derived anew', () => {
    const { world, views } = start()
    expect(changed(world, step(world, views, ['default/web'], LATER))).toEqual([])
  })

  test.each([
    ['a label of the Service', 'Service', { metadata: { labels: { tier: 'front' } } }],
    ['a label that the export gives', 'ServiceExport', { spec: { exportedLabels: { tier: 'front' } } }],
    [
      'an annotation that says nothing',
      'ServiceExport',
      { metadata: { annotations: { 'meridian-dns.io/weight': 'much' } } },
    ],
    [
      'how long an affinity lasts',
      'Service',
      { spec: { sessionAffinityConfig: { clientIP: { timeoutSeconds: 9 } } } },
    ],
  ])('stay when what changes is %s', (_, kind, change) => {
    const { world, views } = start()
    const next = told({ world, views }, objectsOf(WEB, kind, change))
    expect(changed(world, next)).toEqual([])
  })

  test('stay for a service that nobody exports', () => {
    const { world, views } = start()
    const api = objectsOf(exported({ name: 'api', clusterIP: '10.101.0.2', pods: ['10.1.0.2'] }))
    const next = told(
      { world, views },
      api.filter(({ kind }) => kind !== 'ServiceExport'),
    )
    expect(next.entries.get('default/api')).toBeDefined()
    expect(changed(world, next)).toEqual([])
    expect(changed(next, told({ world: next, views }, api))).toEqual([
      'clusterset.local',
      'global',
      'east.local',
    ])
  })

  test.each([
    [{ tier: 'gold' }, ['clusterset.local', 'global']],
    [{ site: 'a', tier: 'gold' }, ['clusterset.local', 'global']],
    [{ site: 'a' }, []],
    [null, []],
  ])(
    'move where a cluster’s labels are others of which some service prefers, %j, in all but its own zone',
    (prefer, moved) => {
      const services = prefer === null ? {} : { 'default/web': { prefer } }
      const { world, views } = made({
        clusters: { east: { 'web.json': WEB } },
        config: { routing: { services } },
      })
      const { settings, clusterset, rules, configured } = world
      const east = clusterset.members.get('east')
      if (east === undefined) throw new Error('there is no east')
      const members = new Map([['east', { ...east, labels: new Map([['tier', 'gold']]) }]])
      const plan = { settings, clusterset: { ...clusterset, members }, rules, configured }
      expect(changed(world, rebuild(world, plan, views, LATER))).toEqual(moved)
    },
  )

  test('move where a weight is set, in all but the cluster’s own zone', () => {
    const { world, views } = start()
    const weight = { metadata: { annotations: { 'meridian-dns.io/weight': '7' } } }
    const next = told({ world, views }, objectsOf(WEB, 'ServiceExport', weight))
    expect(changed(world, next)).toEqual(['clusterset.local', 'global'])
  })
})

const WEB = exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] })

/** What east says besides. */
function told(
  { world, views }: Pick<ReturnType<typeof made>, 'world' | 'views'>,
  objects: readonly KubeObject[],
) {
  const changes = objects.map((object) => ({ op: 'put', object }) as const)
  const { view, dirty } = applyChanges(views.get('east') ?? EMPTY_VIEW, changes)
  return step(world, new Map([['east', view]]), dirty, LATER)
}

describe('the serial of a reverse zone', () => {
  const yaml = { zones: { reverse: true } }
  const clusters = (pods: readonly string[]) => ({
    east: { 'web.json': WEB },
    west: {
      'web.json': exported({ name: 'web', clusterIP: '10.102.0.1', pods }),
    },
  })
  const withCidrs = (more: object = {}) => ({
    ...yaml,
    clusters: [
      { id: 'east', network: 'flat', source: { manifests: './east' } },
      { id: 'west', network: 'flat', podCIDRs: ['10.2.0.0/15'], source: { manifests: './west' }, ...more },
    ],
  })
  const built = (pods: readonly string[]) => made({ clusters: clusters(pods), config: withCidrs() })
  const west = (pods: readonly string[]) =>
    objectsOf(exported({ name: 'web', clusterIP: '10.102.0.1', pods }))
  const said = ({ world, views }: ReturnType<typeof built>, objects: readonly KubeObject[]) => {
    const { view, dirty } = applyChanges(
      views.get('west') ?? EMPTY_VIEW,
      objects.map((object) => ({ op: 'put', object }) as const),
    )
    return step(world, new Map([['west', view]]), dirty, LATER)
  }
  const reversed = (zones: readonly string[]) => zones.filter((zone) => zone.endsWith('.arpa'))

  test('moves with an address of its own, the zone beside it does not', () => {
    const start = built(['10.2.0.5'])
    expect(reversed([...start.world.zones.keys()])).toEqual(['2.10.in-addr.arpa', '3.10.in-addr.arpa'])
    expect(reversed(changed(start.world, said(start, west(['10.2.0.5', '10.2.0.6']))))).toEqual([
      '2.10.in-addr.arpa',
    ])
    expect(reversed(changed(start.world, said(start, west(['10.3.0.5']))))).toEqual([
      '2.10.in-addr.arpa',
      '3.10.in-addr.arpa',
    ])
  })

  test('stays when an address that has a PTR record gets another candidate behind it, or weights change', () => {
    const start = built(['10.2.0.5'])
    const younger = objectsOf(exported({ name: 'zzz', clusterIP: '10.102.0.2', pods: ['10.2.0.5'] }))
    expect(reversed(changed(start.world, said(start, younger)))).toEqual([])
    const weight = { metadata: { annotations: { 'meridian-dns.io/weight': '7' } } }
    const heavier = objectsOf(
      exported({ name: 'web', clusterIP: '10.102.0.1', pods: ['10.2.0.5'] }),
      'ServiceExport',
      weight,
    )
    expect(reversed(changed(start.world, said(start, heavier)))).toEqual([])
  })

  test('moves with a configuration by which its addresses are answered no more, else it stays', () => {
    const { world, views } = built(['10.2.0.5'])
    const under = (more: object) => {
      const config = parseConfig(meridianYaml({ clusters: {}, config: withCidrs(more) }), 'meridian.yaml')
      return changed(world, rebuild(world, planOf(config), views, LATER))
    }
    expect(under({})).toEqual([])
    expect(reversed(under({ network: 'other' }))).toEqual(['2.10.in-addr.arpa'])
    expect(reversed(under({ drain: true }))).toEqual([])
  })
})

describe('another configuration', () => {
  const { world, views } = start()
  const under = (config: object, clusters = ['east']) => {
    const written = { clusters: Object.fromEntries(clusters.map((id) => [id, {}])), config: { ...config } }
    const plan = planOf(parseConfig(meridianYaml(written), 'meridian.yaml'))
    return changed(world, rebuild(world, plan, views, LATER)).filter((zone) => world.zones.has(zone))
  }

  test('moves no serial where it changes no records: the same again, a cluster more', () => {
    expect(under({})).toEqual([])
    expect(under({}, ['east', 'west'])).toEqual([])
    expect(under({ log: { level: 'debug' } })).toEqual([])
  })

  test('moves them where ranges that another cluster declares decide what is answered', () => {
    const two = (config: object, west: object) => {
      const place = (id: string) => ({ id, network: 'flat', source: { manifests: `./${id}` } })
      const clusters = [place('east'), { ...place('west'), ...west }]
      return planOf(
        parseConfig(meridianYaml({ clusters: {}, config: { ...config, clusters } }), 'meridian.yaml'),
      )
    }
    const movedBy = (config: object, [old, now]: readonly [object, object]) => {
      const before = rebuild(world, two(config, old), views, NOW)
      return changed(before, rebuild(before, two(config, now), views, LATER))
    }
    const [none, declared] = [{}, { podCIDRs: ['198.51.100.0/24'] }]
    const enforced = { addresses: { mode: 'enforce' } }
    const every = ['clusterset.local', 'global', 'east.local', 'west.local']
    expect(movedBy(enforced, [none, declared])).toEqual(expect.arrayContaining(every))
    expect(movedBy(enforced, [declared, none])).toEqual(expect.arrayContaining(every))
    expect(movedBy(enforced, [declared, { ...declared }])).toEqual([])
    expect(movedBy({ addresses: { mode: 'observe' } }, [none, declared])).toEqual([])
  })

  test('moves those of the zones that it is about', () => {
    expect(under({ dns: { ttl: 9 } })).toEqual(['clusterset.local', 'global', 'east.local'])
    expect(under({ dns: { advertise: ['192.0.2.53'] } })).toEqual(['clusterset.local', 'global'])
    expect(under({ routing: { minHealthy: 2 } })).toEqual(['clusterset.local', 'global'])
  })
})

describe('zones of federations and of hosts', () => {
  const place = (id: string, more: object = {}) => ({
    id,
    network: 'flat',
    source: { manifests: `./${id}` },
    ...more,
  })
  const zones = { federations: { fed: { clusters: ['west'] } }, entries: ['corp.example'] }
  const under = (more: object, [north, west]: readonly [object, object] = [{}, {}]) =>
    planOf(
      parseConfig(
        meridianYaml({
          clusters: {},
          config: { zones, clusters: [place('east'), place('north', north), place('west', west)], ...more },
        }),
        'meridian.yaml',
      ),
    )
  const { views } = start()
  const before = rebuild(emptyWorld(under({}), NOW), under({}), views, NOW)
  const movedBy = (...args: Parameters<typeof under>) =>
    changed(before, rebuild(before, under(...args), views, LATER)).filter((zone) => /fed|corp/.test(zone))

  test.each([
    ['a cluster outside of the federation is drained', {}, [{ drain: true }, {}]],
    ['one outside has another weight, locality and labels', {}, [{ weight: 3, labels: { a: 'b' } }, {}]],
    ['short names are of another namespace', { global: { defaultNamespace: 'other' } }, [{}, {}]],
    ['the server advertises another address', { dns: { advertise: ['192.0.2.53'] } }, [{}, {}]],
  ] as const)('stay when %s', (_, more, clusters) => {
    expect(movedBy(more, clusters)).toEqual([])
  })

  test('move with the federation’s own clusters, and with how everything is routed', () => {
    expect(movedBy({}, [{}, { drain: true }])).toEqual(['fed.svc.cluster.local'])
    expect(movedBy({ routing: { minHealthy: 2 } })).toEqual(['fed.svc.cluster.local', 'corp.example'])
    expect(movedBy({ dns: { ttl: 9 } })).toEqual(['fed.svc.cluster.local', 'corp.example'])
  })
})
