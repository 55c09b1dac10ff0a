import { expect, test } from 'vitest'
import {
  parseConfig,
  type Registry,
  searchedRegistries,
  watchScopeOf,
} from '../../../src/app/config/index.ts'
import { kubeconfig } from '../../support/kubeconfig.ts'
import { eventually } from '../../support/recorder.ts'
import type { RawObject } from '../../support/source-battery.ts'
import { ground, nowhere, type Started, secret } from './finding.ts'
import { type FleetRegistry, WITH_FLEETS } from './made-up/fleet.ts'

// A kind of registry is a file and a row: nothing else in src knows of ships.

const given = ground()

const FLEET: FleetRegistry = { fleet: { namespace: 'harbour' } }
const SECRETS = { secrets: { namespace: 'meridian', selector: 'meridian-dns.io/cluster' } }

const ship = (name: string, sea: unknown = 'north-sea'): RawObject =>
  ({
    apiVersion: 'fleet.example.com/v1',
    kind: 'Ship',
    metadata: { namespace: '', name },
    spec: { sea },
  }) as RawObject

const papers = (name: string) =>
  secret(name, { namespace: 'harbour', labels: { 'fleet.example.com/ship': '' } })

function launch(registries: readonly Registry[] = [SECRETS, FLEET], served = true): Started {
  given.local.groups = served ? { 'fleet.example.com': ['v1'] } : {}
  return given.start({ rows: WITH_FLEETS }, registries)
}

const foundIn = ({ told }: Started) => told.found.map(({ id, registry, place }) => ({ id, registry, place }))

test('a made-up registry makes clusters of objects of several kinds, beside those of Secrets', async () => {
  given.put(secret('west', { data: { kubeconfig: nowhere() } }))
  given.put(ship('vasa', 'baltic'))
  given.put(papers('vasa'))
  const registry = launch()
  const both = [
    { id: 'vasa', registry: 'fleet', place: 'Ship vasa' },
    { id: 'west', registry: 'secrets', place: 'Secret meridian/west' },
  ]
  await eventually(() => expect(foundIn(registry).toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(both))
  expect(registry.told.one('vasa')).toMatchObject({ locality: { region: 'baltic' } })
  expect(registry.status()).toMatchObject({ synced: true, leftOut: 0, problems: [] })

  given.remove(papers('vasa'))
  await eventually(() =>
    expect(registry.status().problems).toMatchObject([
      { about: 'cluster', place: 'Ship vasa', message: 'it has no Secret' },
    ]),
  )
  expect(registry.told.ids).toContain('vasa')
  given.remove(ship('vasa'))
  await eventually(() => expect(registry.told.ids).toEqual(['west']))
})

test('an object of it that cannot be read costs itself alone, and stays what it was', async () => {
  for (const name of ['vasa', 'mary']) {
    given.put(ship(name))
    given.put(papers(name))
  }
  given.put(ship('ghost', 7))
  const registry = launch()
  await eventually(() => expect(registry.told.ids.toSorted()).toEqual(['mary', 'vasa']))
  given.put(ship('vasa', 7))
  const unread = (name: string) => ({
    about: 'cluster',
    place: `Ship ${name}`,
    message: expect.stringMatching(/spec\.sea: 7 is not text/),
  })
  await eventually(() =>
    expect(registry.status().problems).toEqual(expect.arrayContaining([unread('ghost'), unread('vasa')])),
  )
  expect(registry.told.ids.toSorted()).toEqual(['mary', 'vasa'])
})

test('a mistake of ours in it leaves what it held, and no other registry feels it', async () => {
  given.put(ship('vasa'))
  given.put(papers('vasa'))
  const registry = launch()
  await eventually(() => expect(registry.told.ids).toEqual(['vasa']))
  given.put(ship('titanic'))
  await eventually(() =>
    expect(registry.status().problems).toMatchObject([
      { about: 'registry', place: 'fleet', message: expect.stringContaining('an iceberg') },
    ]),
  )
  given.put(secret('west', { data: { kubeconfig: nowhere() } }))
  await eventually(() => expect(registry.told.ids.toSorted()).toEqual(['vasa', 'west']))
  given.remove(ship('titanic'))
  await eventually(() => expect(registry.status().problems).toEqual([]))
})

test('without its CRD nothing is wrong, and that it appears is noticed', async () => {
  given.put(ship('vasa'))
  given.put(papers('vasa'))
  const registry = launch([SECRETS, FLEET], false)
  await eventually(() => expect(registry.status().synced).toBe(true))
  expect(registry.status().problems).toEqual([])
  expect(registry.told.ids).toEqual([])
  given.local.groups = { 'fleet.example.com': ['v1'] }
  await eventually(() => expect(registry.told.ids).toEqual(['vasa']))
})

test('each may have its objects in an API server of its own', async () => {
  const other = await given.server('of-other')
  given.put(ship('vasa'))
  given.put(papers('vasa'))
  const kept = secret('west', { data: { kubeconfig: nowhere() } })
  other.put(kept)
  given.put(secret('east', { data: { kubeconfig: nowhere() } }))
  const server = { kind: 'text', kubeconfig: kubeconfig(other.url) } as const
  const registry = launch([{ ...SECRETS, server }, FLEET])
  await eventually(() => expect(registry.told.ids.toSorted()).toEqual(['vasa', 'west']))
  other.remove(kept)
  await eventually(() => expect(registry.told.ids).toEqual(['vasa']))
})

test('what it held before a start stays until all that it reads is read', async () => {
  given.put(ship('vasa'))
  given.put(papers('vasa'))
  const first = launch([FLEET])
  await eventually(() => expect(first.told.ids).toEqual(['vasa']))
  const found = first.told.found.map((one) => ({ ...one, source: { kind: 'none' } }))
  await first.stop()
  given.remove(papers('vasa'))
  given.local.fault(
    ({ plural }) => plural === 'secrets',
    (response) => response.writeHead(503).end(),
    1e9,
  )
  const second = given.start({ rows: WITH_FLEETS, recalled: { found, again: [] } }, [FLEET])
  await eventually(() => expect(given.local.asked('list', 'ships').length).toBeGreaterThan(1))
  expect(second.status().synced).toBe(false)
  expect(second.told.calls).toEqual([])
  given.local.mend()
  given.remove(ship('vasa'))
  await eventually(() => expect(second.told.calls.at(-1)).toEqual([]))
})

test('where the own cluster is a directory of files, no cluster is looked for in ClusterProfiles there, and they are read', () => {
  const configWith = (source: string, more = '') =>
    parseConfig(
      `local: {cluster: hub}\nclusters: [{id: hub, source: ${source}}, {id: west, source: {manifests: w}}]\nregistries: [{clusterProfiles: {clusterset: prod, locality: [location]}${more}}]\n`,
      'meridian.yaml',
    )
  const asked = (config: ReturnType<typeof configWith>) =>
    config.clusters.map((one) => watchScopeOf(one, config).asked)
  const files = configWith('{manifests: h}')
  expect(searchedRegistries(files)).toEqual([])
  expect(asked(files)).toEqual([['clusterProfiles', 'namespaces'], []])
  for (const live of [
    configWith('{inCluster: true}'),
    configWith('{manifests: h}', ', kubeconfig: {path: k}'),
  ]) {
    expect(searchedRegistries(live)).toHaveLength(1)
    expect(asked(live)).toEqual([[], []])
  }
})
