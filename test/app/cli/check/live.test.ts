import { afterEach, describe, expect, test } from 'vitest'
import { type CheckReport, check, checkConfigured, statusOf } from '../../../../src/app/cli/check/check.ts'
import type { CheckKind, CheckResult } from '../../../../src/app/cli/check/check-result.ts'
import { askClusters } from '../../../../src/app/cli/check/live/live.ts'
import { liveClustersOf, openSourcesOf } from '../../../../src/app/cli/live.ts'
import { lookAsk } from '../../../../src/app/cli/look.ts'
import { readOffline } from '../../../../src/app/cli/offline.ts'
import { type Config, parseConfig } from '../../../../src/app/config/index.ts'
import { type Temporary, temporary } from '../../../support/temporary.ts'
import { service } from '../clusterset.ts'
import { type LiveServer, type Shape, startLiveServer, tokenUntil } from '../live.ts'

const DAY = 86_400_000
const QUIET = 'zones: {global: mesh.internal}\ndns: {advertise: [10.96.0.53]}\n'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

/** A live cluster: its API server, keys of its entry, and what its kubeconfig holds beyond the server. */
interface Given extends Shape {
  readonly keys?: string
  readonly user?: object
  readonly cluster?: object
}

interface World {
  readonly config: Config
  readonly servers: ReadonlyMap<string, LiveServer>
  readonly directory: Temporary
}

async function world(clusters: Readonly<Record<string, Given>>, more = QUIET): Promise<World> {
  const directory = await temporary()
  closing.push(directory.close)
  const servers = new Map<string, LiveServer>()
  for (const [id, given] of Object.entries(clusters)) {
    const server = await startLiveServer(given)
    closing.push(server.close)
    servers.set(id, server)
    await directory.write(`${id}.kubeconfig`, server.kubeconfig(given.user, given.cluster))
  }
  const entries = Object.entries(clusters).map(
    ([id, { keys }]) =>
      `  - {id: ${id}, ${keys ?? 'network: flat, locality: r/z'}, source: {kubeconfig: {path: ${id}.kubeconfig}}}\n`,
  )
  const text = `clusters:\n${entries.join('')}${more}`
  return { config: parseConfig(text, directory.at('meridian.yaml')), servers, directory }
}

async function look({ config }: World, deadlineMs?: number): Promise<CheckReport> {
  const open = openSourcesOf(config)
  const clusters = liveClustersOf(config, open)
  const [offline, live] = await Promise.all([
    readOffline(config, Date.now(), open, deadlineMs),
    askClusters(config, clusters, deadlineMs),
  ])
  return check(offline, { live })
}

const brief = ({ level, kind, subject, finding }: CheckResult): string =>
  `${level} ${kind} ${subject}: ${finding}`

async function of(kind: CheckKind, given: Given, more = QUIET): Promise<readonly CheckResult[]> {
  const { findings } = await look(await world({ east: given }, more))
  return findings.filter((one) => one.kind === kind)
}

/** Comes only where an API server says nothing: long enough for all that others say, on a machine that does something else. */
const DEADLINE_MS = 4000

const HELD = { objects: service() }

describe('a live cluster in order', () => {
  test('is there, lets us in, serves the CRDs, and is read', async () => {
    const report = await look(await world({ east: HELD, west: { objects: service({ n: 2 }) } }))
    expect(report.findings.filter(({ level }) => level !== 'ok').map(({ kind }) => kind)).toEqual([
      'forwarding',
    ])
    expect(report.findings.filter(({ cluster }) => cluster === 'east').map(brief)).toEqual([
      expect.stringMatching(
        /^ok apiServer east: https:\/\/127\.0\.0\.1:\d+ answers in \d+ ms, connecting included; Kubernetes v1\.36\.1$/,
      ),
      'ok permission east: it may list and watch services, endpointslices, serviceexports, serviceimports',
      'ok crds east: it serves ServiceExports as v1beta1 and v1alpha1, read as v1beta1',
      'ok objects east: 1 Service, 1 EndpointSlice, 1 ServiceExport, 0 ServiceImports',
    ])
    expect(statusOf(report)).toBe(0)
  })

  test('says of exports, routes and conflicts what manifests say', async () => {
    const clusters = {
      east: { ...HELD, keys: 'locality: r/z' },
      west: { objects: service({ n: 2, spec: 'clusterIP: None', createdAt: '2026-02-01T00:00:00Z' }) },
    }
    const { findings } = await look(await world(clusters))
    const kinds = findings.filter(({ level }) => level === 'warning').map(({ kind }) => kind)
    expect(kinds).toContain('conflict')
    expect(kinds).toContain('network')
    expect(kinds).toContain('unreachable')
  })

  test('ServiceImports are wanted of the server’s own cluster only', async () => {
    const two = await world({ east: HELD, west: HELD })
    await look(two)
    const asked = (id: string) =>
      (two.servers.get(id)?.asked ?? []).filter((one) => one.includes('/serviceimports'))
    expect(asked('east')).not.toEqual([])
    expect(asked('west')).toEqual([])
  })
})

