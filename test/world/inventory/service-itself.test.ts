import { describe, expect, test } from 'vitest'
import { explain } from '../../../src/answer/records/index.ts'
import { explainName } from '../../../src/app/admin/index.ts'
import { printExplained } from '../../../src/app/cli/print-explained.ts'
import { parseConfig, planOf, watchScopeOf } from '../../../src/app/config/index.ts'
import { Flow } from '../../../src/app/flow/index.ts'
import { partsOf, Replica, wholeUpdate } from '../../../src/server/replica/index.ts'
import { KINDS, type Kinds, type KubeObject, parseObject } from '../../../src/words/kube/index.ts'
import type { World } from '../../../src/world/zone/index.ts'
import { asAnswered } from '../../support/answered.ts'
import { eastAndWest } from '../../support/manifests.ts'
import { NOBODY } from '../../support/members.ts'
import { identityOf } from '../../support/values.ts'

const configWith = (exports: object) => parseConfig(eastAndWest({ exports }), 'meridian.yaml')

const planWith = (exports: object) => planOf(configWith(exports))

function startWith(exports: object): Flow {
  const flow = new Flow(planWith(exports), NOBODY, 0)
  for (const id of ['east', 'west']) flow.state(id, { kind: 'live', heard: 0 }, false, 0)
  return flow
}

/** What the reader reads with the keys of `exports`. */
function kindsWith(exports: object): Kinds {
  const config = configWith(exports)
  const west = config.clusters.find(({ id }) => id === 'west')
  if (west === undefined) throw new Error('no west')
  return KINDS.at(watchScopeOf(west, config))
}

function read(exports: object, value: object, kinds = kindsWith(exports)): KubeObject {
  const parsed = parseObject({ apiVersion: 'v1', ...value }, kinds)
  if (parsed.outcome !== 'object') throw new Error(JSON.stringify(parsed))
  return parsed.object
}

const ALL = { all: true }
const CILIUM = { annotations: 'cilium' }
const GLOBAL = { 'service.cilium.io/global': 'true' }

const service = (name: string, metadata: object = {}) => ({
  kind: 'Service',
  metadata: { namespace: 'shop', name, ...metadata },
  spec: { clusterIP: '10.96.0.10', selector: { app: name }, ports: [{ name: 'http', port: 80 }] },
})

const put = (flow: Flow, exports: object, ...values: readonly object[]): void => {
  const kinds = kindsWith(exports)
  const changes = values.map((value) => ({ op: 'put', object: read(exports, value, kinds) }) as const)
  flow.changed('west', changes, 0)
}

const kindOf = ({ entries }: World, key = 'shop/web') => entries.get(key)?.exports[0]?.kind

const pageOf = (world: World): string => {
  const inspected = { snapshot: world, map: [], identity: identityOf() }
  return printExplained(explainName(inspected, { name: 'shop/web' }), false)
}

