/**
 * Karmada's Clusters, by CRDs of our own with the same paths, on a real API server: members are read through the path of its
 * own, with the rights that docs/migrate/karmada.md prints and no others.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { CHECKOUT, meridian as runMeridian } from '../support/server.ts'
import {
  type Cluster,
  eventually,
  type Fields,
  isFields,
  kubeconfigFor,
  type Manifest,
  readManifests,
} from './ground/index.ts'
import { configFor, exported, type Live, onDisk, startEastAndWest, startLive } from './support/index.ts'
import { type KarmadaFront, startKarmadaFront } from './support/karmada-front.ts'

const WEB = 'web.default.global'
const LEDGER = 'ledger.default.global'
const SOON_MS = 15_000
const NOTICED_MS = 60_000

let clusters: readonly [east: Cluster, west: Cluster]
let front: KarmadaFront
let meridian: Live

/** The blocks of the page that are objects. */
const printed = (): readonly Manifest[] => {
  const page = readFileSync(join(CHECKOUT, 'docs/migrate/karmada.md'), 'utf8')
  const blocks = [...page.matchAll(/^( *)```yaml\n([\s\S]*?)^\1```/gm)].map(([, indent = '', text = '']) =>
    text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  )
  return blocks.filter((text) => text.startsWith('apiVersion:')).flatMap((text) => readManifests(text))
}

/** Those by which Karmada's own API server is read; the others it brings to members. */
const isForMembers = ({ metadata }: Manifest): boolean => metadata.name === 'meridian-reader'

beforeAll(async () => {
  clusters = await startEastAndWest()
  const [karmada, west] = clusters
  front = await startKarmadaFront(karmada, new Map([['cluster-west', west]]))
  const reader = printed().filter((one) => !isForMembers(one))
  await karmada.apply(reader.filter(({ kind }) => kind !== 'Secret'))
  const path = '/api/v1/namespaces/karmada-system/serviceaccounts/meridian/token'
  const spec = { expirationSeconds: 3600 }
  const { body } = await karmada.admin.request('POST', path, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec,
  })
  const status = isFields(body) && isFields(body['status']) ? body['status'] : {}
  const file = join(karmada.directory, 'karmada.kubeconfig')
  writeFileSync(
    file,
    kubeconfigFor([{ name: 'karmada', url: front.url, ca: front.ca, token: String(status['token']) }]),
  )
  const sources = { 'cluster-east': { kubeconfig: { path: karmada.readerKubeconfig } } }
  const registries = [{ karmada: { via: 'proxy' }, kubeconfig: { path: file } }]
  meridian = await startLive(
    configFor(sources, { registries, state: { dir: 'state' }, routing: {}, log: { level: 'info' } }),
  )
})

afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(meridian?.logTail())
})

afterAll(async () => {
  await meridian?.end()
  front?.close()
  await Promise.all((clusters ?? []).map((one) => one.close()))
})

/** A Service that nothing exports yet. */
const held = (name: string, clusterIP: string, pod: string): readonly Manifest[] =>
  exported({ name, clusterIP, pods: [pod] }).filter(({ kind }) => kind !== 'ServiceExport')

const crd = (group: string, kind: string, plural: string, scope: 'Cluster' | 'Namespaced'): Manifest => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope,
    names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
})

const CLUSTER = { apiVersion: 'cluster.karmada.io/v1alpha1', kind: 'Cluster', name: 'cluster-west' }

const joined = (spec: Fields = {}): Manifest => ({
  apiVersion: CLUSTER.apiVersion,
  kind: CLUSTER.kind,
  metadata: { name: CLUSTER.name, annotations: { 'meridian-dns.io/network': 'flat' } },
  spec: {
    syncMode: 'Push',
    apiEndpoint: clusters[1].url,
    secretRef: { namespace: 'karmada-cluster', name: 'cluster-west' },
    impersonatorSecretRef: { namespace: 'karmada-cluster', name: 'cluster-west-impersonator' },
    region: 'us-west-1',
    zones: ['us-west-1a'],
    ...spec,
  },
  status: { conditions: [{ type: 'Ready', status: 'False', reason: 'ClusterNotReachable' }] },
})

const targets = async (name: string): Promise<readonly string[]> => {
  const { answers } = await meridian.ask(name, 'SRV')
  return answers.map((line) => (line.split(' ').at(-1) ?? '').replace(`.${name}.`, '')).toSorted()
}

const answers = (name: string, ...ids: readonly string[]): Promise<void> =>
  eventually(`${name} is of ${ids.join()}`, NOTICED_MS, async () => {
    expect(await targets(name)).toEqual(ids)
  })