describe('reachability', () => {
  test('a certificate of another authority is a sentence, told once', async () => {
    const { findings } = await look(await world({ east: { ...HELD, certificate: 'other-server' } }))
    const broken = findings.filter(({ level }) => level === 'broken')
    expect(broken.map(brief)).toEqual([
      expect.stringContaining('is not signed by the certificate-authority in use: correct that'),
    ])
    expect(broken[0]?.remedy).toContain('certificate-authority')
  })

  test('a port that refuses is broken, and does not keep the others waiting', async () => {
    const two = await world({ east: HELD, west: HELD })
    await two.servers.get('west')?.close()
    closing.splice(closing.indexOf(two.servers.get('west')?.close ?? (async () => undefined)), 1)
    const report = await look(two)
    expect(report.findings.filter(({ level }) => level === 'broken').map(brief)).toEqual([
      expect.stringMatching(/^broken apiServer west: https:.*ECONNREFUSED/),
    ])
    expect(report.findings.map(brief)).toContainEqual(expect.stringContaining('ok objects east'))
    expect(statusOf(report)).toBe(1)
  })

  test('an API server that says nothing is given up at the deadline', async () => {
    const report = await look(await world({ east: HELD, west: { ...HELD, hangs: () => true } }), DEADLINE_MS)
    expect(report.findings.filter(({ cluster }) => cluster === 'west').map(brief)).toEqual([
      expect.stringContaining('/version: no answer in time'),
    ])
    expect(report.findings.map(brief)).toContainEqual(expect.stringContaining('ok objects east'))
  })

  test('objects that do not come are a problem of their own', async () => {
    const hangs = (path: string): boolean => path.endsWith('/endpointslices')
    const { findings } = await look(await world({ east: { ...HELD, hangs } }), DEADLINE_MS)
    expect(findings.filter(({ level }) => level === 'broken').map(brief)).toEqual([
      expect.stringContaining('its objects could not be read within 4 s'),
    ])
  })

  test('credentials that are refused say so, and what to renew', async () => {
    const [found] = await of('apiServer', { ...HELD, statuses: { '/version': 401 } })
    expect(found).toMatchObject({ level: 'broken', remedy: expect.stringContaining('renew') })
  })

  test('what is no Kubernetes API is told apart from one that is not well', async () => {
    const [other] = await of('apiServer', { ...HELD, statuses: { '/version': 404 } })
    expect(other).toMatchObject({ level: 'broken', remedy: expect.stringContaining('correct the URL') })
    const [ill] = await of('apiServer', { ...HELD, statuses: { '/version': 503 } })
    expect(ill).toMatchObject({ level: 'broken', remedy: expect.stringContaining('is not well') })
  })

  test('no TLS, or TLS that verifies nothing, is a warning', async () => {
    const plain = await of('apiServer', { ...HELD, certificate: null, cluster: {} })
    expect(plain.map(brief)).toContainEqual(expect.stringMatching(/^warning .*its URL is not https/))
    const unverified = await of('apiServer', { ...HELD, cluster: { 'insecure-skip-tls-verify': true } })
    expect(unverified.map(brief)).toContainEqual(
      expect.stringMatching(/^warning .*its certificate is not verified/),
    )
  })

  test('a clock that is far from ours is a warning, one that is nearly right is not', async () => {
    expect(await of('clock', { ...HELD, skewMs: 3000 })).toEqual([])
    const [fast] = await of('clock', { ...HELD, skewMs: 60_000 })
    expect(fast?.finding).toMatch(/^its clock is (5\d|60|61) s ahead of the clock here/)
    const [slow] = await of('clock', { ...HELD, skewMs: -60_000 })
    expect(slow?.finding).toMatch(/^its clock is (5\d|60) s behind the clock here/)
  })
})

