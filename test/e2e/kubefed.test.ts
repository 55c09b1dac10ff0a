/** KubeFed's own objects, of its own CRDs on a real API server: clusters join and leave, and services are exported where they are placed. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { CHECKOUT, meridian as runMeridian } from '../support/server.ts'
import { type Cluster, eventually, kubefedCrds, type Manifest, readManifests } from './ground/index.ts'
import { configFor, type Live, startEastAndWest, startLive } from './support/index.ts'

const NAMESPACE = 'kube-federation-system'
const WEST_WEB = 'web.default.svc.cluster-west.local'
const FED = 'fed.default.global'
const [EAST, WEST] = ['cluster-east', 'cluster-west'].map((id) => `${id}.${FED}.`) as [string, string]
const SOON_MS = 15_000
/** Another round of looking for kinds that are not there. */
const NOTICED_MS = 60_000

let clusters: readonly [east: Cluster, west: Cluster]
let meridian: Live

/** What docs/examples/rbac.yaml grants for a registry of KubeFed, and what it grants for the identity of clusters. */
const rights = () =>
  readManifests(readFileSync(join(CHECKOUT, 'docs/examples/rbac.yaml'), 'utf8')).filter(
    ({ metadata }) => metadata.name === 'meridian-kubefed' || metadata.name === NAMESPACE,
  )

beforeAll(async () => {
  clusters = await startEastAndWest()
  const [east, west] = clusters
  await east.apply(rights())
  // The host cluster is the one that this server runs in; members are not in its configuration.
  const sources = { 'cluster-east': { kubeconfig: { path: east.readerKubeconfig } } }
  await Promise.all([east, west].map((one) => one.apply([federated(one)])))
  meridian = await startLive(
    configFor(sources, { registries: [{ kubefed: {} }], routing: {}, log: { level: 'info' } }),
  )
})

afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(meridian?.logTail())
})

afterAll(async () => {
  await meridian?.end()
  await Promise.all((clusters ?? []).map((one) => one.close()))
})

/** As KubeFed puts it into the clusters where it is placed, and no ServiceExport beside it. */
const federated = ({ id }: Cluster): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'fed', namespace: 'default', labels: { 'kubefed.io/managed': 'true' } },
  spec: {
    type: 'LoadBalancer',
    selector: { app: id },
    ports: [{ name: 'http', port: 80 }],
  },
})

const joined = async (of: Cluster, more: object = {}): Promise<readonly Manifest[]> => {
  const { ca = '' } = of.adminCredentials()
  const token = await of.token()
  return [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `${of.id}-7x2lq`, namespace: NAMESPACE },
      data: { token: Buffer.from(token).toString('base64') },
    },
    {
      apiVersion: 'core.kubefed.io/v1beta1',
      kind: 'KubeFedCluster',
      metadata: {
        name: of.id,
        namespace: NAMESPACE,
        labels: { region: of.id === 'cluster-east' ? 'us-east-1' : 'us-west-1' },
        annotations: { 'meridian-dns.io/network': 'flat' },
      },
      spec: {
        apiEndpoint: of.url,
        caBundle: Buffer.from(ca).toString('base64'),
        secretRef: { name: `${of.id}-7x2lq` },
        ...more,
      },
    },
  ]
}

const placed = (kind: string, name: string, placement: object): Manifest => ({
  apiVersion: 'types.kubefed.io/v1beta1',
  kind,
  metadata: { name, namespace: 'default' },
  spec: { placement, template: {} },
})

/** Who exports it: whose names there are. */
const exportersBecome = (wanted: readonly string[], deadlineMs = SOON_MS): Promise<void> =>
  eventually(`exported by ${wanted.join(', ') || 'nobody'}`, deadlineMs, async () => {
    const replies = await Promise.all(
      [EAST, WEST].map(async (name) => [name, await meridian.ask(name, 'TXT')] as const),
    )
    expect(replies.filter(([, { rcode }]) => rcode === 'NOERROR').map(([name]) => name)).toEqual(wanted)
  })

