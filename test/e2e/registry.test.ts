/** Clusters that are found in Secrets of a real API server join, change and leave while the others are answered. */

import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Cluster, type Manifest, startCluster } from './ground/index.ts'
import { applyDemo, configFor, type Live, SERVICE_CIDRS, startLive } from './support/index.ts'

const WEB = 'web.default.global'
const SOON_MS = 15_000

let clusters: readonly [east: Cluster, west: Cluster]
let meridian: Live

beforeAll(async () => {
  clusters = await Promise.all([
    startCluster('cluster-east', { serviceCIDRs: SERVICE_CIDRS['cluster-east'] }),
    startCluster('cluster-west', { serviceCIDRs: SERVICE_CIDRS['cluster-west'] }),
  ])
  await applyDemo(clusters)
  const [east] = clusters
  const registries = [{ secrets: { namespace: 'meridian', selector: 'meridian-dns.io/cluster' } }]
  const sources = { 'cluster-east': { kubeconfig: { path: east.adminKubeconfig } } }
  meridian = await startLive(configFor(sources, { registries, routing: {}, log: { level: 'info' } }))
})

afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(meridian?.logTail())
})

afterAll(async () => {
  await meridian?.end()
  await Promise.all((clusters ?? []).map((one) => one.close()))
})

const SECRET = { apiVersion: 'v1', kind: 'Secret', namespace: 'meridian', name: 'west' }

const secretFor = ({ adminKubeconfig }: Cluster, weight: number): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: SECRET.name,
    namespace: SECRET.namespace,
    labels: { 'meridian-dns.io/cluster': 'true' },
    annotations: {
      'meridian-dns.io/id': 'cluster-west',
      'meridian-dns.io/locality': 'us-west-1/us-west-1a',
      'meridian-dns.io/network': 'flat',
      'meridian-dns.io/weight': String(weight),
    },
  },
  data: { kubeconfig: readFileSync(adminKubeconfig).toString('base64') },
})

test('one joins with its Secret, changes with it, and leaves with it', async () => {
  const [east, west] = clusters
  await meridian.answers(WEB, ['cluster-east.web.default.global.'], SOON_MS, 'SRV')
  expect((await meridian.ask('web.default.svc.cluster-west.local')).rcode).toBe('REFUSED')

  await east.apply([secretFor(west, 1)])
  const both = ['cluster-east.web.default.global.', 'cluster-west.web.default.global.']
  await meridian.answers(WEB, both, SOON_MS, 'SRV')
  await meridian.becomes('cluster-west', 'live', SOON_MS)
  expect((await meridian.ask('web.default.svc.cluster-west.local')).answers).toHaveLength(2)

  await east.apply([secretFor(west, 0)])
  await meridian.answers(WEB, ['cluster-east.web.default.global.'], SOON_MS, 'SRV')
  expect((await meridian.ask('cluster-west.web.default.global')).answers).toHaveLength(2)

  await east.admin.delete(SECRET)
  await meridian.answers(WEB, ['cluster-east.web.default.global.'], SOON_MS, 'SRV')
  await expect
    .poll(async () => (await meridian.ask('web.default.svc.cluster-west.local')).rcode)
    .toBe('REFUSED')
})

test('the cluster that this server is in cannot join once more under another id', async () => {
  const [east] = clusters
  await east.apply([
    {
      ...secretFor(east, 1),
      metadata: { ...secretFor(east, 1).metadata, annotations: { 'meridian-dns.io/id': 'twin' } },
    },
  ])
  await expect
    .poll(async () => (await meridian.get('/readyz?verbose')).text, { timeout: SOON_MS })
    .toMatch(/Secret meridian\/west: .*cluster-east/)
  await expect
    .poll(async () => (await meridian.ask('web.default.svc.twin.local')).rcode, { timeout: SOON_MS })
    .toBe('REFUSED')
})
