import { afterEach, expect, test } from 'vitest'
import type { Registry } from '../../../src/app/config/index.ts'
import type { RegistryOptions } from '../../../src/app/registry/index.ts'
import type { AllowedExec } from '../../../src/sources/apiserver/index.ts'
import { FakeApiServer, pem } from '../../sources/apiserver/fake.ts'
import { kubeconfig } from '../../support/kubeconfig.ts'
import { eventually } from '../../support/recorder.ts'
import type { RawObject } from '../../support/source-battery.ts'
import { configured, ground, nowhere, type Started, secret } from './finding.ts'

// ClusterProfiles on an API server, as a server follows them.

const given = ground()
const members: FakeApiServer[] = []
afterEach(() => Promise.all(members.splice(0).map((server) => server.kill())))

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** A cluster of this UID, which lets in who has the token. */
async function member(uid: string, token = 'member-token-1'): Promise<FakeApiServer> {
  const server = await FakeApiServer.open({ key: pem('server-key'), cert: pem('server') })
  members.push(server)
  server.authorization = `Bearer ${token}`
  const metadata = { namespace: '', name: 'kube-system', uid }
  server.put({ apiVersion: 'v1', kind: 'Namespace', metadata })
  return server
}

const PROFILES: Registry = {
  clusterProfiles: {
    clusterset: 'prod',
    locality: [['location']],
    secrets: { namespace: null },
    managedServiceAccount: null,
  },
}

const namespace = (name: string): RawObject => {
  const labels = { 'multicluster.x-k8s.io/clusterset': 'prod' }
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { namespace: '', name, labels } as RawObject['metadata'],
  }
}

function profile(url: string, where = 'fleet', more: object = {}, id = 'west'): RawObject {
  const extension = { clusterName: 'west' }
  const cluster = {
    server: url,
    'certificate-authority-data': base64(pem('ca')),
    extensions: [{ name: 'client.authentication.k8s.io/exec', extension }],
  }
  const status = {
    properties: [
      { name: 'cluster.clusterset.k8s.io', value: id },
      { name: 'location', value: 'us-west-1' },
    ],
    accessProviders: [{ name: 'secretreader', cluster }],
    ...more,
  }
  const metadata = { namespace: where, name: 'west' }
  const object = { apiVersion: 'multicluster.x-k8s.io/v1alpha1', kind: 'ClusterProfile', metadata, status }
  return object
}

const token = (text = 'member-token-1', where = 'fleet') =>
  secret('west', { namespace: where, labels: {}, data: { token: text } })

function follow(more: Partial<RegistryOptions> = {}): Started {
  given.local.served = { ...given.local.served, clusterprofiles: ['v1alpha1'] }
  const home = { kind: 'text', kubeconfig: kubeconfig(given.local.url) } as const
  return given.start({ home, ...more }, [PROFILES])
}

const isIn = (registry: Started) => eventually(() => expect(registry.told.ids).toEqual(['west']))

test('a cluster joins by the token of a Secret, which is got and never listed, and leaves with its profile', async () => {
  const west = await member('uid-west')
  given.put(namespace('fleet'))
  given.put(token())
  given.put(profile(west.url))
  const registry = follow()
  await isIn(registry)
  expect(registry.told.one('west')).toMatchObject({
    locality: { region: 'us-west-1' },
    registry: 'clusterProfiles',
  })
  expect(west.requests[0]?.headers.authorization).toBe('Bearer member-token-1')
  const asked = given.local.requests.filter(({ plural }) => plural === 'secrets')
  expect(new Set(asked.map(({ verb, namespace: of, name }) => `${verb} ${of}/${name}`))).toEqual(
    new Set(['get fleet/west']),
  )
  expect(JSON.stringify(registry.told.found)).not.toContain('member-token-1')
  expect(registry.status()).toMatchObject({ synced: true, leftOut: 0, problems: [] })
  given.remove(profile(west.url))
  await eventually(() => expect(registry.told.ids).toEqual([]))
})

test('of two profiles of one cluster the other takes over without a gap', async () => {
  const west = await member('uid-west')
  for (const name of ['fleet', 'team']) {
    given.put(namespace(name))
    given.put(token('member-token-1', name))
  }
  given.put(profile(west.url))
  const registry = follow()
  await isIn(registry)
  given.put(profile(west.url, 'team'))
  given.remove(profile(west.url))
  await eventually(() => expect(registry.told.one('west').place).toBe('ClusterProfile team/west'))
  expect(registry.told.calls.map((found) => found.map(({ id }) => id))).not.toContainEqual([])
  expect(registry.told.one('west').source).toMatchObject({ namespace: 'team' })
})