test('without the CRDs nothing is wrong; a KubeFedCluster joins, and leaves', async () => {
  const [east, west] = clusters
  await meridian.becomes('cluster-east', 'live', SOON_MS)
  expect((await meridian.get('/readyz')).status).toBe(200)
  await east.apply(
    kubefedCrds(['kubefedclusters', 'kubefedconfigs', 'federatedservices', 'federatednamespaces']),
  )
  const objects = await joined(west)
  await eventually('the kinds are served', SOON_MS, () => east.apply(objects))
  await meridian.becomes('cluster-west', 'live', NOTICED_MS)
  await meridian.answers(WEST_WEB, ['10.2.1.10', '10.2.2.11'], SOON_MS)
  const { out } = await runMeridian(['check', '--config', meridian.file, '--verbose'])
  expect(out).toContain(`KubeFedCluster ${NAMESPACE}/cluster-west`)
  expect(out).not.toMatch(/may not (?:list|watch)/)

  const [, cluster] = objects
  if (cluster === undefined) throw new Error('there is a KubeFedCluster')
  await east.admin.delete({ ...cluster, ...cluster.metadata, namespace: NAMESPACE })
  await eventually('it has left', SOON_MS, async () =>
    expect((await meridian.ask(WEST_WEB)).rcode).toBe('REFUSED'),
  )
  await east.apply(objects)
  await meridian.becomes('cluster-west', 'live', SOON_MS)
})

test('a FederatedService is exported where it is placed, as its placement changes', async () => {
  const [east] = clusters
  await exportersBecome([])
  await east.apply([placed('FederatedService', 'fed', { clusters: [{ name: 'cluster-west' }] })])
  // KubeFed has nothing in a namespace that is not placed.
  await exportersBecome([], NOTICED_MS)
  await east.apply([placed('FederatedNamespace', 'default', { clusterSelector: {} })])
  await exportersBecome([WEST], NOTICED_MS)
  await east.apply([placed('FederatedService', 'fed', { clusters: [] })])
  await exportersBecome([])
  await east.apply(await joined(east))
  await east.admin.apply(placed('FederatedService', 'fed', { clusterSelector: {} }))
  await exportersBecome([EAST, WEST])
  const { out } = await runMeridian(['explain', 'default/fed', '--config', meridian.file, '--offline'])
  expect(out).toContain('FederatedService default/fed in cluster-east: in force')
  await east.apply([placed('FederatedNamespace', 'default', { clusters: [{ name: 'cluster-east' }] })])
  await exportersBecome([EAST])
  await east.admin.delete({ ...placed('FederatedService', 'fed', {}), name: 'fed', namespace: 'default' })
  await exportersBecome([])
})

test('what a KubeFedCluster says of certificates that is not done here is told', async () => {
  const [east, west] = clusters
  await east.apply(await joined(west, { disabledTLSValidations: ['SubjectAltName'] }))
  await eventually('an unknown value is told, and disables nothing', SOON_MS, async () => {
    const { out } = await runMeridian(['check', '--config', meridian.file, '--verbose'])
    expect(out).toContain('"SubjectAltName" is no value that KubeFed has')
  })
  expect(await meridian.stateOf('cluster-west')).toBe('live')
  await east.apply(await joined(west, { disabledTLSValidations: ['SubjectName'] }))
  await eventually('what is not verified is told', SOON_MS, async () => {
    const { out } = await runMeridian(['check', '--config', meridian.file])
    expect(out).toContain('its certificate may have any name')
  })
  expect(await meridian.stateOf('cluster-west')).toBe('live')
  await east.apply(await joined(west, { disabledTLSValidations: ['ValidityPeriod'] }))
  await eventually('what cannot be done is told', SOON_MS, async () =>
    expect((await meridian.get('/readyz?verbose')).text).toContain('ValidityPeriod: dates of certificates'),
  )
})
