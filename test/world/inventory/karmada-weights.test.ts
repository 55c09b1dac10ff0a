import { expect, test } from 'vitest'
import { idleOnes, strayInRegistries } from '../../../src/app/cli/check/policies.ts'
import { parseConfig, planOf } from '../../../src/app/config/index.ts'
import { Flow } from '../../../src/app/flow/index.ts'
import { KINDS, parseObject } from '../../../src/words/kube/index.ts'
import { offlineOf, service } from '../../app/cli/clusterset.ts'

const KINDS_READ = KINDS.inManifests({
  roles: ['member', 'local', 'registry'],
  asked: ['karmada', 'karmada weights'],
})

interface Written {
  readonly kind: string
  readonly metadata: object
  readonly spec?: object
}

const cluster = (
  name: string,
  spec: object,
  labels: object = {},
): Written & { readonly apiVersion: string } => ({
  apiVersion: 'cluster.karmada.io/v1alpha1',
  kind: 'Cluster',
  metadata: { name, labels },
  spec,
})

/** Divided between east and west: 3 for whoever is chosen so, else 1. */
const binding = (target: object): Written & { readonly apiVersion: string } => ({
  apiVersion: 'work.karmada.io/v1alpha2',
  kind: 'ResourceBinding',
  metadata: { namespace: 'shop', name: 'web-deployment' },
  spec: {
    resource: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    clusters: [{ name: 'east' }, { name: 'west' }],
    placement: {
      replicaScheduling: {
        replicaDivisionPreference: 'Weighted',
        weightPreference: {
          staticWeightList: [
            { targetCluster: target, weight: 3 },
            { targetCluster: {}, weight: 1 },
          ],
        },
      },
    },
  },
})

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'shop', name: 'web' },
  spec: { clusterIP: '10.96.0.10', ports: [{ name: 'http', port: 80 }] },
}

function hub() {
  const config = parseConfig(
    'local: {cluster: hub}\nclusters: [{id: hub, source: {manifests: h}}, {id: east, locality: us-east-1/a, source: {manifests: e}}, {id: west, locality: us-west-1, labels: {tier: iron}, source: {manifests: w}}]\nregistries: [{karmada: {weights: true}}]\n',
    'meridian.yaml',
  )
  const flow = new Flow(
    planOf(config),
    { world: () => undefined, names: () => undefined, fault: () => undefined },
    0,
  )
  const put = (written: object): void => {
    const parsed = parseObject({ ...written }, KINDS_READ)
    if (parsed.outcome !== 'object') throw new Error(JSON.stringify(parsed))
    flow.changed('hub', [{ op: 'put', object: parsed.object }], 0)
  }
  const weights = () =>
    flow.world.entries.get('shop/web')?.policies.map(({ weights: of }) => [...(of ?? [])])[0]
  put(SERVICE)
  return { put, weights }
}

const field = (key: string, operator: string, values?: readonly string[]) => ({
  fieldSelector: { matchExpressions: [{ key, operator, ...(values && { values }) }] },
})

test('a Cluster that changes is chosen otherwise at once, and nothing else need change for it', () => {
  const { put, weights } = hub()
  put(cluster('east', { region: 'us-east-1' }))
  put(binding(field('region', 'In', ['us-east-1'])))
  expect(weights()).toEqual([
    ['east', 3],
    ['west', 1],
  ])
  put(cluster('east', { region: 'us-east-2' }))
  expect(weights()).toEqual([
    ['east', 1],
    ['west', 1],
  ])
  put(cluster('west', { region: 'us-east-1' }))
  expect(weights()).toEqual([
    ['east', 1],
    ['west', 3],
  ])
})

const EAST = [
  ['east', 3],
  ['west', 1],
]
const WEST = [
  ['east', 1],
  ['west', 3],
]
const NOBODY = [
  ['east', 1],
  ['west', 1],
]

test.each([
  // By what is configured of clusters, where there are no Clusters.
  ['region in', field('region', 'In', ['us-west-1']), WEST],
  ['zone in', field('zone', 'In', ['a', 'b']), EAST],
  ['zone not in, which one without zones is', field('zone', 'NotIn', ['a']), WEST],
  ['some zone', field('zone', 'Exists'), EAST],
  ['no zone', field('zone', 'DoesNotExist'), WEST],
  ['a provider that nobody has', field('provider', 'In', ['aws']), NOBODY],
  ['labels', { labelSelector: { matchLabels: { tier: 'iron' } } }, WEST],
  [
    'a label that is not there',
    { labelSelector: { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] } },
    EAST,
  ],
  ['names, but for one', { clusterNames: ['east', 'west'], exclude: ['east'] }, WEST],
])('static weights for %s', (_what, target, wanted) => {
  const { put, weights } = hub()
  put(binding(target))
  expect(weights()).toEqual(wanted)
})

test('check lists bindings of workloads whose name no service has', async () => {
  const of = (kind: string, name: string) =>
    `{apiVersion: work.karmada.io/v1alpha2, kind: ResourceBinding, metadata: {namespace: shop, name: ${name}-x}, spec: {resource: {kind: ${kind}, name: ${name}}, clusters: []}}`
  const files = {
    'all.yaml': [
      service(),
      of('Deployment', 'cart'),
      of('Deployment', 'checkout'),
      of('ConfigMap', 'settings'),
    ].join('\n---\n'),
  }
  const idle = async (weights: boolean) =>
    idleOnes(
      await offlineOf(
        { east: { files } },
        `local: {cluster: east}\nregistries: [{karmada: {weights: ${weights}}}]`,
      ),
    )
  expect(await idle(true)).toMatchObject([
    {
      level: 'ok',
      subject: 'east',
      finding:
        "1 ResourceBinding of workloads whose name no service has, and whose pods' labels are not read: shop/checkout-x",
    },
  ])
  expect(await idle(false)).toEqual([])
})

test('check lists objects of registries whose service no cluster has, and those of KubeFed outside of its namespace', async () => {
  const of = (kind: string, name: string, group: string, spec: string, namespace = 'shop') =>
    `{apiVersion: ${group}, kind: ${kind}, metadata: {namespace: ${namespace}, name: ${name}}, spec: ${spec}}`
  const karmada = 'networking.karmada.io/v1alpha1'
  const member = '{apiEndpoint: "https://h", secretRef: {name: s}}'
  const files = {
    'all.yaml': [
      service(),
      of('MultiClusterService', 'cart', karmada, '{types: [CrossCluster]}'),
      of('MultiClusterService', 'ghost', karmada, '{types: [CrossCluster]}'),
      of('FederatedService', 'ghost', 'types.kubefed.io/v1beta1', '{placement: {clusterSelector: {}}}'),
      of('FederatedNamespace', 'shop', 'types.kubefed.io/v1beta1', '{placement: {clusterSelector: {}}}'),
      of('KubeFedCluster', 'east', 'core.kubefed.io/v1beta1', member, 'fed'),
      of('KubeFedCluster', 'far', 'core.kubefed.io/v1beta1', member, 'elsewhere'),
    ].join('\n---\n'),
  }
  const registries = 'local: {cluster: east}\nregistries: [{karmada: {}}, {kubefed: {namespace: fed}}]'
  const offline = await offlineOf({ east: { files } }, registries)
  const found = [...idleOnes(offline), ...strayInRegistries(offline)]
  expect(found.map(({ finding }) => finding)).toEqual([
    '1 MultiClusterService of services that no cluster has: shop/ghost',
    '1 FederatedService of services that no cluster has: shop/ghost',
    '1 KubeFedCluster outside of fed, where they say nothing: elsewhere/far',
  ])
})