test('without Karmada’s kinds nothing is wrong; a Cluster is told until its member lets the reader in', async () => {
  const [karmada] = clusters
  await answers(WEB, 'cluster-east')
  expect((await meridian.get('/readyz')).status).toBe(200)
  await karmada.apply([
    crd('cluster.karmada.io', 'Cluster', 'clusters', 'Cluster'),
    crd('networking.karmada.io', 'MultiClusterService', 'multiclusterservices', 'Namespaced'),
  ])
  await eventually('the kinds are served', SOON_MS, () => karmada.admin.apply(joined()))
  await eventually('it is asked as the reader', NOTICED_MS, () => {
    expect(front.asked).toContainEqual(
      expect.objectContaining({
        member: 'cluster-west',
        as: 'system:serviceaccount:karmada-system:meridian',
        status: 200,
      }),
    )
  })
  const { out, status } = await runMeridian(['check', '--config', meridian.file])
  expect(status).toBe(1)
  expect(out).toMatch(/cluster-west +it may not list or watch services/)
})

test('with the rights that the page prints a cluster joins, with its place, whatever Ready says', async () => {
  const [, west] = clusters
  const rights = printed()
    .filter(isForMembers)
    .filter(({ kind }) => kind !== 'ClusterPropagationPolicy')
  expect(rights.map(({ kind }) => kind)).toEqual(['ClusterRole', 'ClusterRoleBinding'])
  await west.apply(rights)
  await meridian.becomes('cluster-west', 'live', NOTICED_MS)
  await answers(WEB, 'cluster-east', 'cluster-west')
  const { out } = await runMeridian(['check', '--config', meridian.file])
  expect(out).toMatch(
    /Cluster cluster-west of Karmada +Karmada says that it is not ready \(False, ClusterNotReachable\)/,
  )
  expect(out).not.toMatch(/^broken/m)
  const { out: explained } = await runMeridian(['explain', WEB, '--offline', '--config', meridian.file])
  expect(explained).toMatch(/cluster-west .*us-west-1/)
})

test('a MultiClusterService exports in its provider clusters, and no longer when it is gone', async () => {
  const [karmada, west] = clusters
  await karmada.apply(held('ledger', '10.101.0.77', '10.1.9.9'))
  await west.apply(held('ledger', '10.102.0.77', '10.2.9.9'))
  const object: Manifest = {
    apiVersion: 'networking.karmada.io/v1alpha1',
    kind: 'MultiClusterService',
    metadata: { name: 'ledger', namespace: 'default' },
    spec: { types: ['CrossCluster'], providerClusters: [{ name: 'cluster-west' }] },
  }
  expect((await meridian.ask(LEDGER, 'SRV')).rcode).toBe('NXDOMAIN')
  await karmada.apply([object])
  await answers(LEDGER, 'cluster-west')
  const { text } = await meridian.get('/explain?name=ledger.default.global')
  expect(text).toContain('MultiClusterService default/ledger in registries[0]')
  await karmada.apply([{ ...object, spec: { types: ['CrossCluster'] } }])
  await answers(LEDGER, 'cluster-east', 'cluster-west')
})

test('a member’s own MultiClusterService says nothing', async () => {
  const [, west] = clusters
  const { apiVersion, kind } = { apiVersion: 'networking.karmada.io/v1alpha1', kind: 'MultiClusterService' }
  await west.apply([crd('networking.karmada.io', kind, 'multiclusterservices', 'Namespaced')])
  const tenants = {
    apiVersion,
    kind,
    metadata: { name: 'coins', namespace: 'default' },
    spec: { types: ['CrossCluster'] },
  }
  await west.apply(held('coins', '10.102.0.78', '10.2.9.8'))
  await eventually('the kind is served', SOON_MS, () => west.admin.apply(tenants))
  await west.apply(exported({ name: 'seen', clusterIP: '10.102.0.79', pods: ['10.2.9.7'] }))
  await answers('seen.default.global', 'cluster-west')
  expect((await meridian.ask('coins.default.global')).rcode).toBe('NXDOMAIN')
})

test('a NoExecute taint drains, and a restart without Karmada keeps what was known', async () => {
  const [karmada] = clusters
  await karmada.admin.apply(joined({ taints: [{ key: 'maintenance', effect: 'NoExecute' }] }))
  await answers(WEB, 'cluster-east')
  await karmada.admin.apply(joined())
  await answers(WEB, 'cluster-east', 'cluster-west')
  await eventually('what is known is on disk', SOON_MS, () => {
    expect(onDisk(meridian.file, 'clusters.found')).toContain('karmada')
    expect(onDisk(meridian.file, 'clusters.found')).not.toContain('"drain":true')
    for (const view of ['registries[0]', 'cluster-east', 'cluster-west'])
      expect(onDisk(meridian.file, `${view}.view`)).toContain('ledger')
  })
  await meridian.end('SIGKILL')
  await Promise.all(clusters.map((one) => one.kill()))
  await meridian.start()
  await answers(LEDGER, 'cluster-east', 'cluster-west')
  await Promise.all(clusters.map((one) => one.restart()))
  await meridian.becomes('cluster-west', 'live', NOTICED_MS)
})

test('it leaves with its Cluster', async () => {
  await clusters[0].admin.delete(CLUSTER)
  await answers(WEB, 'cluster-east')
  await answers(LEDGER, 'cluster-east')
})
