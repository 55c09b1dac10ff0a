import { expect, test } from 'vitest'
import { parseConfig, planOf } from '../../../src/app/config/index.ts'
import { Flow } from '../../../src/app/flow/index.ts'
import { KINDS, parseObject } from '../../../src/words/kube/index.ts'

const KINDS_READ = KINDS.inManifests({
  roles: ['member', 'local', 'registry'],
  asked: ['kubefed', 'karmada', 'karmada weights'],
})

type Written = { readonly kind: string; readonly metadata: object } & Readonly<Record<string, unknown>>

const SERVICE: Written = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'shop', name: 'web' },
  spec: { clusterIP: '10.96.0.10', ports: [{ name: 'http', port: 80 }] },
}

/** What the hub's objects make of shop/web, where the registry found `east`, which it calls member1, and `west`. */
function madeOf(registry: string, objects: readonly Written[], names: Readonly<Record<string, string>>) {
  const config = parseConfig(
    `local: {cluster: hub}\nclusters: [{id: hub, source: {manifests: h}}]\nregistries: [${registry}]\n`,
    'meridian.yaml',
  )
  const [hub] = config.clusters
  if (hub === undefined) throw new Error('there is no hub')
  const of = registry.startsWith('{karmada') ? 'karmada' : 'kubefed'
  const found = ['east', 'west'].map((id) => ({ ...hub, id, registry: of, name: names[id] }))
  const plan = planOf(config, [hub, ...found])
  const flow = new Flow(plan, { world: () => undefined, names: () => undefined, fault: () => undefined }, 0)
  const put = (id: string, written: Written): void => {
    const parsed = parseObject({ ...written }, KINDS_READ)
    if (parsed.outcome !== 'object') throw new Error(JSON.stringify(parsed))
    flow.changed(id, [{ op: 'put', object: parsed.object }], 0)
  }
  for (const id of ['hub', 'east', 'west']) put(id, SERVICE)
  for (const one of objects) put('hub', one)
  const entry = flow.world.entries.get('shop/web')
  return (entry?.exports ?? []).flatMap(({ kind, cluster }) => (kind === 'valid' ? [cluster] : []))
}

const multi = (...names: readonly string[]): Written => ({
  apiVersion: 'networking.karmada.io/v1alpha1',
  kind: 'MultiClusterService',
  metadata: { namespace: 'shop', name: 'web' },
  spec: { types: ['CrossCluster'], providerClusters: names.map((name) => ({ name })) },
})

test.each([
  [['member1'], { east: 'member1' }, ['east']],
  // Who has another name there is not called by its id, though another may be.
  [['east'], { east: 'member1' }, []],
  [['east'], { east: 'member1', west: 'east' }, ['west']],
  [['west', 'member1'], { east: 'west' }, ['east']],
  [['west', 'east'], {}, ['east', 'west']],
])('providers %j of a Karmada that calls %j so are %j', (providers, names, exporting) => {
  expect(madeOf('{karmada: {via: proxy}}', [multi(...providers)], names)).toEqual(exporting)
})

const federated = (kind: string, name: string, clusters: readonly string[]): Written => ({
  apiVersion: 'types.kubefed.io/v1beta1',
  kind,
  metadata: { namespace: 'shop', name },
  spec: { placement: { clusters: clusters.map((one) => ({ name: one })) } },
})

const joined = (name: string, id?: string): Written => ({
  apiVersion: 'core.kubefed.io/v1beta1',
  kind: 'KubeFedCluster',
  metadata: {
    namespace: 'fed',
    name,
    ...(id !== undefined && { annotations: { 'meridian-dns.io/id': id } }),
  },
  spec: { apiEndpoint: 'https://h', secretRef: { name: 's' } },
})

const placedIn = (name: string, more: readonly Written[]): readonly Written[] => [
  federated('FederatedService', 'web', [name]),
  federated('FederatedNamespace', 'shop', [name]),
  ...more,
]

test.each([
  ['!!str east', { east: 'member1' }, ['east']],
  ['>-\n  east', { east: 'member1' }, ['east']],
  // Of files, in which nobody looks for clusters.
  ['east # the first', {}, ['east']],
  ['"east" # the first', {}, ['east']],
  ["'east'\n", {}, ['east']],
  ['east#1', {}, []],
  ['"east', {}, []],
  [undefined, {}, []],
])('placed in KubeFed’s member1, whose id is %j (found: %j), it is of %j', (id, names, exporting) => {
  const objects = placedIn('member1', [joined('member1', id), joined('west')])
  expect(madeOf('{kubefed: {namespace: fed}}', objects, names)).toEqual(exporting)
})

test('without KubeFedClusters here, those that were found have their names all the same', () => {
  expect(madeOf('{kubefed: {namespace: fed}}', placedIn('member1', []), { east: 'member1' })).toEqual([
    'east',
  ])
})