test('a profile that an edit has spoilt leaves its cluster as it was', async () => {
  const west = await member('uid-west')
  given.put(namespace('fleet'))
  given.put(token())
  given.put(profile(west.url))
  const registry = follow()
  await isIn(registry)
  given.put(profile(west.url, 'fleet', { accessProviders: [{ name: 'google', cluster: {} }] }))
  await eventually(() =>
    expect(registry.told.problems.join('\n')).toContain('status.accessProviders: google'),
  )
  expect(registry.told.ids).toEqual(['west'])
  expect(registry.told.problems.join('\n')).toContain(
    'until that is mended, its last good version is in force',
  )
})

test('an inventory has all clusters: one that is here already is no problem; under the id of another it is', async () => {
  const west = await member('uid-west')
  const home = await given.server('uid-west')
  const other = await given.server('uid-other')
  given.put(namespace('fleet'))
  given.put(token())
  given.put(profile(west.url))
  const registry = follow({ configured: () => [configured('west', home)] })
  await eventually(() => expect(registry.status()).toMatchObject({ synced: true, leftOut: 0, problems: [] }))
  expect(registry.told.ids).toEqual([])
  const stolen = follow({ configured: () => [configured('west', other)] })
  await eventually(() => expect(stolen.status()).toMatchObject({ synced: true, leftOut: 1 }))
  expect(stolen.told.problems.join('\n')).toMatch(/ClusterProfile fleet\/west: id: west/)
})

test('a Secret that is missing, or may not be got, keeps nobody from joining: its cluster is not read until it is there', async () => {
  const west = await member('uid-west')
  given.put(namespace('fleet'))
  given.put(profile(west.url))
  const registry = follow({ limits: { identityMs: 200 } })
  await isIn(registry)
  expect(west.requests).toEqual([])
  given.put(token())
  await eventually(() => expect(west.requests.length).toBeGreaterThan(0))
})

const PLUGIN: AllowedExec = {
  name: 'cloud',
  command: '/plugins/cloud-auth',
  args: ['token'],
  env: [],
  apiVersion: 'client.authentication.k8s.io/v1',
  provideClusterInfo: false,
  servers: [],
  accept: { args: false, env: [], proxies: [] },
}

test('where servers are written, neither a Secret nor a profile leads what a program prints through a proxy', async () => {
  const [name, server, proxy] = ['cloud', 'https://h', 'http://127.0.0.1:3128']
  const cluster = { server, 'proxy-url': proxy }
  const text = JSON.stringify({
    'current-context': name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster }],
    users: [{ name, user: { exec: { command: 'cloud-auth', args: ['token'] } } }],
  })
  given.put(namespace('fleet'))
  given.put(profile(server, 'fleet', { accessProviders: [{ name, cluster }] }))
  given.put(secret('east', { data: { kubeconfig: text } }))
  given.local.served = { ...given.local.served, clusterprofiles: ['v1alpha1'] }
  const home = { kind: 'text', kubeconfig: kubeconfig(given.local.url) } as const
  const execs = [{ ...PLUGIN, servers: ['h'] }]
  const secrets = { namespace: 'meridian', selector: 'meridian-dns.io/cluster' }
  const { told } = given.start({ home }, [
    { secrets, execs },
    { ...PROFILES, execs },
  ])
  const said = 'exec: proxy-url: "127.0.0.1" is no proxy that may pass on what the program prints'
  await eventually(() => {
    const problems = told.problems.join('\n')
    expect(problems).toContain(`Secret meridian/east: kubeconfig: ${said}`)
    expect(problems).toContain(`ClusterProfile fleet/west: status.accessProviders: ${said}`)
  })
  expect(told.ids).toEqual([])
})

test('a Secret of a registry may have a program run that the configuration names, and no other', async () => {
  const exec = { command: 'cloud-auth', args: ['token'] }
  given.put(secret('west', { data: { kubeconfig: nowhere({ exec }) } }))
  given.put(secret('east', { data: { kubeconfig: nowhere({ exec: { ...exec, command: 'sh' } }) } }))
  given.put(secret('south', { data: { kubeconfig: nowhere({ token: 'south-token' }) } }))
  const secrets = { namespace: 'meridian', selector: 'meridian-dns.io/cluster' }
  const limits = { identityMs: 200 }
  const registry = given.start({ limits }, [{ secrets, execs: [PLUGIN] }])
  await eventually(() => expect(registry.told.ids.toSorted()).toEqual(['south', 'west']))
  expect(registry.told.problems.join('\n')).toContain(
    'Secret meridian/east: kubeconfig: exec: its command is none that an object may have run here',
  )
  expect(registry.told.one('west').source).toMatchObject({ execs: [PLUGIN] })
  expect(registry.told.one('south').source).not.toHaveProperty('execs')
  const closed = given.start({ limits }, [{ secrets }])
  await eventually(() => expect(closed.told.ids).toEqual(['south']))
})
