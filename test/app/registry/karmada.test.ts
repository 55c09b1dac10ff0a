import { expect, test } from 'vitest'
import type { KarmadaRegistry } from '../../../src/app/config/config.ts'
import { candidateOf } from '../../../src/app/registry/candidates.ts'
import { KARMADA_REGISTRY } from '../../../src/app/registry/karmada.ts'
import type { RegisteredCluster, RegistryObjects } from '../../../src/app/registry/row.ts'
import {
  KARMADA_CLUSTER,
  type KubeObject,
  parseAs,
  type RowOf,
  SECRET,
} from '../../../src/words/kube/index.ts'
import { SUFFIXES } from './finding.ts'

const SERVER = { kind: 'kubeconfig', path: '/karmada.kubeconfig' } as const
const PROXY: KarmadaRegistry = {
  via: 'proxy',
  namespace: 'karmada-cluster',
  drainOnTaint: true,
  weights: false,
}

/** As Karmada writes one that joined in Push mode. */
const joined = (spec: object = {}, status: object = {}, metadata: object = {}) => ({
  metadata: { name: 'cluster-east', creationTimestamp: '2026-11-01T00:00:00Z', ...metadata },
  spec: {
    id: '0b5c1a52-7f0e-4d3b-9a55-3c1d0e6f7a11',
    syncMode: 'Push',
    apiEndpoint: 'https://10.0.1.5:6443',
    secretRef: { namespace: 'karmada-cluster', name: 'cluster-east' },
    impersonatorSecretRef: { namespace: 'karmada-cluster', name: 'cluster-east-impersonator' },
    region: 'us-east-1',
    zones: ['us-east-1a'],
    ...spec,
  },
  status: {
    kubernetesVersion: 'v1.34.2',
    conditions: [{ type: 'Ready', status: 'True', reason: 'ClusterReady' }],
    ...status,
  },
})

const secret = (data: Readonly<Record<string, string>>, name = 'cluster-east') => ({
  metadata: { namespace: 'karmada-cluster', name, labels: { 'karmada.io/system': 'true' } },
  data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, btoa(text)])),
})

function holding(clusters: readonly object[], secrets: readonly object[]): RegistryObjects {
  const parsed = (row: RowOf<KubeObject>, list: readonly object[]) =>
    list.map((one) => {
      const read = parseAs(row, { ...one })
      if (read.outcome === 'problem') throw new Error(read.problem)
      return read.object
    })
  const all = [...parsed(KARMADA_CLUSTER, clusters), ...parsed(SECRET, secrets)]
  return { of: <T extends KubeObject>(row: RowOf<T>) => all.filter(row.is) }
}

function registered(
  clusters: readonly object[],
  karmada: KarmadaRegistry = PROXY,
  secrets: readonly object[] = [],
): readonly RegisteredCluster[] {
  return (
    KARMADA_REGISTRY.open({ karmada, server: SERVER })?.clustersOf(holding(clusters, secrets), SERVER) ?? []
  )
}

const only = (...given: Parameters<typeof registered>): RegisteredCluster => {
  const [one] = registered(...given)
  if (one === undefined) throw new Error('there is none')
  return one
}

test('a Cluster gives id, locality, labels, and is reached through Karmada’s own path', async () => {
  const labels = { tier: 'gold', 'cluster.karmada.io/managed': 'x', 'karmada.io/y': 'z' }
  const one = only([joined({}, {}, { labels })])
  expect(one).toEqual({
    key: 'karmada of /karmada.kubeconfig cluster-east',
    place: 'Cluster cluster-east of Karmada',
    createdAt: Date.UTC(2026, 10, 1),
    fields: { id: 'cluster-east', locality: 'us-east-1/us-east-1a', labels: { tier: 'gold' } },
    access: {
      kind: 'behind',
      server: SERVER,
      path: '/apis/cluster.karmada.io/v1alpha1/clusters/cluster-east/proxy',
    },
    flaws: [],
    mayBeIn: true,
    remarks: [],
  })
  const { reading } = await candidateOf(one, 'karmada', SUFFIXES)
  expect(reading).toMatchObject({
    cluster: { id: 'cluster-east', locality: { region: 'us-east-1', zone: 'us-east-1a' }, drain: false },
  })
})

