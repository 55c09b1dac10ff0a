import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { StartSource } from '../../src/sources/changes/index.ts'
import { eventually, nameOfChange, type Run, run } from './recorder.ts'

/** An object as its API prints it. */
export interface RawObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly namespace: string; readonly name: string }
  readonly spec?: unknown
}

/** A cluster that a test can change, and a source that watches it. */
export interface Fixture {
  readonly start: StartSource
  readonly put: (object: RawObject) => Promise<void>
  readonly remove: (object: RawObject) => Promise<void>
  /** Makes one object unreadable while the cluster goes on; `put` mends it. */
  readonly break: (object: RawObject) => Promise<void>
  readonly close: () => Promise<void>
}

export const service = (name: string, port = 80): RawObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'shop', name },
  spec: { ports: [{ name: 'http', port }] },
})

export const serviceExport = (name: string): RawObject => ({
  apiVersion: 'multicluster.x-k8s.io/v1beta1',
  kind: 'ServiceExport',
  metadata: { namespace: 'shop', name },
})

const deployment = (name: string): RawObject => ({
  ...service(name),
  apiVersion: 'apps/v1',
  kind: 'Deployment',
})

const portOf = (object: unknown): unknown => Object(object).ports?.[0]?.port

/** What every implementation of a Source promises. */
export function sourceBattery(name: string, open: () => Promise<Fixture>): void {
  describe(name, () => {
    let fixture: Fixture
    const runs: Run[] = []

    beforeEach(async () => {
      fixture = await open()
    })

    afterEach(async () => {
      await Promise.all(runs.splice(0).map(({ source }) => source.stop()))
      await fixture.close()
    })

    const started = (): Run => {
      const each = run(fixture.start)
      runs.push(each)
      return each
    }

    /** A source that has told all there is. */
    const synced = async (): Promise<Run> => {
      const each = started()
      await eventually(() => expect(each.told.kinds).toEqual(['live']))
      return each
    }

    test('the first call carries all objects, and only then is the cluster live', async () => {
      await fixture.put(service('cart'))
      await fixture.put(serviceExport('cart'))
      const { told } = await synced()
      expect(told.calls.slice(0, 2)).toEqual(['changed', 'freshness'])
      expect(told.batches[0]).toHaveLength(2)
      expect(told.ids).toEqual(['Service shop/cart', 'ServiceExport shop/cart'])
    })

    test('the first call comes even if there is nothing', async () => {
      const { told } = await synced()
      expect(told.batches).toEqual([[]])
      expect(told.problem).toEqual([])
    })

    test('nothing is told from inside start', () => {
      const { told } = started()
      expect(told.calls).toEqual([])
    })

    test('what is put, changed and removed later is told', async () => {
      const { told } = await synced()
      await fixture.put(service('cart', 80))
      await eventually(() => expect(portOf(told.objects.get('Service shop/cart'))).toBe(80))
      await fixture.put(service('cart', 81))
      await eventually(() => expect(portOf(told.objects.get('Service shop/cart'))).toBe(81))
      await fixture.remove(service('cart'))
      await eventually(() => expect(told.ids).toEqual([]))
    })

    test('an object that is put again as it was is no change', async () => {
      await fixture.put(service('cart'))
      const { told } = await synced()
      await fixture.put(service('cart'))
      await fixture.put(service('web'))
      await eventually(() => expect(told.ids).toContain('Service shop/web'))
      const changes = told.batches.slice(1).flat()
      expect(changes).toHaveLength(1)
    })

    test('every call carries changes, except the first', async () => {
      const { told } = await synced()
      for (const name of ['a', 'b', 'c']) await fixture.put(service(name))
      await eventually(() => expect(told.ids).toHaveLength(3))
      expect(told.batches.slice(1).every((batch) => batch.length > 0)).toBe(true)
    })

    test('other kinds are skipped and are no problem', async () => {
      await fixture.put(deployment('cart'))
      await fixture.put(service('cart'))
      const { told } = await synced()
      expect(told.ids).toEqual(['Service shop/cart'])
      expect(told.problem).toEqual([])
    })

    test('an object that cannot be read is a problem and keeps its last good version', async () => {
      await fixture.put(service('cart'))
      await fixture.put(service('web'))
      const { told } = await synced()
      const before = told.objects.get('Service shop/cart')
      await fixture.break(service('cart'))
      await eventually(() => expect(told.problem).toHaveLength(1))
      await fixture.remove(service('web'))
      await eventually(() => expect(told.ids).toEqual(['Service shop/cart']))
      expect(told.objects.get('Service shop/cart')).toBe(before)
    })

    test('an object that is broken from the start keeps nobody else back', async () => {
      await fixture.put(service('web'))
      await fixture.break(service('cart'))
      const { told } = await synced()
      expect(told.ids).toEqual(['Service shop/web'])
      await eventually(() => expect(told.problem).toHaveLength(1))
    })

    test('problems are told again, as an empty list, when they are gone', async () => {
      await fixture.break(service('cart'))
      const { told } = await synced()
      await eventually(() => expect(told.problem).toHaveLength(1))
      await fixture.put(service('cart', 82))
      await eventually(() => expect(told.problem).toEqual([]))
      expect(portOf(told.objects.get('Service shop/cart'))).toBe(82)
    })

    test('a broken object that is removed is gone, and its problem with it', async () => {
      await fixture.put(service('cart'))
      const { told } = await synced()
      await fixture.break(service('cart'))
      await eventually(() => expect(told.problem).toHaveLength(1))
      await fixture.remove(service('cart'))
      await eventually(() => expect(told.ids).toEqual([]))
      await eventually(() => expect(told.problem).toEqual([]))
    })

    test('nothing is told after stop', async () => {
      const stopped = await synced()
      await stopped.source.stop()
      const calls = stopped.told.calls.length
      const witness = await synced()
      await fixture.put(service('cart'))
      await eventually(() => expect(witness.told.ids).toEqual(['Service shop/cart']))
      expect(stopped.told.calls).toHaveLength(calls)
    })

    test('a source that is stopped at once tells nothing', async () => {
      await fixture.put(service('cart'))
      const { told, source } = started()
      await source.stop()
      await synced()
      expect(told.calls).toEqual([])
    })

    test('a listener may stop the source from inside a call, which is then the last', async () => {
      const calls: string[] = []
      const source = fixture.start({
        changed: () => {
          calls.push('changed')
          void source.stop()
        },
        freshness: () => calls.push('freshness'),
        problems: () => calls.push('problems'),
      })
      await eventually(() => expect(calls).toEqual(['changed']))
      await source.stop()
      expect(calls).toEqual(['changed'])
    })

    test('a listener that throws is told all that comes after', async () => {
      const told: string[] = []
      const fail = (what: string): never => {
        told.push(what)
        throw new Error(`of the listener: ${what}`)
      }
      const source = fixture.start({
        changed: (changes) => fail(`changed ${changes.map(nameOfChange)}`),
        freshness: () => fail('freshness'),
        problems: (problems) => fail(`problems ${problems.length}`),
      })
      await eventually(() => expect(told).toContain('freshness'))
      await fixture.put(service('cart'))
      await eventually(() => expect(told).toContain('changed cart'))
      await fixture.break(service('cart'))
      await eventually(() => expect(told).toContain('problems 1'))
      await fixture.put(service('till'))
      await eventually(() => expect(told).toContain('changed till'))
      await source.stop()
    })

    test('stopping twice is stopping once', async () => {
      const { source } = await synced()
      await Promise.all([source.stop(), source.stop()])
      await expect(source.stop()).resolves.toBeUndefined()
    })
  })
}
