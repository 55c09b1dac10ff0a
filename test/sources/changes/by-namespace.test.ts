import { describe, expect, test } from 'vitest'
import {
  applyChanges,
  type Change,
  type ClusterView,
  EMPTY_VIEW,
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
})
