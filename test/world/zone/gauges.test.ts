import { describe, expect, test } from 'vitest'
import { GAUGE, gaugeLabels, omittedNames, type World } from '../../../src/world/zone/index.ts'
import { exported } from '../../support/manifests.ts'
import { mirroredFrom } from '../../support/mirrored.ts'
import { made } from '../../support/world.ts'

const gauge = ({ gauges }: World, name: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...gauges].flatMap(([key, value]) => {
      const labels = gaugeLabels(name, key)
      return labels === undefined ? [] : [[labels.join(' '), value]]
    }),
  )

const imported = (ports: readonly string[]): string =>
  JSON.stringify({
    apiVersion: 'multicluster.x-k8s.io/v1alpha1',
    kind: 'ServiceImport',
    metadata: { name: 'fine', namespace: 'default' },
    spec: {
      type: 'ClusterSetIP',
      ips: ['10.98.0.1'],
      ports: ports.map((name, i) => ({ name, port: i + 80 })),
    },
  })

test.each([
  ['default', 2 + 1 + 2],
  ['shop', 2 + 1],
])('names in namespace %s are counted with their clusters’ and the short ones', (namespace, names) => {
  const web = exported({ name: 'web', namespace, clusterIP: '10.101.0.1', pods: ['10.1.0.1'] })
  const { world } = made({ clusters: { east: { 'web.json': web } } })
  expect(gauge(world, GAUGE.records)).toEqual({ clusterset: 2, global: names, 'cluster east': 2 })
})

test('names that ServiceImports of others alone make are counted where there are most', () => {
  const clusters = {
    east: { 'fine.json': imported(['http']) },
    west: { 'fine.json': imported(['http', 'more']) },
  }
  expect(gauge(made({ clusters }).world, GAUGE.records)).toEqual({ clusterset: 3, global: 6 })
})

test('names of theirs that are not made are counted too', () => {
  const { world } = made({ clusters: { east: { 'fine.json': imported(['p'.repeat(63)]) } } })
  expect(gauge(world, GAUGE.omitted)).toEqual({ '': 2 })
})

test('names that are not made hold no records: in no zone, and no short one', () => {
  const { world } = made({ clusters: { east: { 'fine.json': imported(['http', 'p'.repeat(63)]) } } })
  expect(gauge(world, GAUGE.records)).toEqual({ clusterset: 2, global: 4 })
  expect(gauge(world, GAUGE.omitted)).toEqual({ '': 2 })
})

test.each([
  [62, { clusterset: 2, global: 3 + 2, 'cluster east': 2 }, {}],
  [63, { clusterset: 1, global: 2 + 1, 'cluster east': 1 }, { '': 3 }],
])('a port name of %i octets is counted where a label can be made of it', (length, records, omitted) => {
  const http = exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] })
  const web = http.replaceAll('"http"', `"${'p'.repeat(length)}"`)
  const { world } = made({ clusters: { east: { 'web.json': web } } })
  expect(gauge(world, GAUGE.records)).toEqual(records)
  expect(gauge(world, GAUGE.omitted)).toEqual(omitted)
})

describe('what stands outside of clusters', () => {
  const entry = (host: string, port = 'pg') =>
    JSON.stringify({
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { name: 'outside', namespace: host.endsWith('.corp.example') ? 'istio-system' : 'default' },
      spec: {
        hosts: [host],
        ports: [{ number: 5432, name: port, protocol: 'TCP' }],
        resolution: 'STATIC',
        endpoints: [{ address: '192.0.2.1', locality: 'us-east-1/b' }],
      },
    })
  const long = ['h'.repeat(60), 'h'.repeat(60), 'h'.repeat(60), 'h'.repeat(46)].join('.')
  const config = { istio: { cluster: 'east' }, zones: { entries: ['corp.example'] } }

  test.each([
    ['a place of a host', { 'a.json': entry(`${long}.corp.example`) }],
    ['a port of a service', { 'a.json': entry('db.default.global', 'p'.repeat(63)) }],
    [
      'a port of a service that somebody else imports',
      { 'a.json': entry('fine.default.global', 'p'.repeat(63)), 'b.json': imported(['http']) },
    ],
    [
      'a port in the clusterset zone alone',
      { 'a.json': entry('fine.default.global'), 'b.json': imported(['p'.repeat(63)]) },
    ],
  ])('has as many names that are not made as are listed: %s', (_, files) => {
    const { world } = made({ config, clusters: { east: files } })
    const listed = [...world.entries].flatMap(([, one]) => omittedNames(one, world, 'east'))
    expect(listed).toHaveLength(1)
    expect(gauge(world, GAUGE.omitted)).toEqual({ '': 1 })
  })

  test('has as many that are not made as are listed of what is mirrored from a cluster without a name', () => {
    const { world } = made({ clusters: { east: { 'a.json': mirroredFrom(3, (i) => `c${'.'.repeat(i)}x`) } } })
    const listed = [...world.entries].flatMap(([, one]) => omittedNames(one, world, 'east'))
    expect(listed.length).toBeGreaterThan(0)
    expect(gauge(world, GAUGE.omitted)).toEqual({ '': listed.length })
  })

  test('has its own names in the global zone, beside what others import into the clusterset zone', () => {
    const files = { 'a.json': entry('fine.default.global'), 'b.json': imported(['http', 'more', 'most']) }
    const { world } = made({ config, clusters: { east: files } })
    expect(gauge(world, GAUGE.records)).toEqual({ clusterset: 4, global: 2 + 1 + 2 })
  })
})
