import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Cluster, type CoreDns, type Manifest, startCluster, startCoreDns } from './ground/index.ts'

const IDS = ['cluster-east', 'cluster-west', 'cluster-central']

const clusters: Cluster[] = []

beforeAll(async () => {
  clusters.push(...(await Promise.all(IDS.map((id) => startCluster(id)))))
})

afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(clusters.map((one) => one.logTails()).join('\n'))
})

afterAll(() => Promise.all(clusters.map((one) => one.close())))

/** The cluster with that id. */
function at(id: string): Cluster {
  const cluster = clusters.find((one) => one.id === id)
  if (cluster === undefined) throw new Error(`no cluster ${id}`)
  return cluster
}

describe('three clusters', () => {
  test('serve the version of Kubernetes that go.mod names, stamped as a release', async () => {
    for (const { admin } of clusters) {
      const { body } = await admin.request('GET', '/version')
      expect(body).toMatchObject({ gitVersion: expect.stringMatching(/^v1\.\d+\.\d+$/), major: '1' })
    }
  })

  test('serve both versions of ServiceExport and ServiceImport', async () => {
    for (const { admin } of clusters) {
      const { body } = await admin.request('GET', '/apis/multicluster.x-k8s.io')
      const versions = [{ version: 'v1beta1' }, { version: 'v1alpha1' }]
      expect(body).toMatchObject({
        versions: expect.arrayContaining(versions.map((v) => expect.objectContaining(v))),
      })
    }
  })

  test('are apart: what is applied to one is not in another', async () => {
    await at('cluster-east').apply([service('only-east')])
    const names = await Promise.all(
      clusters.map(({ admin }) => namesOf(admin.list('v1', 'Service', 'default'))),
    )
    expect(names.map((some) => some.includes('only-east'))).toEqual([true, false, false])
  })

  test('know nobody without credentials', async () => {
    const { status } = await at('cluster-east').clientWithToken('').request('GET', '/version')
    expect(status).toBe(401)
  })
})

describe('the service account of Meridian', () => {
  test('lists what was applied', async () => {
    const east = at('cluster-east')
    await east.apply([service('web'), slice('web-1', 'web'), serviceExport('web'), serviceImport('web')])
    const reader = east.clientWithToken(await east.token())
    expect(await namesOf(reader.list('v1', 'Service'))).toContain('web')
    expect(await namesOf(reader.list('discovery.k8s.io/v1', 'EndpointSlice'))).toContain('web-1')
    expect(await namesOf(reader.list('multicluster.x-k8s.io/v1alpha1', 'ServiceExport'))).toContain('web')
    expect(await namesOf(reader.list('multicluster.x-k8s.io/v1beta1', 'ServiceImport'))).toContain('web')
    reader.close()
  })

  test('may do nothing else', async () => {
    const east = at('cluster-east')
    const reader = east.clientWithToken(await east.token())
    const forbidden = [
      ['GET', '/api/v1/secrets'],
      ['GET', '/api/v1/namespaces/default/services/kubernetes'],
      ['DELETE', '/apis/multicluster.x-k8s.io/v1beta1/namespaces/default/serviceexports/web'],
    ] as const
    for (const [method, path] of forbidden)
      expect(await reader.request(method, path)).toMatchObject({ status: 403 })
    reader.close()
  })

  test('is not known any more when its token has expired', async () => {
    const east = at('cluster-east')
    const statusWith = async (token: string) => {
      const reader = east.clientWithToken(token)
      return (await reader.request('GET', '/api/v1/services').finally(() => reader.close())).status
    }
    expect(await statusWith(await east.mintToken(60))).toBe(200)
    expect(await statusWith(await east.mintToken(-60))).toBe(401)
  })
})

describe('an API server', () => {
  test('that is killed and started again has its data and its address', async () => {
    const west = at('cluster-west')
    await west.apply([service('kept')])
    await west.kill()
    await expect(west.admin.request('GET', '/readyz')).rejects.toThrow('ECONNREFUSED')
    await west.restart()
    expect(await namesOf(west.admin.list('v1', 'Service', 'default'))).toContain('kept')
  })

  test('that is frozen accepts connections and says nothing until it is thawed', async () => {
    const west = at('cluster-west')
    west.freeze()
    const reply = west.admin.request('GET', '/readyz')
    const first = await Promise.race([reply, new Promise((resolve) => setTimeout(resolve, 1_000, 'silence'))])
    expect(first).toBe('silence')
    west.thaw()
    expect(await reply).toMatchObject({ status: 200 })
  })

  test('without the CRDs serves no ServiceExport, until they are installed again', async () => {
    const central = at('cluster-central')
    await central.removeCrds()
    await expect(central.apply([serviceExport('web')])).rejects.toThrow('404')
    await central.installCrds()
    await central.apply([serviceExport('web')])
    expect(await namesOf(central.admin.list('multicluster.x-k8s.io/v1beta1', 'ServiceExport'))).toEqual([
      'web',
    ])
  })
})

describe.each(['current', '1.12'] as const)('CoreDNS, %s', (version) => {
  let coreDns: CoreDns

  beforeAll(async () => {
    const east = at('cluster-east')
    await east.apply([serviceImport('imported'), slice('imported-1', 'imported')])
    const corefile = [
      'cluster.local clusterset.local {',
      '    errors',
      '    kubernetes cluster.local clusterset.local {',
      `        kubeconfig ${east.adminKubeconfig}`,
      '        multicluster clusterset.local',
      '    }',
      '}',
    ]
    coreDns = await startCoreDns(corefile.join('\n'), version)
  })

  afterEach(({ task }) => {
    if (task.result?.state === 'fail') console.error(coreDns.server.logTail())
  })

  afterAll(() => coreDns.close())

  test('answers for a ServiceImport of the cluster it watches', async () => {
    const resolver = coreDns.resolver()
    expect(await resolver.resolve4('imported.default.svc.clusterset.local')).toEqual(['10.111.0.1'])
    await expect(resolver.resolve4('missing.default.svc.clusterset.local')).rejects.toThrow('ENOTFOUND')
  })
})

const namesOf = async (objects: Promise<readonly Manifest[]>): Promise<string[]> =>
  (await objects).map(({ metadata }) => metadata.name)

const metadata = (name: string) => ({ name, namespace: 'default' })

const service = (name: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(name),
  spec: { ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
})

const slice = (name: string, of: string): Manifest => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { ...metadata(name), labels: { 'kubernetes.io/service-name': of } },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.1.0.1'], conditions: { ready: true } }],
  ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
})

const serviceExport = (name: string): Manifest => ({
  apiVersion: 'multicluster.x-k8s.io/v1beta1',
  kind: 'ServiceExport',
  metadata: metadata(name),
})

const serviceImport = (name: string): Manifest => ({
  apiVersion: 'multicluster.x-k8s.io/v1beta1',
  kind: 'ServiceImport',
  metadata: metadata(name),
  spec: {
    type: 'ClusterSetIP',
    ips: ['10.111.0.1'],
    ipFamilies: ['IPv4'],
    ports: [{ port: 80, protocol: 'TCP' }],
  },
})
