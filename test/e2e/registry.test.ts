/** Clusters that are found in Secrets of a real API server join, change and leave while the others are answered. */

import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { meridian as runMeridian } from '../support/server.ts'
import { type Cluster, eventually, type Manifest, startCluster } from './ground/index.ts'
import {
  addressOnDisk,
  applyDemo,
  configFor,
  type Live,
  onDisk,
  SERVICE_CIDRS,
  Stopwatch,
  say,
  seconds,
  startLive,
} from './support/index.ts'

const WEB = 'web.default.global'
const WEST_WEB = 'web.default.svc.cluster-west.local'
const SOON_MS = 15_000
/** From listening to the first answer, with every API server down. */
const RESTORED_MS = 1_000

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
  const state = { dir: 'state' }
  meridian = await startLive(configFor(sources, { registries, state, routing: {}, log: { level: 'info' } }))
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
  expect((await meridian.ask(WEST_WEB)).rcode).toBe('REFUSED')

  await east.apply([secretFor(west, 1)])
  const both = ['cluster-east.web.default.global.', 'cluster-west.web.default.global.']
  await meridian.answers(WEB, both, SOON_MS, 'SRV')
  await meridian.becomes('cluster-west', 'live', SOON_MS)
  expect((await meridian.ask(WEST_WEB)).answers).toHaveLength(2)
  const offline = await runMeridian(['ask', WEST_WEB, 'A', '--offline', '--config', meridian.file])
  expect(offline).toMatchObject({ status: 0, err: '', out: expect.stringContaining('10.2.1.10') })

  await east.apply([secretFor(west, 0)])
  await meridian.answers(WEB, ['cluster-east.web.default.global.'], SOON_MS, 'SRV')
  expect((await meridian.ask('cluster-west.web.default.global')).answers).toHaveLength(2)

  await east.admin.delete(SECRET)
  await meridian.answers(WEB, ['cluster-east.web.default.global.'], SOON_MS, 'SRV')
  await expect.poll(async () => (await meridian.ask(WEST_WEB)).rcode).toBe('REFUSED')
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

/** Meridian is killed, and starts while no API server answers. */
async function restartInTheDark(meanwhile = async (): Promise<unknown> => undefined): Promise<void> {
  await meridian.end('SIGKILL')
  await meanwhile()
  await Promise.all(clusters.map((one) => one.kill()))
  await meridian.start()
}

test('restarted while every API server is down, clusters found in Secrets are answered all the same', async () => {
  const [east, west] = clusters
  await east.apply([secretFor(west, 1)])
  await meridian.becomes('cluster-west', 'live', SOON_MS)
  await eventually('what was found is on disk', SOON_MS, () => {
    expect(onDisk(meridian.file, 'clusters.found')).toContain('cluster-west')
    expect(onDisk(meridian.file, 'cluster-west.view')).toContain(addressOnDisk('10.2.1.10'))
  })
  expect(onDisk(meridian.file, 'clusters.found')).not.toContain('client-key')
  await restartInTheDark()
  const listening = new Stopwatch()
  await meridian.answers(WEST_WEB, ['10.2.1.10', '10.2.2.11'], 10_000)
  const restored = listening.ms
  say(`restarted: answers from a cluster found in a Secret ${seconds(restored)} after it listens`)
  expect(restored).toBeLessThan(RESTORED_MS)
  expect((await meridian.get('/readyz')).status).toBe(200)
  expect(await meridian.stateOf('cluster-west')).toBe('stale')
  const { edns } = await meridian.ask(WEST_WEB)
  expect(edns?.ede).toEqual([{ code: 3, text: expect.stringMatching(/^cluster-west last heard from 20/) }])
  await Promise.all(clusters.map((one) => one.restart()))
  await meridian.becomes('cluster-west', 'live', SOON_MS)
  await meridian.becomes('cluster-east', 'live', SOON_MS)
})

test('one whose Secret was deleted meanwhile is answered until the registry is heard', async () => {
  const [east, west] = clusters
  await restartInTheDark(() => east.admin.delete(SECRET))
  await meridian.answers(WEST_WEB, ['10.2.1.10', '10.2.2.11'], 10_000)
  await Promise.all([east.restart(), west.restart()])
  await eventually('cluster-west is forgotten', SOON_MS, async () =>
    expect((await meridian.ask(WEST_WEB)).rcode).toBe('REFUSED'),
  )
  expect((await meridian.get('/readyz?verbose')).text).not.toContain('cluster-west')
})
