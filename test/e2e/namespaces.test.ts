/** A cluster that grants Roles in some namespaces and no ClusterRole, those of the chart, on a real API server. */

import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { meridian as command } from '../support/server.ts'
import { example, template } from './chart/helm.ts'
import { type Cluster, eventually, type Manifest, startCluster } from './ground/index.ts'
import { exported, kubeconfigOf, type Live, startLive } from './support/index.ts'

const SOON_MS = 15_000
const NAMESPACES = ['data', 'shop'] as const
const PODS = ['10.1.9.1', '10.1.9.2']

let east: Cluster
let roles: readonly Manifest[]
let source: object
let meridian: Live

const configWith = (more: object): object => ({
  dns: { listen: ['127.0.0.1:0'], advertise: ['10.96.0.53'] },
  admin: { listen: '127.0.0.1:0' },
  zones: { global: 'mesh.internal' },
  clusters: [{ id: 'cluster-east', locality: 'us-east-1', network: 'flat', source, ...more }],
  registries: [{ secrets: { namespace: 'meridian' } }],
})

const nameOf = (namespace: string, name = 'cart'): string => `${name}.${namespace}.svc.clusterset.local`

const share = (namespace: string, name: string, clusterIP: string): Promise<void> =>
  east.apply(exported({ name, namespace, clusterIP, pods: PODS }))

beforeAll(async () => {
  const options = { serviceCIDRs: ['10.101.0.0/16', 'fd00:10:101::/112'], reader: false }
  const [cluster, objects] = await Promise.all([
    startCluster('cluster-east', options),
    template(example('some-namespaces')),
  ])
  east = cluster
  roles = objects.filter(({ kind }) => /^(Cluster)?Role(Binding)?$/.test(kind))
  await share('data', 'cart', '10.101.9.1')
  await share('shop', 'cart', '10.101.9.2')
  await share('other', 'cart', '10.101.9.3')
  await east.apply([...objects.filter(({ kind }) => kind === 'ServiceAccount'), ...roles])
  source = { kubeconfig: { path: kubeconfigOf(east, { token: await east.token() }) } }
  meridian = await startLive(configWith({ namespaces: NAMESPACES }))
})

afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error([meridian?.logTail(), east?.logTails()].join('\n'))
})

afterAll(async () => {
  await meridian?.end()
  await east?.close()
})

test('Roles in the namespaces are all that it takes: their objects answer, and others do not exist', async () => {
  expect(roles.map(({ kind }) => kind).filter((kind) => kind.startsWith('Cluster'))).toEqual([])
  await meridian.becomes('cluster-east', 'live', SOON_MS)
  await meridian.answers(nameOf('data'), ['10.101.9.1'], SOON_MS)
  await meridian.answers(nameOf('shop'), ['10.101.9.2'], SOON_MS)
  expect((await meridian.ask(nameOf('other'))).rcode).toBe('NXDOMAIN')
})

test('what comes and goes in them is followed, and elsewhere not', async () => {
  await share('other', 'late', '10.101.9.5')
  await share('shop', 'late', '10.101.9.4')
  await meridian.answers(nameOf('shop', 'late'), ['10.101.9.4'], SOON_MS)
  expect((await meridian.ask(nameOf('other', 'late'))).rcode).toBe('NXDOMAIN')
  const ref = { apiVersion: 'multicluster.x-k8s.io/v1beta1', kind: 'ServiceExport', namespace: 'shop' }
  await east.admin.delete({ ...ref, name: 'late' })
  await eventually('the export is gone', SOON_MS, async () =>
    expect((await meridian.ask(nameOf('shop', 'late'))).rcode).toBe('NXDOMAIN'),
  )
})

async function check(more: object): Promise<{ readonly status: number | null; readonly out: string }> {
  const file = join(dirname(meridian.file), 'check.yaml')
  writeFileSync(file, JSON.stringify(configWith(more)))
  return command(['check', '--config', file])
}

test('meridian check has nothing to remark on such a cluster, and without the namespaces says what is missing', async () => {
  const { status, out } = await check({ namespaces: NAMESPACES })
  const remarks = out.split('\n').filter((line) => /^(broken|warning|advice) +cluster-east/.test(line))
  // Certificates and tokens of tests are short-lived.
  expect(remarks.filter((line) => !line.includes('expires'))).toEqual([])
  expect(out).toContain('it may list and watch services, endpointslices, serviceexports, serviceimports')
  expect(status).toBe(0)
  const everywhere = await check({})
  expect(everywhere.status).toBe(1)
  expect(everywhere.out).toContain('it may not list or watch services')
})

test('a Role that is taken away in one makes the cluster stale, says which, and costs no answer', async () => {
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    namespace: 'data',
    name: 'meridian',
  }
  await east.admin.delete(role)
  await east.kill()
  await east.restart()
  const rule =
    'add to a Role in namespace data the rule {apiGroups: [""], resources: ["services"], verbs: ["list", "watch"]}'
  await eventually('the Role is asked for', 60_000, async () =>
    expect((await meridian.get('/readyz?verbose')).text).toContain(rule),
  )
  await meridian.becomes('cluster-east', 'stale', SOON_MS)
  expect(await meridian.data(nameOf('data'))).toEqual(['10.101.9.1'])
  expect((await meridian.get('/readyz?verbose')).text).not.toContain('a Role in namespace shop')
  await east.apply(roles.filter(({ metadata }) => metadata.namespace === 'data'))
  await meridian.becomes('cluster-east', 'live', 60_000)
  await eventually('nothing is wrong', SOON_MS, async () =>
    expect((await meridian.get('/readyz?verbose')).text).not.toContain('403'),
  )
})