test('an annotated id is none that Karmada knows: its name goes along', async () => {
  const annotated = (id: string) => joined({}, {}, { annotations: { 'meridian-dns.io/id': id } })
  const { reading } = await candidateOf(only([annotated('east # the first')]), 'karmada', SUFFIXES)
  expect(reading).toMatchObject({
    cluster: { id: 'east', name: 'cluster-east', saved: { name: 'cluster-east' } },
  })
  expect(only([annotated('cluster-east')])).not.toHaveProperty('name')
})

test.each([
  ['several zones say only the region', { zones: ['a', 'b'] }, 'us-east-1'],
  ['the older single zone', { zones: undefined, zone: 'us-east-1b' }, 'us-east-1/us-east-1b'],
  ['a zone without a region is none', { region: '' }, undefined],
])('%s', (_title, spec, locality) => {
  expect(only([joined(spec)]).fields['locality']).toBe(locality)
})

test('Ready is shown, and keeps nothing from joining', () => {
  const conditions = [{ type: 'Ready', status: 'False', reason: 'ClusterNotReachable' }]
  const one = only([joined({}, { conditions })])
  expect(one.flaws).toEqual([])
  expect(one.fields['drain']).toBeUndefined()
  expect(one.remarks).toEqual([
    expect.stringMatching(
      /^Karmada says that it is not ready \(False, ClusterNotReachable\); that alone changes/,
    ),
  ])
})

test('NoExecute taints drain, but for those that repeat Ready, and unless the configuration says otherwise', () => {
  const taints = (...keys: readonly string[]) => ({
    taints: keys.map((key) => ({ key, effect: 'NoExecute' })),
  })
  const moving = joined(taints('maintenance'))
  expect(only([moving])).toMatchObject({
    fields: { drain: true },
    remarks: ['it is drained by its NoExecute taint maintenance'],
  })
  expect(only([moving], { ...PROXY, drainOnTaint: false }).fields['drain']).toBeUndefined()
  const unreached = joined(taints('cluster.karmada.io/not-ready', 'cluster.karmada.io/unreachable'))
  expect(only([unreached]).fields['drain']).toBeUndefined()
  const cordoned = joined({ taints: [{ key: 'cluster.karmada.io/unschedulable', effect: 'NoSchedule' }] })
  expect(only([cordoned]).fields['drain']).toBeUndefined()
})

test('a Pull cluster without an endpoint is told, with what to do, and others join', () => {
  const pull = joined({ syncMode: 'Pull', apiEndpoint: '' }, {}, { name: 'edge' })
  const [edge, east] = registered([pull, joined()])
  expect(edge).toMatchObject({
    access: null,
    flaws: [
      {
        problem: expect.stringMatching(/^spec\.apiEndpoint: is missing, as of a cluster in Pull mode/),
        remedy: expect.stringContaining('--cluster-api-endpoint'),
      },
    ],
  })
  expect(east?.flaws).toEqual([])
  expect(only([joined({ impersonatorSecretRef: undefined })]).flaws).toMatchObject([
    { problem: expect.stringContaining('spec.impersonatorSecretRef: is missing') },
  ])
})

const SECRETS: KarmadaRegistry = { ...PROXY, via: 'secrets' }

