import { expect, test } from 'vitest'
import { idleOnes } from '../../../src/app/cli/check/policies.ts'
import { unheardObjects } from '../../../src/app/cli/check/unheard.ts'
import { idleObjects } from '../../../src/world/zone/index.ts'
import { offlineOf } from '../../app/cli/clusterset.ts'

// Objects that are read for services, and of which there is none.

const object = (group: string, kind: string, name: string, spec: object) =>
  JSON.stringify({ apiVersion: group, kind, metadata: { namespace: 'shop', name }, spec })

const ISTIO = 'networking.istio.io/v1'
const OF_ISTIO = [
  object(ISTIO, 'DestinationRule', 'rule', { host: 'nobody.shop.global' }),
  object(ISTIO, 'DestinationRule', 'of-web', { host: 'web' }),
  object(ISTIO, 'VirtualService', 'route', { hosts: ['www.example.com'] }),
  object(ISTIO, 'WorkloadEntry', 'machine', { address: '192.0.2.1', labels: { app: 'db' } }),
  object(ISTIO, 'WorkloadEntry', 'picked', { address: '192.0.2.1', labels: { app: 'mq' } }),
  object(ISTIO, 'ServiceEntry', 'mq', {
    hosts: ['mq.shop.global'],
    ports: [{ number: 1, name: 'tcp' }],
    resolution: 'STATIC',
    workloadSelector: { labels: { app: 'mq' } },
  }),
]
const KARMADA = 'networking.karmada.io/v1alpha1'
const OF_KARMADA = [
  object(KARMADA, 'MultiClusterService', 'ghost', { types: ['CrossCluster'] }),
  object(KARMADA, 'MultiClusterService', 'web', { types: ['CrossCluster'] }),
  object('work.karmada.io/v1alpha2', 'ResourceBinding', 'lost', {
    resource: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'lost' },
  }),
]
const OF_KUBEFED = [
  object('types.kubefed.io/v1beta1', 'FederatedService', 'spirit', {
    placement: { clusterSelector: {} },
  }),
]
const WEB = object('v1', 'Service', 'web', { clusterIP: '10.96.0.10', ports: [{ name: 'http', port: 80 }] })

const read = (objects: readonly string[]) =>
  offlineOf(
    { east: { files: { 'all.yaml': [WEB, ...objects].join('\n---\n') } } },
    'local: {cluster: east}\nistio: {cluster: east}\nregistries: [{karmada: {weights: true}}, {kubefed: {namespace: hub}}]',
  )

test('are those of names that nobody has, of each kind that is read for services', async () => {
  const { world, views } = await read([...OF_ISTIO, ...OF_KARMADA, ...OF_KUBEFED])
  const found = idleObjects(world, views).flatMap(({ objects }) =>
    objects.map(({ kind, name }) => `${kind} ${name}`),
  )
  expect(found.toSorted()).toEqual([
    'DestinationRule rule',
    'FederatedService spirit',
    'MultiClusterService ghost',
    'ResourceBinding lost',
    'VirtualService route',
    'WorkloadEntry machine',
  ])
})

test('are listed by check, each kind with why it is of nobody', async () => {
  const found = idleOnes(await read([...OF_ISTIO, ...OF_KARMADA, ...OF_KUBEFED]))
  expect(found.map(({ finding }) => finding).toSorted()).toEqual([
    "1 DestinationRule of hosts that are no service's name here: shop/rule",
    '1 FederatedService of services that no cluster has: shop/spirit',
    '1 MultiClusterService of services that no cluster has: shop/ghost',
    "1 ResourceBinding of workloads whose name no service has, and whose pods' labels are not read: shop/lost",
    "1 VirtualService of hosts that are no service's name here: shop/route",
    '1 WorkloadEntry that no ServiceEntry selects: shop/machine',
  ])
})

test.each([0, 1, 1000, 10_000])('are looked at one after another: %i of them', async (count) => {
  const many = Array.from({ length: count }, (_, i) =>
    object(ISTIO, 'DestinationRule', `r${i}`, { host: `s${i}.nowhere.svc.cluster.local` }),
  )
  const { world, views } = await read(many)
  const found = idleObjects(world, views)
  expect(found.flatMap(({ objects }) => objects)).toHaveLength(count)
})

test.each([0, 1, 2, 3, 20])(
  'are told of the first %i of a kind where no more are asked for',
  async (most) => {
    const many = [1, 2].map((i) => object(ISTIO, 'DestinationRule', `r${i}`, { host: 'nobody.shop.global' }))
    const { world, views } = await read(many)
    const found = idleObjects(world, views, most)
    expect(found.flatMap(({ objects }) => objects)).toHaveLength(Math.min(most, 2))
  },
)

test('are not listed where check says of them why they may not speak', async () => {
  const offline = await offlineOf(
    {
      east: {
        files: {
          'all.yaml': object(ISTIO, 'ServiceEntry', 'db', {
            hosts: ['db.mesh.internal'],
            ports: [{ number: 1, name: 'tcp' }],
            resolution: 'STATIC',
            endpoints: [{ address: '192.0.2.1' }],
          }),
        },
      },
    },
    'local: {cluster: east}\nistio: {cluster: east}\nzones: {entries: [mesh.internal]}',
  )
  const unheard = unheardObjects(offline)
  expect(unheard.map(({ why }) => why)).toEqual([expect.stringContaining('namespace shop')])
  expect(idleOnes(offline)).toHaveLength(1)
  expect(idleOnes(offline, unheard)).toEqual([])
})