describe('credentials', () => {
  const withToken = (inMs: number): Given => ({ ...HELD, user: { token: tokenUntil(Date.now() + inMs) } })

  test.each([
    [30 * DAY, 'ok', /^its token is good until \d{4}-/],
    [3.5 * DAY, 'warning', /^its token expires .*, in 3 days$/],
    [-DAY, 'broken', /^its token expired \d{4}-/],
  ] as const)('a token with %s ms left is %s', async (inMs, level, finding) => {
    const [found] = await of('credentials', withToken(inMs))
    expect(found).toMatchObject({ level, finding: expect.stringMatching(finding) })
  })

  test('a token that is read from a file is renewed by whoever writes it', async () => {
    const directory = await temporary()
    closing.push(directory.close)
    await directory.write('token', tokenUntil(Date.now() + DAY / 24))
    const [found] = await of('credentials', { ...HELD, user: { tokenFile: directory.at('token') } })
    expect(found).toMatchObject({ level: 'ok', finding: expect.stringMatching(/, and renewed$/) })
  })

  test('a kubeconfig that is not there is broken once, with its path', async () => {
    const one = await world({ east: HELD })
    await one.directory.remove('east.kubeconfig')
    const { findings } = await look(one)
    expect(findings.filter(({ level }) => level === 'broken').map(brief)).toEqual([
      expect.stringMatching(/^broken credentials east: .*east\.kubeconfig: does not exist/),
    ])
  })
})

describe('permissions', () => {
  test('what may not be done is broken, with the rule that allows it', async () => {
    const [found, ...more] = await of('permission', { ...HELD, denied: ['watch endpointslices'] })
    expect(found).toMatchObject({
      level: 'broken',
      finding: expect.stringMatching(/^it may not watch endpointslices of discovery\.k8s\.io: /),
      remedy:
        'add to its ClusterRole the rule {apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"]}',
    })
    expect(more).toEqual([])
  })

  test('of a cluster read in some namespaces are asked for in each, and no object is asked for elsewhere', async () => {
    const keys = 'namespaces: [shop, data]'
    const [found] = await of('permission', { ...HELD, keys })
    expect(found).toMatchObject({
      level: 'ok',
      finding: 'it may list and watch services, endpointslices, serviceexports, serviceimports',
    })
    const short = await of('permission', { ...HELD, keys, denied: ['watch services'] })
    expect(short.map(({ finding, remedy }) => [finding, remedy])).toEqual(
      ['shop', 'data'].map((namespace) => [
        `it may not watch services in namespace ${namespace}: nothing of this cluster is known`,
        `add to its Role in namespace ${namespace} the rule {apiGroups: [""], resources: ["services"], verbs: ["list", "watch"]}`,
      ]),
    )
  })

  test('an API server that does not review access is no fault of anybody’s', async () => {
    const statuses = { '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews': 403 }
    const [found] = await of('permission', { ...HELD, statuses })
    expect(found).toMatchObject({ level: 'advice', remedy: expect.stringContaining('system:basic-user') })
  })

  test('registries want Secrets in their namespace, and each cluster’s identity', async () => {
    const registries = `${QUIET}registries: [{secrets: {namespace: meridian}}]\n`
    const denied = ['list secrets', 'watch secrets', 'get namespaces']
    const found = await of('permission', { ...HELD, denied }, registries)
    expect(found.map(({ level, remedy }) => [level, remedy])).toEqual([
      [
        'broken',
        'add to its Role in namespace meridian the rule {apiGroups: [""], resources: ["secrets"], verbs: ["list", "watch"]}',
      ],
      [
        'warning',
        'add to its ClusterRole the rule {apiGroups: [""], resources: ["namespaces"], resourceNames: ["kube-system"], verbs: ["get"]}',
      ],
    ])
  })
})

