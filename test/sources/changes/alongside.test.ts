import { expect, test } from 'vitest'
import { applyChanges, type Change, type ClusterView, emptyView } from '../../../src/sources/changes/index.ts'
import { KINDS, parseObject } from '../../../src/words/kube/index.ts'

const KIND_SET = KINDS.at({ roles: ['registry'], asked: ['kubefed'] })

function put(kind: string, key: string, more: object = {}): Change {
  const [namespace, name] = key.split('/')
  const group = kind.startsWith('Federated') ? 'types.kubefed.io' : 'core.kubefed.io'
  const metadata = { namespace, name, ...more }
  const spec = { apiEndpoint: 'https://h', secretRef: { name: 's' }, scope: 'Cluster', ...more }
  const parsed = parseObject({ apiVersion: `${group}/v1beta1`, kind, metadata, spec }, KIND_SET)
  if (parsed.outcome !== 'object') throw new Error(JSON.stringify(parsed))
  return { op: 'put', object: parsed.object }
}

const gone = (kind: string, key: string): Change => ({ op: 'delete', kind, key })

const dirtyOf = (view: ClusterView, ...changes: readonly Change[]) =>
  [...applyChanges(view, changes).dirty].sort()

const SERVICES = ['data/db', 'shop/api', 'shop/web']
const { view: held } = applyChanges(
  emptyView(KIND_SET),
  SERVICES.map((key) => put('FederatedService', key)),
)

test('an object may bear on all services on which those of another kind do, or those in its namespace', () => {
  expect(dirtyOf(held, put('FederatedService', 'data/db', { generation: 2 }))).toEqual(['data/db'])
  expect(dirtyOf(held, put('FederatedNamespace', 'shop/shop'))).toEqual(['shop/api', 'shop/web'])
  expect(dirtyOf(held, put('FederatedNamespace', 'empty/empty'))).toEqual([])
  expect(dirtyOf(held, put('KubeFedCluster', 'kubefed/east'))).toEqual(SERVICES)
  expect(dirtyOf(held, put('KubeFedConfig', 'kubefed/kubefed'))).toEqual(SERVICES)
})

test('none while it says the same, and again when it goes', () => {
  const { view } = applyChanges(held, [
    put('KubeFedCluster', 'k/east'),
    put('FederatedNamespace', 'shop/shop'),
  ])
  expect(dirtyOf(view, put('KubeFedCluster', 'k/east'), put('FederatedNamespace', 'shop/shop'))).toEqual([])
  expect(dirtyOf(view, put('KubeFedCluster', 'k/east', { labels: { region: 'r' } }))).toEqual(SERVICES)
  expect(dirtyOf(view, gone('FederatedNamespace', 'shop/shop'))).toEqual(['shop/api', 'shop/web'])
  expect(dirtyOf(view, gone('KubeFedCluster', 'k/east'))).toEqual(SERVICES)
  expect(dirtyOf(view, gone('KubeFedCluster', 'k/other'))).toEqual([])
})

test.each([1, 10, 100])('%i of them together go through the services once', (count) => {
  const many = Array.from({ length: 10_000 }, (_, i) => put('FederatedService', `shop/s${i}`))
  const { view } = applyChanges(emptyView(KIND_SET), many)
  const clusters = Array.from({ length: count }, (_, i) => put('KubeFedCluster', `k/c${i}`))
  expect(applyChanges(view, clusters).dirty.size).toBe(10_000)
})
