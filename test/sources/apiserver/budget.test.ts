import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Budget, HELD_BYTES } from '../../../src/sources/apiserver/budget.ts'
import { RequestFailure } from '../../../src/sources/apiserver/failure.ts'
import { keptOf } from '../../../src/sources/apiserver/types.ts'
import { bytesOf, Load } from '../../../src/sources/changes/index.ts'
import { hasMoreValues, valuesIn } from '../../../src/sources/texts/index.ts'
import { eventually } from '../../support/recorder.ts'
import { type RawObject, service, serviceExport } from '../../support/source-battery.ts'
import { cluster } from './cluster.ts'
import { isList } from './fake.ts'

const given = cluster()

/** Brackets, braces and commas of a value's JSON, by its structure. */
function valuesOf(value: unknown): number {
  if (Array.isArray(value))
    return Math.max(1, value.length) + value.reduce((sum, one) => sum + valuesOf(one), 0)
  if (typeof value !== 'object' || value === null) return 0
  const all = Object.values(value)
  return Math.max(1, all.length) + all.reduce((sum: number, one) => sum + valuesOf(one), 0)
}

describe('the values of a JSON text', () => {
  test('are counted as its structure has them, whatever stands in its texts', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(valuesIn(JSON.stringify(value), 1e9)).toBe(valuesOf(value))
      }),
    )
    expect(valuesIn(JSON.stringify({ 'a,{[': '\\",{[\\\\', b: [] }), 1e9)).toBe(3)
  })
  test.each([999, 1000, 1001, 10_000])('of %i are counted no further than to one beyond the most', (n) => {
    const text = `[${Array.from({ length: n }, () => 1).join(',')}]`
    expect(valuesIn(text, 1000)).toBe(Math.min(n, 1001))
    expect(hasMoreValues(text, 1000)).toBe(n > 1000)
  })
  test.each([999, 1000, 1001, 10_000])('of %i brackets are told, of which each is one and no more', (n) => {
    expect(hasMoreValues('['.repeat(n), 1000)).toBe(n > 1000)
  })
  test.each(['"', '"\\', '"\\"', '\\', '', '{"a":"'])(
    'of what is no JSON are counted all the same: %j',
    (text) => {
      expect(valuesIn(text, 10)).toBeLessThanOrEqual(1)
    },
  )
})

describe('a budget', () => {
  const most = { bytes: 1000, objects: 10 }
  const check = (bytes: number, objects: number, others = { bytes: 0, objects: 0 }) => {
    const budget = new Budget(most)
    budget.keep('slices', others)
    return () => budget.check('services', { bytes, objects })
  }
  test('holds up to what it is, and not one more, over all parts', () => {
    expect(check(1000, 10)).not.toThrow()
    expect(check(1001, 10)).toThrow(RequestFailure)
    expect(check(1000, 11)).toThrow('more than 10 objects')
    expect(check(10_000, 100)).toThrow(RequestFailure)
    expect(check(400, 4, { bytes: 600, objects: 6 })).not.toThrow()
    expect(check(401, 4, { bytes: 600, objects: 6 })).toThrow('MiB of objects')
  })
  test('counts what a part keeps now, not what it kept', () => {
    const budget = new Budget(most)
    budget.keep('services', { bytes: 900, objects: 9 })
    expect(() => budget.check('services', { bytes: 950, objects: 10 })).not.toThrow()
  })
  test('counts lists that are under way side by side, and what is kept and listed again once', () => {
    const budget = new Budget(most)
    budget.listing('services', { bytes: 600, objects: 1 })
    expect(() => budget.listing('slices', { bytes: 400, objects: 1 })).not.toThrow()
    expect(() => budget.listing('slices', { bytes: 401, objects: 1 })).toThrow(RequestFailure)
    budget.ended('services')
    budget.keep('services', { bytes: 500, objects: 1 })
    budget.listing('services', { bytes: 500, objects: 1 })
    expect(() => budget.listing('slices', { bytes: 500, objects: 1 })).not.toThrow()
    budget.ended('slices')
    expect(() => budget.listing('exports', { bytes: 501, objects: 1 })).toThrow(RequestFailure)
  })
  test.each([
    [100, true],
    [101, false],
    [1000, false],
  ])('counts what cannot be read: %i bytes of it where there is room for 100', (bytes, fits) => {
    const load = new Load()
    const budget = new Budget(most, bytesOf, load)
    budget.keep('services', { bytes: 600, objects: 1 })
    budget.unreadable('services', 200)
    budget.unreadable('slices', 100)
    const more = () => budget.unreadable('slices', bytes)
    if (fits) expect(more).not.toThrow()
    else expect(more).toThrow('MiB of objects')
    // What would go beyond it is none of it.
    expect(load.bytes).toBe(HELD_BYTES + (fits ? 300 + bytes : 300))
    const next = { bytes: fits ? 600 : 700, objects: 2 }
    expect(() => budget.check('services', next)).not.toThrow()
    expect(() => budget.check('services', { ...next, bytes: next.bytes + 1 })).toThrow('MiB of objects')
    budget.unreadable('slices', -100)
    expect(() => budget.check('services', { ...next, bytes: next.bytes + 100 })).not.toThrow()
  })
  test('follows from the heap, and is never nothing', () => {
    expect(keptOf(256 * 2 ** 20).bytes).toBe(Math.floor((256 * 2 ** 20) / 10))
    expect(keptOf(1).bytes).toBe(16 * 2 ** 20)
  })
  test('is estimated of any value, however deep', () => {
    let deep: unknown = []
    for (let i = 0; i < 200_000; i++) deep = [deep]
    expect(bytesOf(deep)).toBeGreaterThan(200_000)
    expect(bytesOf({ a: 'x'.repeat(1000) })).toBeGreaterThan(1000)
    // As the engine keeps it: two bytes for each character, once one of them needs them.
    expect(bytesOf(`${'x'.repeat(999)}\u0100`) - bytesOf('x'.repeat(1000))).toBe(1000)
    expect(bytesOf({ ['x'.repeat(1000)]: '' })).toBeGreaterThan(1000)
    const mapOf = (size: number) => Object.fromEntries(Array.from({ length: size }, (_, i) => [`k${i}`, 0]))
    const growth = (size: number) => bytesOf(mapOf(size + 1)) - bytesOf(mapOf(size))
    expect([growth(63), growth(65), growth(640)]).toEqual([8, 8 + 24 + 3, 8 + 24 + 4])
    expect(growth(64)).toBeGreaterThan(65 * (24 + 2))
    expect(bytesOf(`${'x'.repeat(999)}\u00ff`) - bytesOf('x'.repeat(1000))).toBe(0)
  })
})

