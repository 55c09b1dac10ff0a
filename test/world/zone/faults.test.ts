import { describe, expect, test } from 'vitest'
import { answer, explain } from '../../../src/answer/records/index.ts'
import { applyChanges, type ClusterView, NO_CARE, objectsOf } from '../../../src/sources/changes/index.ts'
import { type Name, TYPE } from '../../../src/values/dns/index.ts'
import { SLICE } from '../../../src/words/kube/index.ts'
import { rebuild, settle, step, type World } from '../../../src/world/zone/index.ts'
import { exported } from '../../support/manifests.ts'
import { identityOf, question } from '../../support/values.ts'
import { made, NOW } from '../../support/world.ts'

/** Octets that no codec wrote: whoever reads these endpoints throws. */
const BROKEN = '\xff'

const cart = exported({ name: 'cart', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] })
const web = exported({ name: 'web', clusterIP: '10.101.0.2', pods: ['10.1.0.2'] })

const start = () =>
  made({ clusters: { east: { 'cart.json': cart, 'web.json': web }, west: { 'cart.json': cart } } })

/** The view with the slices of a service as no code of ours can read them. */
function spoilt(view: ClusterView | undefined, name: string): ClusterView {
  if (view === undefined) throw new Error('no view')
  const all = [...objectsOf(view, SLICE.kind).values()].filter(SLICE.is)
  const slices = all.filter(({ service }) => service === name)
  const changes = slices.map((slice) => ({ op: 'put', object: { ...slice, endpoints: BROKEN } }) as const)
  return applyChanges(view, changes).view
}

const IDENTITY = identityOf(null, '1.2.3')

const kindOf = (world: World, name: Name): string => {
  const asker = { viewpoint: world.clusterset.local, mayExplain: true, address: '' }
  return answer(question(name, TYPE.A), settle(world), asker, IDENTITY, () => 0).kind
}

describe('a service that brings out a mistake of ours', () => {
  test('stays as it was, with its fault told by cluster, and costs no other service anything', () => {
    const { world, views } = start()
    const before = world.entries.get('default/cart')
    const bad = spoilt(views.get('west'), 'cart')
    const next = step(world, new Map([['west', bad]]), ['default/cart', 'default/web'], NOW)
    expect(next.entries.get('default/cart')).toBe(before)
    expect([...(next.faults.get('default/cart') ?? [])]).toEqual([
      [
        'west',
        expect.stringMatching(/^a bug of Meridian, please report it: Error: octets that no codec wrote/),
      ],
    ])
    expect(next.entries.get('default/web')).toBe(world.entries.get('default/web'))
    expect(next.serials).toBe(world.serials)
  })

  test('is brought up to date in its other clusters meanwhile', () => {
    const { world, views } = start()
    const broken = step(world, new Map([['west', spoilt(views.get('west'), 'cart')]]), ['default/cart'], NOW)
    const east = views.get('east')
    if (east === undefined) throw new Error('no view')
    const gone = applyChanges(east, [{ op: 'delete', kind: 'ServiceExport', key: 'default/cart' }]).view
    const next = step(broken, new Map([['east', gone]]), ['default/cart'], NOW)
    const kinds = next.entries.get('default/cart')?.exports.map(({ cluster, kind }) => `${cluster} ${kind}`)
    expect(kinds).toEqual(['east notExported', 'west valid'])
    expect(next.faults.get('default/cart')?.has('west')).toBe(true)
  })

  test('is as its clusters say again once they say something that is understood', () => {
    const { world, views } = start()
    const broken = step(world, new Map([['west', spoilt(views.get('west'), 'cart')]]), ['default/cart'], NOW)
    const mended = step(broken, views, ['default/cart'], NOW)
    expect(mended.faults.size).toBe(0)
    expect(mended.entries.get('default/cart')).toBe(world.entries.get('default/cart'))
  })

  test('is not known where nothing was known of it before: never a name error', () => {
    const { world, views } = start()
    const all = new Map([...views].map(([id, view]) => [id, spoilt(view, 'cart')]))
    const nothing = { ...world, entries: world.entries.delete('default/cart') }
    const next = rebuild(nothing, world, all, NOW)
    expect(next.entries.get('default/cart')?.exports.map(({ kind }) => kind)).toEqual(['failed', 'failed'])
    expect(kindOf(next, 'cart.default.svc.clusterset.local')).toBe('notReady')
    expect(kindOf(next, 'cart.default.svc.east.local')).toBe('notReady')
    expect(kindOf(next, 'web.default.svc.clusterset.local')).toBe('records')
    expect(kindOf(next, 'nobody.default.svc.clusterset.local')).toBe('nameError')
  })

  test('is explained', () => {
    const { world, views } = start()
    const next = step(world, new Map([['west', spoilt(views.get('west'), 'cart')]]), ['default/cart'], NOW)
    const entry = next.entries.get('default/cart')
    if (entry === undefined) throw new Error('no entry')
    const { clusters } = explain(entry, next, next.clusterset.local)
    expect(clusters.find(({ cluster }) => cluster === 'west')?.remarks[0]).toMatch(
      /^as it was before: a bug of Meridian/,
    )
    expect(clusters.find(({ cluster }) => cluster === 'east')?.remarks).toEqual([])
  })
})

describe('whoever looks on', () => {
  test('sees each service in hand, and what they set aside is not derived', () => {
    const { world, views } = start()
    const seen: string[] = []
    const care = {
      hold: <T>(key: string, work: () => T): T => {
        seen.push(key)
        return work()
      },
      setAside: (key: string) => (key === 'default/cart' ? 'in quarantine' : undefined),
    }
    const next = rebuild({ ...world, entries: world.entries.delete('default/cart') }, world, views, NOW, care)
    expect(seen).toEqual(['default/web'])
    expect(next.entries.get('default/cart')?.exports.map(({ kind }) => kind)).toEqual(['failed', 'failed'])
    expect([...(next.faults.get('default/cart') ?? [])]).toEqual([
      ['east', 'in quarantine'],
      ['west', 'in quarantine'],
    ])
    expect(step(next, views, ['default/cart'], NOW, NO_CARE).faults.size).toBe(0)
  })

  test('may throw: that costs the service, whatever it was about', () => {
    const { world, views } = start()
    const care = {
      hold: <T>(key: string, work: () => T): T => {
        if (key === 'default/cart') throw new RangeError('too deep')
        return work()
      },
      setAside: () => undefined,
    }
    const next = step(world, views, ['default/cart', 'default/web'], NOW, care)
    expect(next.entries.get('default/cart')).toBe(world.entries.get('default/cart'))
    expect([...(next.faults.get('default/cart')?.values() ?? [])][0]).toMatch(/RangeError: too deep$/)
    expect(next.gauges).toEqual(world.gauges)
  })
})
