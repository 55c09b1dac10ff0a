/** Services that export themselves, and annotations that route, on a real API server: with the roles of the documentation, and the chart's ValidatingAdmissionPolicy. */
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { template } from './chart/helm.ts'
import { HERE } from './chart/rendered.ts'
import {
  ApiError,
  type Cluster,
  eventually,
  type Manifest,
  readManifests,
  startCluster,
} from './ground/index.ts'
import { exported, kubeconfigOf, type Live, startLive } from './support/index.ts'

const SOON_MS = 15_000

let east: Cluster
let meridian: Live

const DOCUMENTED = readManifests(
  readFileSync(new URL('../../docs/examples/rbac.yaml', import.meta.url), 'utf8'),
)
const READING = ['meridian', 'meridian-local', 'meridian-namespaces']

beforeAll(async () => {
  east = await startCluster('cluster-east', {
    serviceCIDRs: ['10.101.0.0/16', 'fd00:10:101::/112'],
    reader: false,
  })
  const roles = DOCUMENTED.filter(
    ({ kind, metadata }) =>
      kind === 'ServiceAccount' || (kind.startsWith('Cluster') && READING.includes(metadata.name)),
  )
  await east.apply(roles)
  const source = { kubeconfig: { path: kubeconfigOf(east, { token: await east.token() }) } }
  const exports = { annotations: 'cilium' }
  meridian = await startLive({
    dns: { listen: ['127.0.0.1:0'], advertise: ['10.96.0.53'] },
    admin: { listen: '127.0.0.1:0' },
    clusters: [{ id: 'cluster-east', locality: 'us-east-1', network: 'flat', source, exports }],
  })
})

afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error([meridian?.logTail(), east?.logTails()].join('\n'))
})

afterAll(async () => {
  await meridian?.end()
  await east?.close()
})

test("a Service of Cilium's is there with its annotation and its namespace's leave, and goes with either", async () => {
  await meridian.becomes('cluster-east', 'live', SOON_MS)
  const name = 'cart.shop.svc.clusterset.local'
  const spec = { name: 'cart', namespace: 'shop', clusterIP: '10.101.9.1', pods: ['10.1.9.1'] }
  await east.apply(exported(spec).filter(({ kind }) => kind !== 'ServiceExport'))
  const service = { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'cart' }
  const shop = { apiVersion: 'v1', kind: 'Namespace', name: 'shop' }
  const annotate = (ref: typeof service | typeof shop, annotations: Record<string, string | null>) =>
    east.admin.patch(ref, { metadata: { annotations } })
  const answers = (rcode: string) =>
    eventually(`${name} is ${rcode}`, SOON_MS, async () => {
      expect((await meridian.ask(name)).rcode).toBe(rcode)
    })
  await answers('NXDOMAIN')
  await annotate(service, { 'service.cilium.io/global': 'true' })
  await answers('NOERROR')
  await annotate(shop, { 'clustermesh.cilium.io/global': 'false' })
  await answers('NXDOMAIN')
  await annotate(shop, { 'clustermesh.cilium.io/global': null })
  await answers('NOERROR')
  await annotate(service, { 'service.cilium.io/shared': 'false' })
  await answers('NXDOMAIN')
})

