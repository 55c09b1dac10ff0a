import { describe, expect, test } from 'vitest'
import { type Fields, parseAs, type RowOf } from '../../../src/words/kube/index.ts'
import {
  FEDERATED_NAMESPACE,
  FEDERATED_SERVICE,
  KUBEFED_CLUSTER,
  KUBEFED_CONFIG,
} from '../../../src/words/kube/kubefed.ts'
import type { KubeObject } from '../../../src/words/kube/object-types.ts'

/** What a row reads of an object, or the sentence that says why it does not. */
function read<T extends KubeObject>(row: RowOf<T>, fields: Fields): T | string {
  const parsed = parseAs(row, fields)
  if (parsed.outcome === 'problem') return parsed.problem
  return row.is(parsed.object) ? parsed.object : 'of another kind'
}

const NAMESPACE = 'kube-federation-system'

/** As `kubefedctl join` and its controllers write one. */
const EAST = {
  apiVersion: 'core.kubefed.io/v1beta1',
  kind: 'KubeFedCluster',
  metadata: { name: 'cluster-east', namespace: NAMESPACE, labels: { region: 'us-east-1' } },
  spec: {
    apiEndpoint: 'https://10.0.1.5:6443',
    caBundle: 'LS0tLS1CRUdJTg==',
    secretRef: { name: 'cluster-east-7x2lq' },
    proxyURL: '',
  },
  status: {
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'ClusterReady',
        message: '/healthz responded with ok',
        lastProbeTime: '2026-11-01T00:00:00Z',
      },
    ],
  },
}

describe('a KubeFedCluster', () => {
  test('is where its API server is, and what KubeFed says of it', () => {
    expect(read(KUBEFED_CLUSTER, EAST)).toEqual({
      kind: 'KubeFedCluster',
      namespace: NAMESPACE,
      name: 'cluster-east',
      createdAt: 0,
      endpoint: 'https://10.0.1.5:6443',
      ca: 'LS0tLS1CRUdJTg==',
      secret: 'cluster-east-7x2lq',
      disabled: [],
      proxy: null,
      labels: { region: 'us-east-1' },
      annotations: {},
      conditions: [{ type: 'Ready', status: 'True', message: '/healthz responded with ok' }],
    })
  })

  test('is the same when it has been probed once more', () => {
    const [condition] = EAST.status.conditions
    const probed = {
      ...EAST,
      status: { conditions: [{ ...condition, lastProbeTime: '2026-11-01T00:00:10Z' }] },
    }
    expect(read(KUBEFED_CLUSTER, probed)).toEqual(read(KUBEFED_CLUSTER, EAST))
  })

  test.each([
    ['no status yet', {}, []],
    ['one in another form', { status: 'ready' }, []],
    ['no conditions', { status: { conditions: null } }, []],
    [
      'a condition that is none beside one',
      { status: { conditions: ['x', { type: 'Offline', status: 'True' }] } },
      [{ type: 'Offline', status: 'True', message: '' }],
    ],
  ])('%s keeps it from nothing', (_what, more, conditions) => {
    const { status: _status, ...bare } = EAST
    expect(read(KUBEFED_CLUSTER, { ...bare, ...more })).toMatchObject({ name: 'cluster-east', conditions })
  })

  test.each([
    [{ apiEndpoint: undefined }, 'spec.apiEndpoint is missing: it must be text'],
    [{ secretRef: {} }, 'spec.secretRef.name is missing: it must be a lower-case DNS name'],
    [{ secretRef: undefined }, 'spec.secretRef.name is missing'],
    [{ disabledTLSValidations: 'SubjectName' }, 'spec.disabledTLSValidations: "SubjectName" is not a list'],
    [{ disabledTLSValidations: [1] }, 'spec.disabledTLSValidations[0]: 1 is not text'],
    [{ caBundle: 5 }, 'spec.caBundle: 5 is not text'],
    [{ proxyURL: [] }, 'spec.proxyURL: a list is not text'],
  ])('%j: is a sentence, and no guess', (more, sentence) => {
    expect(read(KUBEFED_CLUSTER, { ...EAST, spec: { ...EAST.spec, ...more } })).toContain(
      `KubeFedCluster ${NAMESPACE}/cluster-east: ${sentence}`,
    )
  })

  test('has a bundle of authorities as long as a system has', () => {
    const of = (length: number) => ({ ...EAST, spec: { ...EAST.spec, caBundle: 'A'.repeat(length) } })
    expect(read(KUBEFED_CLUSTER, of(2 ** 20))).toMatchObject({ name: 'cluster-east' })
    expect(read(KUBEFED_CLUSTER, of(2 ** 20 + 1))).toContain('is not text of at most 1048576 characters')
  })
})

