import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { stringify } from 'yaml'
import { check, checkConfigured, statusOf } from '../../../../src/app/cli/check/check.ts'
import type { CheckResult } from '../../../../src/app/cli/check/check-result.ts'
import { askClusters } from '../../../../src/app/cli/check/live/index.ts'
import { checkRegistries } from '../../../../src/app/cli/check/registry.ts'
import { liveClustersOf, openSourcesOf } from '../../../../src/app/cli/live.ts'
import { readOffline } from '../../../../src/app/cli/offline.ts'
import { readRegistries, registryProblems, withFound } from '../../../../src/app/cli/registries.ts'
import { type Config, parseConfig } from '../../../../src/app/config/index.ts'
import { recall } from '../../../../src/app/registry/index.ts'
import { kubeconfig } from '../../../sources/apiserver/cluster.ts'
import { temporary } from '../../../support/temporary.ts'
import { service } from '../clusterset.ts'
import { type LiveServer, type Shape, startLiveServer } from '../live.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

async function serve(shape: Shape): Promise<LiveServer> {
  const server = await startLiveServer(shape)
  closing.push(server.close)
  return server
}

const secret = (name: string, kubeconfig: string, more: Record<string, string> = {}): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace: 'meridian',
      annotations: { 'meridian-dns.io/locality': 'us-west-1', 'meridian-dns.io/network': 'flat', ...more },
    },
    data: { kubeconfig: Buffer.from(kubeconfig).toString('base64') },
  })

/** cluster east, whose Secrets are these. */
async function home(secrets: readonly string[], shape: Shape = {}, more = ''): Promise<Config> {
  const server = await serve({ objects: [service(), ...secrets].join('---\n'), ...shape })
  const directory = await temporary()
  closing.push(directory.close)
  await directory.write('east.kubeconfig', server.kubeconfig())
  const east = '{id: east, network: flat, locality: us-east-1, source: {kubeconfig: {path: east.kubeconfig}}}'
  const text = `clusters: [${east}]\nregistries: [{secrets: {namespace: meridian}}]\n${more}`
  return parseConfig(text, directory.at('meridian.yaml'))
}

async function look(written: Config, deadlineMs?: number) {
  const registry = await readRegistries(written, deadlineMs)
  const config = withFound(written, registry)
  const open = openSourcesOf(config)
  const clusters = liveClustersOf(config, open)
  const [offline, live] = await Promise.all([
    readOffline(config, Date.now(), open, deadlineMs),
    askClusters(config, clusters, deadlineMs),
  ])
  return { ...(await check(offline, { live, registry })), problems: registryProblems(registry) }
}

const brief = ({ level, kind, subject, finding }: CheckResult): string =>
  `${level} ${kind} ${subject}: ${finding}`

test('clusters that are found in Secrets are listed, and checked as those of the configuration', async () => {
  const west = await serve({ objects: service({ n: 2 }), serviceCIDRs: ['10.97.0.0/16'] })
  const report = await look(await home([secret('west', west.kubeconfig())]))
  const lines = report.findings.map(brief)
  expect(lines).toContain('ok registry registries: 1 cluster found: west (Secret meridian/west)')
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^ok apiServer west: .* answers in/),
      'ok permission west: it may list and watch services, endpointslices, serviceexports; get namespaces/kube-system',
      'ok serviceCIDR west: its ClusterIPs are in 10.97.0.0/16',
      'ok objects west: 1 Service, 1 EndpointSlice, 1 ServiceExport, 0 ServiceImports',
    ]),
  )
  expect(statusOf(report)).toBe(0)
  expect(JSON.stringify(report)).not.toContain('secret"')
})

test('what is wrong with a cluster that was found is broken, with its remedy', async () => {
  const west = await serve({ objects: service(), denied: ['watch services'] })
  const { findings } = await look(await home([secret('west', west.kubeconfig())]))
  expect(findings.filter(({ level }) => level === 'broken')).toMatchObject([
    { kind: 'permission', cluster: 'west', remedy: expect.stringContaining('add to its ClusterRole') },
  ])
})

test('each Secret that cannot be read is a finding with its remedy, and no matter to the others', async () => {
  const west = await serve({ objects: service() })
  const config = await home([
    secret('west', west.kubeconfig()),
    secret('heavy', west.kubeconfig(), { 'meridian-dns.io/weight': 'heavy' }),
    secret('hello', 'hello'),
    secret('proxied', kubeconfig('https://h', {}, { 'proxy-url': 'foo://x' })),
    secret('signed', kubeconfig('https://h', {}, { 'certificate-authority-data': 'QUJD' })),
  ])
  const report = await look(config)
  const broken = report.findings.filter(({ level }) => level === 'broken')
  expect(broken.map(brief)).toEqual([
    'broken registry Secret meridian/heavy: weight: "heavy" is not a whole number from 0 to 1000000',
    'broken registry Secret meridian/hello: kubeconfig: is not a kubeconfig',
    'broken registry Secret meridian/proxied: kubeconfig: proxy-url: "foo://x" is not a URL that can be used',
    'broken registry Secret meridian/signed: kubeconfig: the certificate authority is not a PEM certificate',
  ])
  expect(broken.map(({ remedy }) => remedy)).toEqual([
    'write a whole number from 0 to 1000000, such as 100',
    expect.stringMatching(/^put one here that has its certificates or token in it/),
    'write it like http://HOST:PORT; http, https and socks5 are known',
    expect.stringMatching(/^its first line says BEGIN CERTIFICATE; fields that end in -data /),
  ])
  expect(report.findings.map(brief)).toContainEqual(expect.stringContaining('ok objects west'))
  expect(statusOf(report)).toBe(1)
})