describe('a Service that is exported without a ServiceExport', () => {
  test('is there with its key of configuration, and goes with it', async () => {
    const flow = startWith(ALL)
    put(flow, ALL, service('web'))
    expect(kindOf(flow.world)).toBe('valid')
    expect(flow.world.entries.get('shop/web')?.import?.clusters).toEqual(['west'])
    await flow.adopt(planWith({}), () => 0)
    expect(kindOf(flow.world)).toBe('notExported')
    await flow.adopt(planWith(ALL), () => 0)
    expect(kindOf(flow.world)).toBe('valid')
  })

  test('is said to be so by explain, and by which key', () => {
    const flow = startWith(CILIUM)
    put(flow, CILIUM, service('web', { annotations: GLOBAL }))
    expect(pageOf(flow.world)).toContain(
      'west: exported by clusters[].exports.annotations: cilium, without a ServiceExport',
    )
  })

  test('follows what its namespace says of itself, and no other service is derived for that', () => {
    const flow = startWith(CILIUM)
    const other = {
      ...service('web', { annotations: GLOBAL }),
      metadata: { namespace: 'data', name: 'db', annotations: GLOBAL },
    }
    put(flow, CILIUM, service('web', { annotations: GLOBAL }), other)
    const before = flow.world.entries.get('data/db')
    const shop = (global: string) => ({
      kind: 'Namespace',
      metadata: { name: 'shop', annotations: { 'clustermesh.cilium.io/global': global } },
    })
    put(flow, CILIUM, shop('false'))
    expect(kindOf(flow.world)).toBe('notExported')
    put(flow, CILIUM, shop('TRUE'))
    expect(kindOf(flow.world)).toBe('valid')
    put(flow, CILIUM, shop('no'))
    expect(kindOf(flow.world)).toBe('notExported')
    flow.changed('west', [{ op: 'delete', kind: 'Namespace', key: '/shop' }], 0)
    expect(kindOf(flow.world)).toBe('valid')
    expect(flow.world.entries.get('data/db')).toBe(before)
  })

  test('is what its Service says of itself, and that is read only where a key asks', () => {
    expect(read({}, service('web', { labels: { team: 'a' }, annotations: GLOBAL }))).not.toHaveProperty(
      'said',
    )
    expect(read({ namespaces: { selector: 'a' } }, service('web'))).not.toHaveProperty('said')
    expect(read(ALL, service('web', { labels: { team: 'a' }, annotations: GLOBAL }))).toMatchObject({
      said: { hasSelector: true, labels: {}, cilium: null },
    })
    expect(read({ services: 'team' }, service('web', { labels: { team: 'a' } }))).toMatchObject({
      said: { labels: { team: 'a' }, cilium: null },
    })
    expect(kindsWith(ALL).names).not.toContain('Namespace')
    expect(kindsWith(CILIUM).names).toContain('Namespace')
  })

  test('is exported once its first slice is there, where it has no selector', () => {
    const flow = startWith(ALL)
    const manual = { ...service('web'), spec: { clusterIP: '10.96.0.10', ports: [{ port: 80 }] } }
    put(flow, ALL, manual)
    expect(kindOf(flow.world)).toBe('notExported')
    put(flow, ALL, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { namespace: 'shop', name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.1.0.5'] }],
      ports: [{ port: 80 }],
    })
    expect(kindOf(flow.world)).toBe('valid')
  })

  test('is one of 10,000, of which a change costs itself alone', () => {
    const flow = startWith(ALL)
    const names = Array.from({ length: 10_000 }, (_, i) => `web-${i}`)
    put(flow, ALL, ...names.map((name) => service(name)))
    const { entries } = flow.world
    expect(names.every((name) => kindOf(flow.world, `shop/${name}`) === 'valid')).toBe(true)
    put(flow, ALL, service('web-7', { labels: { 'app.kubernetes.io/name': 'meridian' } }))
    expect([...flow.world.entries.changesSince(entries)].map(([key]) => key)).toEqual(['shop/web-7'])
  })
})

describe("Cilium's affinity", () => {
  const said = (affinity: string) =>
    service('web', { annotations: { ...GLOBAL, 'service.cilium.io/affinity': affinity } })

  const distancesFrom = (world: World, cluster: string) => {
    const entry = world.entries.get('shop/web')
    if (entry === undefined) throw new Error('no web')
    return explain(entry, world, { cluster, locality: null }).clusters.map((one) => one.distance)
  }

  test.each([
    ['remote', 'same cluster'],
    ['none', 'affinity none'],
    ['local', 'same cluster'],
    ['', 'affinity none'],
  ])('%j is what the clients of its own cluster see, in replicas too', (affinity, label) => {
    const flow = startWith(CILIUM)
    put(flow, CILIUM, said(affinity))
    expect(distancesFrom(flow.world, 'west').find((one) => one !== null)).toBe(label)
    const replica = new Replica(structuredClone(partsOf(flow.world)))
    replica.apply(structuredClone(wholeUpdate(flow.world)))
    const entry = flow.world.entries.get('shop/web')
    expect(replica.snapshot.entries.get('shop/web')).toEqual(entry && asAnswered(entry))
  })

  test('that is none of those is told, and counts as absent', () => {
    const flow = startWith(CILIUM)
    put(flow, CILIUM, said('nearest'))
    expect(flow.world.entries.get('shop/web')?.policies).toEqual([])
    expect(pageOf(flow.world)).toContain(
      'metadata.annotations["service.cilium.io/affinity"]: "nearest" is not local, remote or none; it is left out',
    )
  })
})