describe('a placement', () => {
  const placed = (placement: unknown) => {
    const service = read(FEDERATED_SERVICE, {
      metadata: { namespace: 'default', name: 'web' },
      spec: { placement },
    })
    return typeof service === 'string' ? service : service.placement
  }

  test.each([
    ['clusters', { clusters: [{ name: 'cluster-east' }] }, { clusters: ['cluster-east'], selector: null }],
    ['clusters, even none', { clusters: [] }, { clusters: [], selector: null }],
    ['null for a list', { clusters: null, clusterSelector: {} }, { clusters: null, selector: [] }],
    ['nothing', undefined, { clusters: null, selector: null }],
    ['an empty selector', { clusterSelector: {} }, { clusters: null, selector: [] }],
    [
      'labels',
      { clusterSelector: { matchLabels: { region: 'us-east-1' } } },
      { clusters: null, selector: [{ kind: 'in', key: 'region', values: ['us-east-1'] }] },
    ],
    [
      'expressions',
      {
        clusterSelector: {
          matchExpressions: [
            { key: 'tier', operator: 'NotIn', values: ['test', ''] },
            { key: 'gone', operator: 'DoesNotExist' },
            { key: 'example.com/site', operator: 'Exists', values: [] },
          ],
        },
      },
      {
        clusters: null,
        selector: [
          { kind: 'notIn', key: 'tier', values: ['test', ''] },
          { kind: 'absent', key: 'gone' },
          { kind: 'exists', key: 'example.com/site' },
        ],
      },
    ],
  ])('says %s', (_what, placement, wanted) => {
    expect(placed(placement)).toEqual(wanted)
  })

  test.each([
    [{ clusters: 'cluster-east' }, 'spec.placement.clusters: "cluster-east" is not a list'],
    [{ clusterSelector: 'all' }, 'spec.placement.clusterSelector: "all" is not an object'],
    [
      { clusterSelector: { matchLabels: { tier: true } } },
      "spec.placement.clusterSelector.matchLabels.tier: true is not a label's value",
    ],
    [
      { clusterSelector: { matchLabels: { 'no such key': 'x' } } },
      'spec.placement.clusterSelector.matchLabels: "no such key" is not a label\'s key',
    ],
    [
      { clusterSelector: { matchExpressions: [{ key: 'tier', operator: 'Gt', values: ['1'] }] } },
      'matchExpressions[0].operator: "Gt" is not In, NotIn, Exists or DoesNotExist',
    ],
    [
      { clusterSelector: { matchExpressions: [{ key: 'tier', operator: 'In' }] } },
      'matchExpressions[0].values is missing: it must be a list with a value',
    ],
    [
      { clusterSelector: { matchExpressions: [{ key: 'tier', operator: 'Exists', values: ['x'] }] } },
      'matchExpressions[0].values: a list is not absent, with Exists',
    ],
  ])('%j: without one of its requirements it would select more, so it is none', (placement, sentence) => {
    expect(placed(placement)).toContain(sentence)
  })

  test('of at most a thousand clusters by name', () => {
    const clusters = Array.from({ length: 1001 }, (_, i) => ({ name: `c${i}` }))
    const service = read(FEDERATED_SERVICE, {
      metadata: { namespace: 'default', name: 'web' },
      spec: { placement: { clusters } },
    })
    expect(service).toMatchObject({
      placement: { clusters: clusters.slice(0, 1000).map(({ name }) => name) },
      flaws: [
        expect.stringContaining('spec.placement.clusters[1000]: an object is not one of the first 1000'),
      ],
    })
  })

  test('of a namespace is read alike', () => {
    expect(
      read(FEDERATED_NAMESPACE, {
        metadata: { namespace: 'default', name: 'default' },
        spec: { placement: { clusterSelector: {} } },
      }),
    ).toMatchObject({ kind: 'FederatedNamespace', placement: { clusters: null, selector: [] } })
  })
})

test.each([
  ['Namespaced', true],
  ['Cluster', false],
])('a control plane of scope %s', (scope, isNamespaced) => {
  expect(
    read(KUBEFED_CONFIG, { metadata: { namespace: NAMESPACE, name: 'kubefed' }, spec: { scope } }),
  ).toMatchObject({ isNamespaced })
})