test('a cluster that the configuration names and no registry finds is a warning, one that is found is none', async () => {
  const west = await serve({ objects: service({ n: 2 }) })
  const named = (id: string) =>
    `local: {cluster: ${id === 'west' ? 'east' : id}}\nistio: {cluster: ${id}}\nclients: {map: [{cidr: 10.9.0.0/16, cluster: ${id}}]}\n` +
    `routing: {services: {shop/cart: {weights: {${id}: 1}}}}\n`
  const warned = async (id: string) =>
    (await look(await home([secret('west', west.kubeconfig())], {}, named(id)))).findings
      .filter(({ kind, finding }) => kind === 'configuration' && finding.startsWith('there is no cluster'))
      .map(brief)
  expect(await warned('west')).toEqual([])
  const nobody = 'there is no cluster hub, neither in clusters nor found by registries: until it comes'
  expect(await warned('hub')).toEqual([
    `warning configuration local.cluster: ${nobody} no cluster is the clients’ own`,
    `warning configuration istio.cluster: ${nobody} no object of Istio is read`,
    `warning configuration clients.map[0].cluster: ${nobody} no cluster is their own`,
    `warning configuration routing.services["shop/cart"].weights: ${nobody} its weight is nobody’s`,
  ])
})

test('Secrets that may not be read are told once, by the permission that is missing', async () => {
  const report = await look(await home([], { denied: ['list secrets', 'watch secrets'] }))
  expect(report.findings.filter(({ level }) => level === 'broken').map(brief)).toEqual([
    'broken permission east: it may not list or watch secrets in namespace meridian: no cluster is found through the registry',
  ])
  expect(report.problems).toMatchObject([{ about: 'registry', message: expect.stringContaining('secrets') }])
})

test('an API server that does not list them is given up at the deadline', async () => {
  const hangs = (path: string): boolean => path.endsWith('/secrets')
  const report = await look(await home([], { hangs }), 1500)
  expect(report.findings.filter(({ level }) => level === 'broken').map(brief)).toEqual([
    'broken registry registries: the Secrets could not be read in time',
  ])
  expect(report.problems).toEqual([
    {
      about: 'registry',
      place: 'registries',
      message: expect.stringMatching(/not be read in time; see whether/),
    },
  ])
})

test('registries that say nothing are waited for eight seconds, and no longer', async () => {
  const written = await home([], { hangs: (path) => path.endsWith('/secrets') })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  let read: Awaited<ReturnType<typeof readRegistries>> | undefined
  const reading = readRegistries(written).then((found) => {
    read = found
  })
  vi.advanceTimersByTime(7_999)
  await new Promise((resolve) => setImmediate(resolve))
  expect(read).toBe(undefined)
  vi.advanceTimersByTime(1)
  await reading
  expect(read).toMatchObject({ isRead: false, found: [] })
})

test('a registry without Secrets is advice', async () => {
  const { findings } = await look(await home([]))
  expect(findings.filter(({ kind }) => kind === 'registry')).toMatchObject([
    { level: 'advice', remedy: expect.stringContaining('meridian-dns.io/cluster') },
  ])
})

test('a cluster that is in already is told, and is no registry without any', () => {
  const config = parseConfig(
    'local: {cluster: east}\nclusters: [{id: east, source: {manifests: e}}]\nregistries: [{secrets: {namespace: m}}]\n',
    'meridian.yaml',
  )
  const { again } = recall(
    [{ key: 'k', place: 'Cluster east of Karmada', createdAt: 0, fields: { id: 'east' }, again: true }],
    [{ id: 'east', credentials: null }],
    { ...config.zones, clusterDomain: 'cluster.local' },
  )
  const registry = { found: [], again, problems: [], isRead: true, isWhole: true, titles: [] }
  expect(checkRegistries(config, registry, []).map(brief)).toEqual([
    'ok registry registries: 1 cluster in already, by the same id: east (Cluster east of Karmada)',
  ])
})

test('the command finds them by itself', async () => {
  const west = await serve({ objects: service({ n: 2 }) })
  const { text, status } = await checkConfigured(await home([secret('west', west.kubeconfig())]), {
    matrix: true,
  })
  expect(text).toMatch(/1 cluster found: west/)
  expect(text).toMatch(/west +1 Service/)
  expect(status).toBe(0)
})