describe("the chart's ValidatingAdmissionPolicy", () => {
  const exportOf = (key: string, value: string, name = 'cart'): Manifest => ({
    apiVersion: 'multicluster.x-k8s.io/v1beta1',
    kind: 'ServiceExport',
    metadata: { namespace: 'shop', name, annotations: { [`meridian-dns.io/${key}`]: value } },
  })

  /** What the API server says of it; undefined: it takes it. */
  const refusal = async (object: Manifest): Promise<string | undefined> => {
    try {
      await east.admin.apply(object)
      return undefined
    } catch (error) {
      if (error instanceof ApiError && error.status === 422) return error.message
      throw error
    }
  }

  beforeAll(async () => {
    const kind = 'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy'
    const objects = await template([...HERE, '--api-versions', kind])
    const policies = objects.filter((one) => one.kind.startsWith('ValidatingAdmissionPolicy'))
    expect(policies.map((one) => one.kind)).toHaveLength(2)
    await east.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }])
    await east.apply([exportOf('weights', 'x', 'old')])
    await east.apply(policies)
    let attempts = 0
    await eventually('it is in force', 30_000, async () => {
      const said = await refusal(exportOf('weight', 'x', `probe-${attempts++}`))
      expect(said ?? 'taken').toContain('meridian-dns.io/weight must be')
    })
  })

  test.each([
    ['weight', '70'],
    ['reach', 'gateway'],
    ['weights', '{cluster-east: 70, cluster-west: 30}'],
    ['weights', '{"cluster-east":70,"c1.emea":0}'],
    ['weights', '{cluster-east: 1000000}'],
    ['weights', 'cluster-east: 70\ncluster-west: 30\n'],
    ['distribute', '[]'],
    ['distribute', '[{from: us-east-1, to: {us-east-1: 80, us-west-1: 20}}]'],
    ['distribute', '[{"to":{"us-east-1/*":80,"*":20},"from":"*"}]'],
    [
      'distribute',
      '- from: us-east-1\n  to:\n    us-east-1: 80\n    us-west-1: 20\n- {from: eu, to: {"*": 1}}\n',
    ],
    ['failover', '[{from: us-east-1, to: us-west-1}]'],
    ['failover', '- from: us-east-1\n  to: us-west-1\n- to: eu\n  from: us-west-1'],
    ['min-healthy', '3'],
    ['min-healthy', '50%'],
    ['other', 'whatever'],
  ])('takes %s: %j', async (key, value) => {
    expect(await refusal(exportOf(key, value))).toBeUndefined()
  })

  test.each([
    ['weight', '-1'],
    ['weight', '70 '],
    ['reach', 'nearby'],
    ['weights', ''],
    ['weights', '{}'],
    ['weights', '{cluster-east: many}'],
    ['weights', '{Cluster: 1}'],
    ['weights', 'cluster-east=70'],
    ['weights', '{cluster-east:70}'],
    ['weights', '{cluster-east: 1000001}'],
    ['weights', '{cluster-east: 007}'],
    ['distribute', '[{from: us-east-1, to: {us-east-1:80}}]'],
    ['weights', '{cluster-east: 70}'.padEnd(16_385)],
    ['weights', '{cluster-east: 70}'.padEnd(200_000)],
    ['distribute', '[{from: us-east-1}]'],
    ['distribute', '[{from: us-east-1, to: {}}]'],
    ['distribute', '{from: us-east-1, to: {"*": 1}}'],
    ['distribute', '[{from: us-east-1, to: {"*": 1}, more: 1}]'],
    ['failover', '[{from: us-east-1, to: [a]}]'],
    ['failover', '[{from: us-east-1, to: us-west-1'],
    ['min-healthy', '0'],
    ['min-healthy', '101%'],
    ['min-healthy', 'half'],
  ])('refuses %s: %j', async (key, value) => {
    expect((await refusal(exportOf(key, value))) ?? 'taken').toContain(`meridian-dns.io/${key} must be`)
  })

  test('lets what was there before be, until its annotations change', async () => {
    const old = {
      apiVersion: 'multicluster.x-k8s.io/v1beta1',
      kind: 'ServiceExport',
      namespace: 'shop',
      name: 'old',
    }
    await east.admin.patch(old, { metadata: { labels: { team: 'shop' } } })
    await expect(east.admin.patch(old, { metadata: { annotations: { note: 'x' } } })).rejects.toThrow(
      'weights must be',
    )
    await east.admin.patch(old, { metadata: { annotations: { 'meridian-dns.io/weights': null } } })
  })
})