test('via secrets it is asked with the token that Karmada keeps, and check is warned', () => {
  const one = only([joined({ proxyURL: 'http://proxy:3128' })], SECRETS, [
    secret({ token: 't0ken', caBundle: 'PEM' }),
  ])
  expect(one.flaws).toEqual([])
  expect(one.access?.kind === 'text' && JSON.parse(one.access.kubeconfig)).toMatchObject({
    clusters: [
      {
        cluster: {
          server: 'https://10.0.1.5:6443',
          'certificate-authority-data': btoa('PEM'),
          'proxy-url': 'http://proxy:3128',
        },
      },
    ],
    users: [{ user: { token: 't0ken' } }],
  })
  const opened = KARMADA_REGISTRY.open({ karmada: SECRETS })
  expect(opened?.warnings).toMatchObject([
    { problem: expect.stringContaining('every right in every member') },
  ])
  expect(opened?.reads.map(({ row, namespace }) => [row.kind, namespace])).toEqual([
    ['Cluster', null],
    ['Secret', 'karmada-cluster'],
  ])
  expect(KARMADA_REGISTRY.open({ karmada: PROXY })).toMatchObject({
    warnings: [],
    reads: [{ namespace: null }],
  })
})

test.each([
  [
    'a host and port',
    { apiEndpoint: '10.0.1.5:6443', insecureSkipTLSVerification: true },
    { token: 't' },
    [],
  ],
  ['no Secret', {}, null, ['there is no Secret karmada-cluster/cluster-east']],
  ['no token', {}, { caBundle: 'PEM' }, ['Secret karmada-cluster/cluster-east: token: is missing']],
  ['no caBundle', {}, { token: 't' }, ['Secret karmada-cluster/cluster-east: caBundle: is missing']],
  [
    'headers',
    { proxyHeader: { a: ['b'] } },
    { token: 't' },
    ['spec.proxyHeader: headers for a proxy are not sent'],
  ],
  ['no secretRef', { secretRef: undefined }, null, ['spec.secretRef: is missing']],
  [
    'another namespace',
    { secretRef: { namespace: 'other', name: 'x' } },
    null,
    [
      'spec.secretRef: Secret other/x is in another namespace than karmada-cluster, which is all that is read',
    ],
  ],
])('via secrets, with %s', (_title, spec, data, problems) => {
  const one = only([joined(spec)], SECRETS, data === null ? [] : [secret(data)])
  expect(one.flaws.map(({ problem }) => problem)).toEqual(problems)
  const config = one.access?.kind === 'text' ? JSON.parse(one.access.kubeconfig) : null
  if (problems.length === 0)
    expect(config.clusters[0].cluster).toEqual({
      server: 'https://10.0.1.5:6443',
      'insecure-skip-tls-verify': true,
    })
})

test('via secrets, a caBundle that is none is told by the Secret that has it', async () => {
  const one = only([joined()], SECRETS, [secret({ token: 't', caBundle: 'PEM' })])
  const { reading } = await candidateOf(one, 'karmada', SUFFIXES)
  expect(reading).toMatchObject({
    problems: [{ problem: 'Secret karmada-cluster/cluster-east: caBundle: it is no PEM certificate' }],
  })
})

test('what cannot be read of a Cluster is left out, and no more', () => {
  const one = only([joined({ zones: [7], taints: 'x', region: ['a'] }, { conditions: 5 })])
  expect(one).toMatchObject({ flaws: [], fields: { id: 'cluster-east' }, access: { kind: 'behind' } })
})

test('annotations say what Karmada does not know, and are told where they are wrong', () => {
  const annotations = { 'meridian-dns.io/network': 'vpc-a', 'meridian-dns.io/weight': '5', other: 'x' }
  expect(only([joined({}, {}, { annotations })]).fields).toMatchObject({ network: 'vpc-a', weight: 5 })
  const wrong = only([
    joined({}, {}, { annotations: { 'meridian-dns.io/source': 'x', 'meridian-dns.io/weight': '*a' } }),
  ])
  expect(wrong.flaws.map(({ problem }) => problem)).toEqual([
    'source: is Karmada’s to say',
    expect.stringMatching(/^weight: is not YAML/),
  ])
})
