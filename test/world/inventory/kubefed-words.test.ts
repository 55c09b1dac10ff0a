import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseConfig, planOf } from '../../../src/app/config/index.ts'
import { Flow } from '../../../src/app/flow/index.ts'
import { KINDS, type KubeObject, objectIdOf, parseObject } from '../../../src/words/kube/index.ts'

const KINDS_READ = KINDS.inManifests({ roles: ['member', 'local', 'registry'], asked: ['kubefed'] })

const PLAN = planOf(
  parseConfig(
    'local: {cluster: hub}\nclusters: [{id: hub, source: {manifests: h}}, {id: east, labels: {tier: gold}, source: {manifests: e}}, {id: west, source: {manifests: w}}]\nregistries: [{kubefed: {namespace: fed}}]\n',
    'meridian.yaml',
  ),
)

interface Said {
  readonly id: string
  readonly object: KubeObject
}

function said(id: string, kind: string, namespace: string, name: string, more: object): Said {
  const group = kind.startsWith('Federated') ? 'types.kubefed.io/v1beta1' : 'core.kubefed.io/v1beta1'
  const metadata = { namespace, name, creationTimestamp: '2026-11-01T00:00:00Z' }
  const apiVersion = kind === 'Service' ? 'v1' : group
  const parsed = parseObject({ apiVersion, kind, metadata, ...more }, KINDS_READ)
  if (parsed.outcome !== 'object') throw new Error(JSON.stringify(parsed))
  return { id, object: parsed.object }
}

const NAMES = ['hub', 'east', 'west', 'gone']
const SERVICES = ['shop/web', 'shop/api', 'data/web']
const [NAMESPACE, NAME] = [
  (key: string): string => key.split('/')[0] ?? '',
  (key: string): string => key.split('/')[1] ?? '',
]

const placement = fc.record(
  {
    clusters: fc.option(fc.subarray(NAMES).map((names) => names.map((name) => ({ name })))),
    clusterSelector: fc.constantFrom(
      {},
      { matchLabels: { tier: 'gold' } },
      { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] },
    ),
  },
  { requiredKeys: [] },
)

const ground = fc.oneof(
  fc
    .tuple(fc.constantFrom(...SERVICES), placement)
    .map(([key, where]) =>
      said('hub', 'FederatedService', NAMESPACE(key), NAME(key), { spec: { placement: where } }),
    ),
  fc
    .tuple(fc.constantFrom('shop', 'data', 'fed'), placement)
    .map(([of, where]) => said('hub', 'FederatedNamespace', of, of, { spec: { placement: where } })),
  fc
    .tuple(fc.constantFrom(...NAMES), fc.constantFrom('fed', 'shop'), fc.constantFrom({}, { tier: 'gold' }))
    .map(([name, of, labels]) => {
      const spec = { apiEndpoint: 'https://h', secretRef: { name: 's' } }
      return said('hub', 'KubeFedCluster', of, name, {
        metadata: { namespace: of, name, labels },
        spec,
      })
    }),
  fc
    .constantFrom('Cluster', 'Namespaced')
    .map((scope) => said('hub', 'KubeFedConfig', 'fed', 'kubefed', { spec: { scope } })),
  fc.tuple(fc.constantFrom('hub', 'east', 'west'), fc.constantFrom(...SERVICES)).map(([id, key]) =>
    said(id, 'Service', NAMESPACE(key), NAME(key), {
      spec: { clusterIP: '10.96.0.10', ports: [{ name: 'http', port: 80 }] },
    }),
  ),
)

/** A federation to begin with, in which all is everywhere. */
const BEGINNING: readonly Said[] = [
  ...SERVICES.flatMap((key) => [
    ...['hub', 'east', 'west'].map((id) =>
      said(id, 'Service', NAMESPACE(key), NAME(key), {
        spec: { clusterIP: '10.96.0.10', ports: [{ name: 'http', port: 80 }] },
      }),
    ),
    said('hub', 'FederatedService', NAMESPACE(key), NAME(key), {
      spec: { placement: { clusterSelector: {} } },
    }),
  ]),
  ...['shop', 'data'].map((of) =>
    said('hub', 'FederatedNamespace', of, of, { spec: { placement: { clusterSelector: {} } } }),
  ),
]

const steps = fc.array(fc.tuple(fc.boolean(), ground), { maxLength: 10 })

const start = (): Flow =>
  new Flow(PLAN, { world: () => undefined, names: () => undefined, fault: () => undefined }, 0)

const exportsOf = (flow: Flow) =>
  SERVICES.map((key) =>
    (flow.world.entries.get(key)?.exports ?? []).map(({ cluster, kind, createdAt, by }) => ({
      cluster,
      kind,
      createdAt,
      by,
    })),
  )

test('all is exported everywhere, to begin with', () => {
  const flow = start()
  for (const { id, object } of BEGINNING) flow.changed(id, [{ op: 'put', object }], 0)
  for (const exports of exportsOf(flow))
    expect(exports.map(({ cluster, kind }) => `${cluster} ${kind}`)).toEqual([
      'east valid',
      'hub valid',
      'west valid',
    ])
})

test('whatever comes and goes of a federation, its exports are those of what is there', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const [flow, fresh] = [start(), start()]
      const there = new Map<string, Said>()
      for (const [isPut, one] of [...BEGINNING.map((one) => [true, one] as const), ...all]) {
        const { id, object } = one
        const of = objectIdOf(object)
        flow.changed(id, [isPut ? { op: 'put', object } : { op: 'delete', ...of }], 0)
        const key = `${id} ${of.kind} ${of.key}`
        if (isPut) there.set(key, one)
        else there.delete(key)
      }
      for (const { id, object } of there.values()) fresh.changed(id, [{ op: 'put', object }], 0)
      expect(exportsOf(flow)).toEqual(exportsOf(fresh))
    }),
  )
})