describe('the CRDs', () => {
  const noExports = { objects: service({ exported: false }) }

  test('that are not there are advice, told once, with the command that installs them', async () => {
    const { findings } = await look(await world({ east: { ...noExports, mcs: null } }))
    const advice = findings.filter(({ cluster, level }) => cluster === 'east' && level === 'advice')
    expect(advice).toMatchObject([
      { kind: 'crds', remedy: expect.stringContaining('kubectl apply -f https://') },
    ])
  })

  test('whose versions are none that is read are broken', async () => {
    const [found] = await of('crds', { ...noExports, mcs: { v2: ['serviceexports'] } })
    expect(found).toMatchObject({ level: 'broken', finding: expect.stringContaining('as v2 only') })
  })

  test('of other groups that are there are told, instead of the advice to install what would not help', async () => {
    const [found, ...more] = await of('crds', { ...noExports, mcs: null, groups: ['net.gke.io'] })
    expect(found).toMatchObject({
      level: 'advice',
      finding: 'it serves ServiceExports of net.gke.io: not read',
      remedy: expect.stringContaining('exports: {groups: [net.gke.io]}'),
    })
    expect(more).toEqual([])
  })

  test('of other groups that are read are found right, and those that are not there are told', async () => {
    const keys = 'exports: {groups: [net.gke.io]}'
    expect(await of('crds', { ...noExports, mcs: null, groups: ['net.gke.io'], keys })).toMatchObject([
      { level: 'ok', finding: 'ServiceExports of net.gke.io are read' },
    ])
    expect(await of('crds', { ...noExports, keys })).toMatchObject([
      { level: 'advice', finding: 'exports.groups names net.gke.io, which it does not serve' },
      { level: 'ok' },
    ])
  })

  test.each([
    ['exports: {all: true}', ''],
    ['exports: {annotations: cilium}', ''],
    ['exports: {services: "team=payments"}', ''],
    ['locality: r/z', 'local: {cluster: east}\nregistries: [{kubefed: {namespace: fed}}]\n'],
  ])('are no matter where services are exported without them (%s %s)', async (keys, more) => {
    for (const mcs of [null, { v1alpha1: ['serviceimports'] }]) {
      const [found] = await of('crds', { ...noExports, mcs, keys }, `${QUIET}${more}`)
      expect(found).toMatchObject({
        level: 'ok',
        finding: expect.stringContaining('it exports what is exported without ServiceExports'),
        remedy: null,
      })
    }
  })

  test.each([
    [403, 'bind the ClusterRole system:discovery'],
    [401, 'bind the ClusterRole system:discovery'],
    [503, 'see why its API server, or who stands before it, answers so'],
    [500, 'see why its API server, or who stands before it, answers so'],
  ])('whose versions a status %i keeps back have the remedy for that', async (status, remedy) => {
    const statuses = { '/apis/multicluster.x-k8s.io': status }
    const found = await of('crds', { ...noExports, statuses })
    expect(found.find(({ finding }) => finding.includes(`status ${status}`))?.remedy).toContain(remedy)
  })

  test('for imports alone export nothing', async () => {
    const [found] = await of('crds', { ...noExports, mcs: { v1alpha1: ['serviceimports'] } })
    expect(found).toMatchObject({ level: 'advice', finding: expect.stringContaining('exports nothing') })
  })
})

describe('identity', () => {
  test('is compared with the About API’s, where there is one', async () => {
    expect(await of('identity', HELD)).toEqual([])
    expect((await of('identity', { ...HELD, clusterProperty: 'east' })).map(({ level }) => level)).toEqual([
      'ok',
    ])
    const [other] = await of('identity', { ...HELD, clusterProperty: 'eu-1' })
    expect(other).toMatchObject({ level: 'warning', finding: expect.stringContaining('is eu-1') })
  })
})

describe('ServiceCIDRs', () => {
  const declared = 'network: flat, locality: r/z, serviceCIDRs: [10.96.0.0/16]'

  test.each([
    [declared, ['10.96.0.0/20'], 'ok', 'the declared serviceCIDRs hold'],
    [declared, ['10.97.0.0/16'], 'warning', 'its ClusterIPs are in 10.97.0.0/16, declared is 10.96.0.0/16'],
    [declared, ['10.96.0.0/12'], 'warning', 'declared is 10.96.0.0/16'],
    ['locality: r/z', ['10.96.0.0/12'], 'ok', 'its ClusterIPs are in 10.96.0.0/12'],
  ] as const)('%s, and the cluster has %s: %s', async (keys, serviceCIDRs, level, finding) => {
    const [found] = await of('serviceCIDR', { ...HELD, keys, serviceCIDRs })
    expect(found).toMatchObject({ level, finding: expect.stringContaining(finding) })
  })

  test('that nobody declared are held against other clusters’ CIDRs all the same', async () => {
    const clusters = {
      east: { ...HELD, serviceCIDRs: ['10.96.0.0/16'] },
      west: { ...HELD, keys: 'network: flat, locality: r/z, podCIDRs: [10.96.0.0/20]' },
    }
    const { findings } = await look(await world(clusters))
    expect(findings.filter(({ kind }) => kind === 'overlap').map(brief)).toEqual([
      expect.stringContaining('serviceCIDR 10.96.0.0/16 of east and podCIDR 10.96.0.0/20 of west overlap'),
    ])
  })
})

test('the command reads and asks by itself, and its status says whether something is broken', async () => {
  const good = await checkConfigured((await world({ east: HELD })).config, {})
  expect(good.text).toContain('Kubernetes v1.36.1')
  expect(good.status).toBe(0)
  const bad = await checkConfigured(
    (await world({ east: { ...HELD, denied: ['list services'] } })).config,
    {},
  )
  expect(bad.text).toContain('it may not list services')
  expect(bad.status).toBe(1)
})

test('ask, explain and render --offline look at live clusters too', async () => {
  const { directory } = await world({ east: HELD })
  await directory.write(
    'meridian.yaml',
    'clusters: [{id: east, source: {kubeconfig: {path: east.kubeconfig}}}]\n',
  )
  const options = { config: directory.at('meridian.yaml'), offline: true }
  expect(await lookAsk('cart.shop.svc.clusterset.local', 'A', options, {})).toContain(
    'cart.shop.svc.clusterset.local. 5 IN A 10.96.0.1\n',
  )
})