describe('a cluster that holds more than is kept of one', () => {
  const big = (name: string, bytes = 1000): RawObject => ({
    ...service(name),
    metadata: {
      ...service(name).metadata,
      annotations: { 'meridian-dns.io/weight': 'x'.repeat(bytes) },
    } as never,
  })
  const many = (n: number) => Array.from({ length: n }, (_, i) => service(`s${i}`))

  test.each([
    [9, true],
    [10, true],
    [11, false],
    [100, false],
  ])('%i objects where ten are kept', async (n, isLive) => {
    for (const object of many(n)) given.server.put(object)
    const { told, reasons } = given.watch({ kept: { bytes: 2 ** 30, objects: 10 }, pageObjects: 3 })
    if (isLive) await eventually(() => expect(told.kinds).toContain('live'))
    else await eventually(() => expect(reasons()).toContain('budget'))
    expect(told.ids).toHaveLength(isLive ? n : 0)
    if (!isLive) {
      await eventually(() =>
        expect(told.sentences[0]).toContain('more than 10 objects, which is all that is kept'),
      )
    }
  })

  test('keeps what it had, and is whole again once it holds less', async () => {
    for (const object of many(8)) given.server.put(object)
    const { told, reasons } = await given.live({ kept: { bytes: 2 ** 30, objects: 10 }, beyondMs: 20 })
    for (let i = 8; i < 12; i++) given.server.put(service(`s${i}`))
    await eventually(() => expect(reasons()).toContain('budget'))
    await eventually(() => expect(told.kinds.at(-1)).toBe('stale'))
    expect(told.ids.length).toBeGreaterThanOrEqual(8)
    expect(told.ids.length).toBeLessThanOrEqual(10)
    for (let i = 6; i < 12; i++) given.server.remove(service(`s${i}`))
    await eventually(() => expect(told.kinds.at(-1)).toBe('live'))
    expect(told.ids).toHaveLength(6)
    await eventually(() => expect(told.problem).toEqual([]))
  })

  test('counts nothing of a kind that it has no more', async () => {
    let minutes = 0
    const now = (): number => Date.now() + minutes * 60_000
    for (let i = 0; i < 6; i++) given.server.put(serviceExport(`s${i}`))
    for (const object of many(4)) given.server.put(object)
    const { told, reasons } = await given.live(
      { kept: { bytes: 2 ** 30, objects: 10 }, beyondMs: 20 },
      { now },
    )
    given.server.served = { serviceexports: [], serviceimports: [] }
    given.server.watcher('serviceexports').response.end()
    await eventually(() => expect(told.kinds.at(-1)).toBe('stale'))
    minutes = 11
    await eventually(() => expect(told.kinds.at(-1)).toBe('live'))
    for (const object of many(10)) given.server.put(object)
    await eventually(() => expect(told.ids).toHaveLength(10))
    expect(reasons()).not.toContain('budget')
  })

  test('counts an object that grows by what it grew', async () => {
    given.server.put(service('cart'))
    const { told, reasons } = await given.live({ kept: { bytes: 20_000, objects: 100 }, beyondMs: 60_000 })
    for (let i = 0; i < 40; i++) given.server.put(service('cart', 80 + (i % 2)))
    given.server.put(service('end'))
    await eventually(() => expect(told.ids).toContain('Service shop/end'))
    expect(reasons()).toEqual([])
  })

  test('pages without end are told before the memory is', async () => {
    let page = 0
    const endless = (response: { end: (text: string) => void }): void => {
      const items = many(500).map((one, i) => ({
        ...one,
        metadata: { ...one.metadata, name: `p${page}-${i}` },
      }))
      page++
      response.end(JSON.stringify({ metadata: { resourceVersion: '1', continue: `c${page}` }, items }))
    }
    given.server.fault(isList('services'), endless as never, 10_000)
    const { reasons } = given.watch({ kept: { bytes: 2 ** 20, objects: 1_000_000 } })
    await eventually(() => expect(reasons()).toContain('budget'))
    expect(page).toBeLessThan(50)
    void big
  })
})

describe('values in a page', () => {
  const wide = (name: string, values: number): RawObject => ({
    ...service(name),
    spec: { junk: Array.from({ length: values }, () => ({})), ports: [] },
  })
  test('that are too many make it smaller, and one object that has too many is a problem of its kind alone', async () => {
    for (let i = 0; i < 8; i++) given.server.put(wide(`s${i}`, 300))
    const { told } = await given.live({ values: 1000 })
    expect(told.ids).toHaveLength(8)
    given.server.put(wide('huge', 1001))
    await eventually(() => expect(told.sentences.join()).toContain('more than 1000 values'))
    expect(told.ids).toHaveLength(8)
  })
})
