import { describe, expect, test } from 'vitest'
import { mayGo, ownerOf } from '../../../src/controller/desired/index.ts'
import {
  bodies,
  fresh,
  type Holding,
  KEY,
  memberOf,
  printedSlices,
  RULES,
  settled,
  stage,
  wants,
} from './ground.ts'

const kindsOf = (...args: Parameters<typeof wants>) => wants(...args).objects.map(({ kind }) => kind)

const BOTH: Record<string, Holding> = { east: {}, west: {} }

describe('where objects are wanted', () => {
  test('nowhere but in namespaces that exist; only the status of the export is told', () => {
    const here = fresh('east', { namespaceExists: false })
    expect(kindsOf(stage(BOTH), here)).toEqual(['ServiceExport/status'])
    expect(wants(stage(BOTH), here).remarks).toEqual([
      { reason: 'NamespaceAbsent', message: 'cluster east has no namespace shop' },
    ])
  })

  test('not in denied namespaces', () => {
    const rules = { ...RULES, importNamespaces: { allow: [], deny: ['sh*'] } }
    expect(kindsOf(stage(BOTH), fresh('east'), rules)).toEqual(['ServiceExport/status'])
    expect(wants(stage(BOTH), fresh('east'), rules).remarks).toEqual([
      { reason: 'NamespaceDenied', message: 'namespace shop takes no imports' },
    ])
  })

  test("not where a ServiceImport of that name is somebody else's: that is never taken over", () => {
    const { here } = settled(stage(BOTH), fresh('east'))
    const foreign = here.import && { ...here.import, managedBy: null }
    expect(kindsOf(stage(BOTH), { ...here, import: foreign })).toEqual(['ServiceExport/status'])
    expect(wants(stage(BOTH), { ...here, import: foreign }).remarks).toEqual([
      { reason: 'ForeignImport', message: `ServiceImport shop/cart is not marked as Meridian's` },
    ])
  })

  test('in a cluster that exports nothing, all but the status of an export', () => {
    const at = stage({ ...BOTH, north: { export: null, service: null, pods: [] } })
    expect(settled(at, fresh('north', { export: null })).desired.objects.map(({ kind }) => kind)).toEqual([
      'ServiceImport',
      'ServiceImport/status',
      'Service',
      'EndpointSlice',
      'EndpointSlice',
    ])
  })

  test('when the last export goes, so does everything', () => {
    const { here } = settled(stage(BOTH), fresh('east'))
    const gone = stage({ east: { export: null }, west: { export: null } })
    const found = wants(gone, { ...here, export: null })
    expect(found).toMatchObject({ objects: [], awaited: [] })
    expect(settled(gone, { ...here, export: null }).here).toMatchObject({ import: null, derived: null })
    expect(mayGo(found, 'ServiceImport', {})).toBe(true)
  })

  test('of an export that is not valid, only the status says so', () => {
    expect(kindsOf(stage({ east: { service: null } }), fresh('east'))).toEqual(['ServiceExport/status'])
  })
})

describe('after a start', () => {
  const { here } = settled(stage(BOTH), fresh('east'))
  const unheard: Record<string, Holding> = { ...BOTH, west: { freshness: 'never', export: null } }

  test('what a cluster contributed that has not been heard yet stays, and other slices keep up', () => {
    const found = wants(stage({ ...unheard, east: { pods: ['10.1.0.9'] } }), here)
    expect(found.awaited).toEqual(['west'])
    expect(printedSlices(found)).toEqual(['east IPv4 10.1.0.9 http:80/TCP followed'])
    expect(found.objects.map(({ kind }) => kind)).toEqual(['EndpointSlice'])
    const from = (cluster: string) => ({ 'multicluster.kubernetes.io/source-cluster': cluster })
    expect(mayGo(found, 'EndpointSlice', from('west'))).toBe(false)
    expect(mayGo(found, 'EndpointSlice', from('east'))).toBe(true)
    expect(mayGo(found, 'ServiceImport', {})).toBe(false)
    expect(mayGo(found, 'Service', {})).toBe(false)
  })

  test('it stays even if nobody else exports the service', () => {
    const nobody = { ...unheard, east: { export: null } }
    expect(wants(stage(nobody), here)).toMatchObject({ objects: [], awaited: ['west'] })
  })

  test('a cluster that never contributed holds nothing back', () => {
    const holdings: Record<string, Holding> = { ...BOTH, north: { freshness: 'never', export: null } }
    expect(wants(stage(holdings), here).awaited).toEqual([])
  })
})

describe('what Meridian wrote', () => {
  const at = stage(BOTH)
  const { desired } = settled(at, fresh('east'))

  test('is told from what others wrote by its labels, and belongs to one service', () => {
    const own = desired.objects.filter(({ kind }) => !kind.endsWith('/status'))
    const owners = own.map(({ kind, namespace, name, body }) => {
      const labels = memberOf(memberOf(body, 'metadata'), 'labels')
      const texts = Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value)]))
      return kind === 'ServiceImport' || kind === 'Service' || kind === 'EndpointSlice'
        ? ownerOf(kind, { namespace, name, labels: texts })
        : undefined
    })
    expect(owners).toEqual(own.map(() => KEY))
    const foreign = { namespace: 'shop', name: 'cart', labels: {} }
    expect(ownerOf('ServiceImport', foreign)).toBeUndefined()
  })

  test('changes nothing when it is read back: neither who exports, nor what is wanted', () => {
    const more = desired.objects.filter(({ kind }) => !kind.endsWith('/status')).map(({ body }) => body)
    const again = stage({ ...BOTH, east: { more } })
    const [before, after] = [at, again].map(({ world }) => world.entries.get(KEY))
    expect(after?.exports).toEqual(before?.exports)
    expect(after?.import).toEqual(before?.import)
    expect(after?.imports.get('east')).toMatchObject({ foreign: false, endpoints: [] })
    expect(settled(again, fresh('east')).desired).toEqual(desired)
    expect(bodies(desired, 'EndpointSlice')).toHaveLength(2)
  })
})
