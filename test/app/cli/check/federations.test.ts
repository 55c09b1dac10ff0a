import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { explainName } from '../../../../src/app/admin/inspect.ts'
import { checkCorefiles } from '../../../../src/app/cli/check/corefiles.ts'
import { checkFederations } from '../../../../src/app/cli/check/federations.ts'
import { checkCorefile } from '../../../../src/app/cli/check/live/corefile.ts'
import { inspectedOffline } from '../../../../src/app/cli/offline.ts'
import { withFound } from '../../../../src/app/cli/registries.ts'
import { parseConfig, parseDeclared } from '../../../../src/app/config/index.ts'
import { marksIn } from '../../../../src/sources/texts/index.ts'
import { temporary } from '../../../support/temporary.ts'
import { offlineOf, service } from '../clusterset.ts'

const NAMESPACE = '{apiVersion: v1, kind: Namespace, metadata: {name: west}}'
const FEDERATION = 'zones: {federations: {west: {clusters: [cluster-west]}}}\n'

describe('a federation whose name a Namespace has', () => {
  test('is broken in the own cluster, and in no other', async () => {
    const own = { files: { 'all.yaml': NAMESPACE } }
    const taken = await offlineOf({ 'cluster-east': own, 'cluster-west': { files: {} } }, FEDERATION)
    expect(checkFederations(taken)).toEqual([
      expect.objectContaining({
        level: 'broken',
        subject: 'zones.federations.west',
        finding: expect.stringContaining('cluster-east has a namespace west'),
        remedy: expect.stringContaining('take west out of zones.federations'),
      }),
    ])
    const free = await offlineOf({ 'cluster-east': { files: {} }, 'cluster-west': own }, FEDERATION)
    expect(checkFederations(free)).toEqual([])
    expect(checkFederations(await offlineOf({ 'cluster-east': own }))).toEqual([])
  })
})

test("a federation's name is explained as its clusters have the service, with its records", async () => {
  const clusters = {
    'cluster-east': { keys: 'network: a', files: { 'all.yaml': service({ n: 1 }) } },
    'cluster-west': { keys: 'network: a', files: { 'all.yaml': service({ n: 2 }) } },
    'cluster-north': { keys: 'network: a', files: { 'all.yaml': service({ n: 3 }) } },
  }
  const inspected = inspectedOffline(await offlineOf(clusters, FEDERATION), 'test')
  const explained = explainName(inspected, { name: 'cart.shop.west.svc.cluster.local' })
  expect(explained.clusters.map(({ cluster, fate }) => [cluster, fate])).toEqual([
    ['cluster-east', expect.stringContaining('answers')],
    ['cluster-west', expect.stringContaining('stands by')],
  ])
  expect(explained.records).toContain('cart.shop.west.svc.cluster.local. 5 IN A 10.96.0.1')
  expect(explained.records.filter((line) => line.includes('global'))).toEqual([])
})

describe('a Corefile among the manifests of the own cluster', () => {
  const configMap = (corefile: string, key = 'Corefile') =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'coredns' },
      data: { [key]: corefile },
    })

  test.each([
    [
      'with the plugin federation is told',
      configMap('.:53 {\n federation cluster.local {\n  east example.org\n }\n}\n'),
      1,
    ],
    [
      'in another key that CoreDNS reads, too',
      configMap('.:53 {\n federation cluster.local {\n  east example.org\n }\n}\n', 'a.server'),
      1,
    ],
    [
      'in a list, as kubectl prints them',
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [
          JSON.parse(configMap('.:53 {\n errors\n}\n')),
          JSON.parse(configMap('.:53 {\n federation cluster.local {\n  east example.org\n }\n}\n')),
        ],
      }),
      1,
    ],
    ['without it is not', configMap('.:53 {\n errors\n}\n'), 0],
    ['which is no YAML is not read', 'ConfigMap federation: [', 0],
    ['in an object of another kind is none', 'kind: Secret\ndata: {Corefile: "ConfigMap federation"}', 0],
  ])('%s', async (_title, text, found) => {
    const directory = await temporary()
    try {
      await directory.write('east/dns/coredns.yaml', text)
      const config = parseConfig(
        'clusters: [{id: east, source: {manifests: ./east}}]\n',
        directory.at('meridian.yaml'),
      )
      const results = await checkCorefiles(config)
      expect(results.map(({ level, kind }) => [level, kind])).toEqual(
        Array.from({ length: found }, () => ['broken', 'forwarding']),
      )
      for (const { subject, remedy } of results) {
        expect(subject).toContain('coredns.yaml')
        expect(remedy).toContain('zones.federations: {east: {clusters: [east]}}')
        expect(remedy).toContain('rewrite name regex')
      }
    } finally {
      await directory.close()
    }
  })
})

/** Many of one alias, under an anchor. */
const chain = (anchor: string, alias: string): string =>
  `${anchor.slice(1)}: ${anchor} [${Array.from({ length: 30 }, () => alias).join(',')}]\n`

