import { describe, expect, test } from 'vitest'
import {
  applyChanges,
  type Change,
  type ClusterView,
  EMPTY_VIEW,
  namedIn,
} from '../../../src/sources/changes/index.ts'
import { KINDS, type KubeObject, parseObject } from '../../../src/words/kube/index.ts'

const KIND_SET = KINDS.inManifests({ roles: ['member'], asked: ['namespaces'] })

function objectOf(kind: string, metadata: object, rest: object = {}): KubeObject {
  const parsed = parseObject({ apiVersion: 'v1', kind, metadata, ...rest }, KIND_SET)
  if (parsed.outcome !== 'object') throw new Error('not an object')
  return parsed.object
}

const service = (key: string): Change => {
  const [namespace, name] = key.split('/')
  return { op: 'put', object: objectOf('Service', { namespace, name }) }
}

const namespace = (name: string, labels: object = {}, rest: object = {}): Change => ({
  op: 'put',
  object: objectOf('Namespace', { name, labels }, rest),
})

const gone = (kind: string, key: string): Change => ({ op: 'delete', kind, key })

const dirtyOf = (view: ClusterView, ...changes: readonly Change[]) =>
  [...applyChanges(view, changes).dirty].sort()

const viewAfter = (view: ClusterView, ...changes: readonly Change[]) => applyChanges(view, changes).view

const KEYS = ['shop/web', 'shop/api', 'shop-2/web', 'data/db']

describe('what a namespace says of itself', () => {
  const services = viewAfter(EMPTY_VIEW, ...KEYS.map(service))

  test('bears on the services in it, and on no others', () => {
    expect(dirtyOf(services, namespace('shop'))).toEqual(['shop/api', 'shop/web'])
    expect(dirtyOf(services, namespace('empty'))).toEqual([])
  })

  test('bears on none while it says the same: what else changes of a namespace costs nothing', () => {
    const held = viewAfter(services, namespace('shop', { stage: 'prod' }))
    expect(dirtyOf(held, namespace('shop', { stage: 'prod' }, { status: { phase: 'Active' } }))).toEqual([])
    expect(dirtyOf(held, namespace('shop', { stage: 'test' }))).toEqual(['shop/api', 'shop/web'])
    expect(dirtyOf(held, gone('Namespace', '/shop'))).toEqual(['shop/api', 'shop/web'])
    expect(dirtyOf(held, gone('Namespace', '/other'))).toEqual([])
  })

  test('bears on services that came after it, and no more on those that went', () => {
    const first = viewAfter(EMPTY_VIEW, namespace('shop'), ...KEYS.map(service))
    const later = viewAfter(first, service('shop/new'), gone('Service', 'shop/web'))
    expect(dirtyOf(later, namespace('shop', { stage: 'prod' }))).toEqual(['shop/api', 'shop/new'])
    expect(dirtyOf(viewAfter(later, gone('Service', 'data/db')), namespace('data'))).toEqual([])
  })

  test('is not looked for where there is none: nothing is kept for it', () => {
    expect(services.byNamespace).toBeNull()
  })

  test('is told by its name, for what other clusters say of services in it', () => {
    const namespacesOf = (view: ClusterView, ...changes: readonly Change[]) => [
      ...applyChanges(view, changes).namespaces,
    ]
    expect(namespacesOf(services, namespace('shop'), service('shop/new'))).toEqual(['shop'])
    const held = viewAfter(services, namespace('shop', { stage: 'prod' }))
    expect(namespacesOf(held, namespace('shop', { stage: 'prod' }))).toEqual([])
    expect(namespacesOf(held, gone('Namespace', '/shop'))).toEqual(['shop'])
  })
})

test('a namespace holds what is in it, whichever of its objects went', () => {
  const slice = (name: string, of: string): Change => {
    const metadata = { namespace: 'shop', name, labels: { 'kubernetes.io/service-name': of } }
    return {
      op: 'put',
      object: objectOf('EndpointSlice', metadata, {
        apiVersion: 'discovery.k8s.io/v1',
        addressType: 'IPv4',
        endpoints: [{ addresses: ['10.1.0.1'] }],
      }),
    }
  }
  const heldIn = (view: ClusterView) => [...(view.byNamespace?.get('shop') ?? [])].map(([key]) => key)
  const first = viewAfter(EMPTY_VIEW, namespace('other'), service('shop/web'), slice('a', 'web'))
  expect(heldIn(first)).toEqual(['shop/web'])
  const second = viewAfter(first, gone('Service', 'shop/web'), slice('b', 'web'))
  expect(heldIn(second)).toEqual(['shop/web'])
  const third = viewAfter(second, gone('EndpointSlice', 'shop/a'))
  expect(heldIn(third)).toEqual(['shop/web'])
  expect(heldIn(viewAfter(third, slice('b', 'api')))).toEqual(['shop/api'])
  expect(viewAfter(third, gone('EndpointSlice', 'shop/b')).byNamespace?.get('shop')).toBeUndefined()
})

test('the services of a namespace that ServiceEntries name are found by it, whichever cluster holds those', () => {
  const entry = (name: string, ...hosts: readonly string[]): Change => {
    const parsed = parseObject(
      {
        apiVersion: 'networking.istio.io/v1',
        kind: 'ServiceEntry',
        metadata: { namespace: 'istio-system', name },
        spec: { hosts, ports: [{ number: 80, name: 'http' }], workloadSelector: { labels: { app: 'web' } } },
      },
      KINDS,
    )
    if (parsed.outcome !== 'object') throw new Error('not an object')
    return { op: 'put', object: parsed.object }
  }
  const foundIn = (east: ClusterView) =>
    [
      ...namedIn(
        ['shop'],
        new Map([
          ['west', EMPTY_VIEW],
          ['east', east],
        ]),
      ),
    ].sort()
  const first = viewAfter(
    EMPTY_VIEW,
    entry('a', 'web.shop.svc.cluster-west.local', 'db.data.global', 'db.corp.example'),
    entry('b', 'web.shop.global'),
  )
  expect(foundIn(first)).toEqual(['shop/web'])
  const second = viewAfter(first, gone('ServiceEntry', 'istio-system/a'))
  expect(foundIn(second)).toEqual(['shop/web'])
  expect(foundIn(viewAfter(second, entry('b', 'api.shop.global')))).toEqual(['shop/api'])
  expect(foundIn(viewAfter(second, gone('ServiceEntry', 'istio-system/b')))).toEqual([])
})
