import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Spaces } from '../../../src/sources/apiserver/spaces.ts'
import { eventually } from '../../support/recorder.ts'
import { type RawObject, service } from '../../support/source-battery.ts'
import { cluster } from './cluster.ts'

describe('what one namespace may hold of a hundred', () => {
  test.each([
    [66, true],
    [67, false],
    [670, false],
  ])('%i, where it is alone', (bytes, may) => {
    expect(new Spaces(100).list('services', 'hog', bytes)).toBe(may)
    expect(new Spaces(100).grow('services', 'hog', bytes)).toBe(may)
  })

  test.each([
    [60, true],
    [61, false],
  ])('%i, where another has ten, whatever the parts are called', (bytes, may) => {
    const spaces = new Spaces(100)
    expect(spaces.list('slices', 'shop', 10)).toBe(true)
    expect(spaces.list('services', 'hog', 40)).toBe(true)
    expect(spaces.grow('exports', 'hog', bytes - 40)).toBe(may)
  })

  test.each([
    [1, 222_000],
    [2, 74_000],
    [3, 25_000],
  ])('leaves room for others beside %i that take all they can', (hogs, room) => {
    const spaces = new Spaces(1_000_000)
    for (let i = 0; i < hogs; i++) for (let n = 0; n < 1000; n++) spaces.grow('services', `hog-${i}`, 1000)
    let held = 0
    while (spaces.grow('services', 'shop', 1000)) held += 1000
    expect(held).toBe(room)
  })

  test('counts what is kept and listed again once, and forgets what is gone', () => {
    const spaces = new Spaces(100)
    expect(spaces.list('services', 'hog', 66)).toBe(true)
    spaces.accept('services')
    expect(spaces.list('services', 'hog', 66)).toBe(true)
    expect(spaces.list('services', 'hog', 1)).toBe(false)
    spaces.end('services')
    expect(spaces.grow('services', 'hog', 1)).toBe(false)
    expect(spaces.grow('services', 'hog', -1)).toBe(true)
    expect(spaces.grow('services', 'hog', 1)).toBe(true)
    spaces.forget('services')
    expect(spaces.grow('slices', 'hog', 66)).toBe(true)
  })

  test('what stands in no namespace is not held against one', () => {
    expect(new Spaces(100).grow('members', '', 100)).toBe(true)
  })

  test('no order of lists and changes takes the last that is free', () => {
    const change = fc.tuple(
      fc.constantFrom('list', 'grow', 'accept', 'end'),
      fc.constantFrom('services', 'slices'),
      fc.constantFrom('a', 'b', 'c'),
      fc.nat(40),
    )
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const spaces = new Spaces(100)
        for (const [verb, part, namespace, bytes] of changes) {
          if (verb === 'accept' || verb === 'end') spaces[verb](part)
          else spaces[verb](part, namespace, bytes)
        }
        // Of a hundred three leave four at least for a fourth.
        expect(spaces.grow('services', 'd', 1)).toBe(true)
      }),
    )
  })
})

describe("a tenant whose objects take most of its cluster's budget", () => {
  const given = cluster()
  const KEPT = { bytes: 100_000, objects: 1000 }
  /** Of 1,000 bytes and a few. */
  const large = (namespace: string, i: number, port = 80): RawObject => {
    const one = service(`s${i}`, port)
    const annotations = {}
    return {
      ...one,
      metadata: { ...one.metadata, namespace, annotations } as RawObject['metadata'],
      spec: { ports: Array.from({ length: 5 }, (_, p) => ({ port: p + 1, name: `${p}${'p'.repeat(50)}` })) },
    }
  }
  const idsOf = (ids: readonly string[], namespace: string) =>
    ids.filter((id) => id.startsWith(`Service ${namespace}/`)).length

  test('has no more than its part of it: the others are all there, and change', async () => {
    for (let i = 0; i < 300; i++) given.server.put(large('hog', i))
    for (let i = 0; i < 5; i++) given.server.put(large('shop', i))
    const { told, reasons } = await given.live({ kept: KEPT, pageObjects: 20 })
    expect(idsOf(told.ids, 'shop')).toBe(5)
    expect(idsOf(told.ids, 'hog')).toBeGreaterThan(20)
    expect(idsOf(told.ids, 'hog')).toBeLessThan(150)
    expect(told.sentences.join()).toContain('its namespace, hog, holds as much as one may of the 0.1 MiB')
    given.server.put(large('shop', 5))
    await eventually(() => expect(idsOf(told.ids, 'shop')).toBe(6))
    expect(reasons()).toEqual([])
    expect(told.kinds.at(-1)).toBe('live')
  })

  test('that come later are left out, and those that were there stay', async () => {
    for (let i = 0; i < 5; i++) given.server.put(large('shop', i))
    for (let i = 0; i < 5; i++) given.server.put(large('hog', i))
    const { told, reasons } = await given.live({ kept: KEPT })
    for (let i = 5; i < 300; i++) given.server.put(large('hog', i))
    given.server.put(large('shop', 5))
    await eventually(() => expect(idsOf(told.ids, 'shop')).toBe(6))
    expect(idsOf(told.ids, 'hog')).toBeLessThan(150)
    // One of those that had no room before.
    for (let i = 0; i < 299; i++) given.server.remove(large('hog', i))
    await eventually(() => expect(idsOf(told.ids, 'hog')).toBe(0))
    given.server.watcher('services').response.end()
    await eventually(() => expect(told.ids).toContain('Service hog/s299'))
    expect(reasons()).toEqual([])
    await eventually(() => expect(told.problem).toEqual([]))
  })
})