describe('among many files a Corefile is looked for', () => {
  const COREFILE = '.:53 {\n federation cluster.local {\n  east example.org\n }\n}\n'
  const text = JSON.stringify({ kind: 'ConfigMap', data: { Corefile: COREFILE } })
  const found = async (write: (directory: Awaited<ReturnType<typeof temporary>>) => Promise<void>) => {
    const directory = await temporary()
    try {
      await write(directory)
      const file = directory.at('meridian.yaml')
      const results = await checkCorefiles(
        parseConfig('clusters: [{id: east, source: {manifests: ./east}}]\n', file),
      )
      return results.map(({ level }) => level)
    } finally {
      await directory.close()
    }
  }

  test.each([
    [1000, ['broken']],
    [1001, ['advice']],
    [10_000, ['advice']],
  ])('in the first 1000 of %i, by their names', async (count, levels) => {
    const told = await found(async ({ at, write }) => {
      await write('east/z.yaml', text)
      const files = Array.from({ length: count - 1 }, (_, i) => at(`east/f${i}.yaml`))
      for (const file of files) writeFileSync(file, '')
    })
    expect(told).toEqual(levels)
  })

  test.each([
    [2 ** 20, ['broken']],
    [2 ** 20 + 1, ['advice']],
    [10 * 2 ** 20, ['advice']],
  ])('in one of %i octets, if that is a ConfigMap’s size', async (octets, levels) => {
    expect(await found(({ write }) => write('east/a.yaml', text.padEnd(octets)))).toEqual(levels)
  })

  const MARKS = marksIn(text, 1000)
  test.each([
    [200_000, ['broken']],
    [200_001, ['advice']],
    [2_000_000, ['advice']],
  ])('in one of %i values and lines', async (marks, levels) => {
    const long = text.padEnd(text.length + Math.min(marks - MARKS, 2 ** 20 - text.length), '\n')
    expect(await found(({ write }) => write('east/a.yaml', long))).toEqual(levels)
  })

  test.each([
    [
      'aliases of aliases',
      `a: &a [1,1]\n${chain('&b', '*a')}${chain('&c', '*b')}${chain('&d', '*c')}${chain('&e', '*d')}`,
    ],
    ['brackets in brackets', '['.repeat(20_000)],
    ['thousands of keys', Array.from({ length: 30_000 }, (_, i) => `k${i}: ''`).join('\n')],
  ])('and %s beside it hurt nobody', async (_title, odd) => {
    const told = await found(async ({ write }) => {
      await write('east/a.yaml', `# federation of a ConfigMap\n${odd}`)
      await write('east/b.yaml', text)
    })
    expect(told).toEqual(['broken'])
  })

  test('and no pipe is waited for', async () => {
    const told = await found(async ({ at, write }) => {
      await write('east/b.yaml', text)
      execFileSync('mkfifo', [at('east/a.yaml')])
    })
    expect(told).toEqual(['broken'])
  })
})

test("a cluster's CoreDNS with the plugin is told where its ConfigMap may be read, and nothing is where it may not", async () => {
  const config = parseConfig('clusters: [{id: east, source: {inCluster: true}}]\n', 'meridian.yaml')
  const reply = (status: number, value: unknown) => () =>
    Promise.resolve({ status, text: JSON.stringify(value), date: null })
  const data = { Corefile: '.:53 {\n federation cluster.local {\n  east example.org\n }\n}\n' }
  const found = await checkCorefile(reply(200, { data }), config)
  expect(found.map(({ level, kind }) => [level, kind])).toEqual([['broken', 'forwarding']])
  for (const ask of [
    reply(403, {}),
    reply(404, {}),
    reply(200, {}),
    reply(200, { data: { Corefile: '.:53 {\n}\n' } }),
    () => Promise.reject(new Error('silent')),
  ])
    expect(await checkCorefile(ask, config)).toEqual([])
})

test('what replaces the plugin is of clusters that a registry found, too; where none is known it is left to fill in', async () => {
  const config = parseConfig(
    'clusters: [{id: east, locality: us-east-1, source: {inCluster: true}}]\nregistries: [{secrets: {namespace: m}}]\n',
    'meridian.yaml',
  )
  const data = { Corefile: '.:53 {\n federation cluster.local {\n  us us-west-1.example.org\n }\n}\n' }
  const ask = () => Promise.resolve({ status: 200, text: JSON.stringify({ data }), date: null })
  const [east] = config.clusters
  const declared = parseDeclared({ id: 'west', locality: 'us-west-1' }, config.zones)
  if (east === undefined || 'flaws' in declared) throw new Error('no cluster')
  const saved = { key: 'm/west', place: 'Secret m/west', createdAt: 0, fields: {} }
  const west = { ...declared.cluster, source: east.source, place: saved.place, saved }
  const registry = { found: [west], again: [], problems: [], isRead: true, isWhole: true, titles: [] }
  const remedyIn = async (of: typeof config) => (await checkCorefile(ask, of)).map(({ remedy }) => remedy)
  expect(await remedyIn(withFound(config, registry))).toEqual([
    expect.stringContaining('zones.federations: {us: {clusters: [west]}}'),
  ])
  expect(await remedyIn({ ...config, clusters: [] })).toEqual([
    expect.stringContaining('zones.federations: {us: {clusters: [<CLUSTER-IDS>]}}'),
  ])
})
