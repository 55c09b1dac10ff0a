/** Serials of zones with services that ServiceEntries make, or bear on. */
import { describe, expect, test } from 'vitest'
import { parseConfig, planOf } from '../../../src/app/config/index.ts'
import { applyChanges, type Change, EMPTY_VIEW } from '../../../src/sources/changes/index.ts'
import { KINDS, parseObject } from '../../../src/words/kube/index.ts'
import { rebuild, step, type World } from '../../../src/world/zone/index.ts'
import { exported, meridianYaml, serviceEntry } from '../../support/manifests.ts'
import { made, NOW } from '../../support/world.ts'

const LATER = NOW + 60_000
const CONFIG = { istio: { cluster: 'east' }, zones: { entries: ['corp.example'] } }
const FOREIGN = { address: '192.0.2.1', locality: 'us-east-1/a' }

const entry = (name: string, hosts: readonly string[], endpoints: readonly object[]) =>
  serviceEntry({ name, hosts, endpoints, created: '2026-01-01T00:00:00Z' })
const rule = (host: string) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name: 'halves', namespace: 'istio-system' },
  spec: {
    host,
    trafficPolicy: {
      loadBalancer: {
        localityLbSetting: { distribute: [{ from: 'us-east-1/*', to: { 'us-east-1/*': 50, 'eu/*': 50 } }] },
      },
    },
  },
})
const shareOf = (cluster: string) => ({ address: `web.default.svc.${cluster}.local` })

type Given = Pick<ReturnType<typeof made>, 'world' | 'views'>

const start = (...objects: readonly object[]): Given =>
  made({
    config: CONFIG,
    clusters: {
      east: {
        'web.json': exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }),
        ...Object.fromEntries(objects.map((one, i) => [`${i}.json`, JSON.stringify(one)])),
      },
      west: {},
    },
  })

const put = (one: object): readonly Change[] => {
  const parsed = parseObject(one, KINDS)
  return parsed.outcome === 'object' ? [{ op: 'put', object: parsed.object }] : []
}
const gone = (name: string): Change => ({ op: 'delete', kind: 'ServiceEntry', key: `istio-system/${name}` })

function later({ world, views }: Given, ...changes: readonly Change[]): Given {
  const { view, dirty } = applyChanges(views.get('east') ?? EMPTY_VIEW, changes)
  const seen = new Map(views).set('east', view)
  return { world: step(world, seen, dirty, LATER), views: seen }
}

const moved = ({ world: before }: { readonly world: World }, { world }: { readonly world: World }) =>
  [...world.serials].filter(([zone, serial]) => before.serials.get(zone) !== serial).map(([zone]) => zone)

describe('a service that ServiceEntries alone make', () => {
  const db = entry('db', ['db.default.global'], [FOREIGN, { address: '192.0.2.9', locality: 'eu' }])

  test('moves the global zone alone when a policy of it comes or goes', () => {
    const given = start(db)
    const ruled = later(given, ...put(rule('db.default.global')))
    expect(moved(given, ruled)).toEqual(['global'])
    const without = { op: 'delete', kind: 'DestinationRule', key: 'istio-system/halves' } as const
    expect(moved({ world: { ...ruled.world, serials: given.world.serials } }, later(ruled, without))).toEqual(
      ['global'],
    )
  })

  test('moves it when the configuration says otherwise how it is routed', () => {
    const { world, views } = start(db)
    const config = { ...CONFIG, routing: { services: { 'default/db': { minHealthy: 2 } } } }
    const written = { clusters: { east: {}, west: {} }, config }
    const plan = planOf(parseConfig(meridianYaml(written), 'meridian.yaml'))
    expect(moved({ world }, { world: rebuild(world, plan, views, LATER) })).toEqual(['global'])
  })

  test.each([['db.default.global'], ['db.corp.example']])(
    'moves nothing when the same is said of %s by an object that is called otherwise',
    (host) => {
      const given = start(entry('a', [host], [FOREIGN]))
      const called = later(given, ...put(entry('b', [host], [FOREIGN])), gone('a'))
      expect(called.world.entries).not.toBe(given.world.entries)
      expect(moved(given, called)).toEqual([])
    },
  )

  test.each([
    ['an endpoint', [FOREIGN, { address: '192.0.2.2', locality: 'us-east-1/a' }]],
    ['another locality', [{ ...FOREIGN, locality: 'eu' }]],
    ['another network', [{ ...FOREIGN, network: 'a' }]],
    [
      'a weight',
      [
        { ...FOREIGN, weight: 3 },
        { address: '192.0.2.9', locality: 'eu' },
      ],
    ],
  ])('moves the global zone with %s', (_, endpoints) => {
    const given = start(entry('db', ['db.default.global'], [FOREIGN]))
    expect(moved(given, later(given, ...put(entry('db', ['db.default.global'], endpoints))))).toEqual([
      'global',
    ])
  })
})

describe('ServiceEntries beside exports', () => {
  const web = (...endpoints: readonly object[]) => entry('web', ['web.default.global'], endpoints)

  test('move nothing with the share of a cluster that does not export the service, and where none does', () => {
    const given = start(web(shareOf('east')))
    expect(moved(given, later(given, ...put(web(shareOf('east'), shareOf('west')))))).toEqual([])
    const none = start()
    const api = entry('api', ['api.default.global'], [{ address: 'api.default.svc.east.local' }])
    expect(moved(none, later(none, ...put(api)))).toEqual([])
  })

  test('move the zones of all clusters with the first share, which leaves others out, and with a weight', () => {
    const given = start()
    const shared = later(given, ...put(web(shareOf('east'))))
    expect(moved(given, shared)).toEqual(['clusterset.local', 'global'])
    const weighted = later(given, ...put(web({ ...shareOf('east'), weight: 5 })))
    expect(moved(given, weighted)).toEqual(['clusterset.local', 'global'])
  })

  test('move them and the cluster’s with a way to its share, and nothing with that of who exports nothing', () => {
    const wayTo = (name: string, cluster: string) =>
      entry(name, [`web.default.svc.${cluster}.local`], [{ address: '198.51.100.7' }])
    const given = start()
    expect(moved(given, later(given, ...put(wayTo('way', 'west'))))).toEqual([])
    const found = later(given, ...put(wayTo('way', 'east')))
    expect(moved(given, found)).toEqual(['clusterset.local', 'global', 'east.local'])
    const before = { world: { ...found.world, serials: given.world.serials }, views: found.views }
    expect(moved(before, later(before, ...put(wayTo('other', 'east')), gone('way')))).toEqual([])
  })
})
