import { describe, expect, test } from 'vitest'
import { KeyTurns } from '../../src/controller/turns.ts'

/** A key is `NAMESPACE/NAME`, or one of a namespace of its own. */
const partOf = (key: string): string => key.replace(/\/.*/, '')

const turns = (places = 4) => new KeyTurns<string>({ first: 'home', places, partOf })

const keys = (of: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${of}${i}`)

/** What is taken, one after the other, each ended before the next. */
function order(all: KeyTurns<string>, count: number): readonly string[] {
  return Array.from({ length: count }, () => {
    const key = all.take() ?? 'none'
    all.ended(key)
    return key
  })
}

describe('turns', () => {
  test.each([1, 10, 10_000])(
    'of a cluster with %i services keep nobody waiting for more than one',
    (count) => {
      const all = turns()
      for (const key of keys('bad', count)) all.add(key, ['bad'])
      for (const key of keys('west', 3)) all.add(key, ['west'])
      const taken = order(all, Math.min(count, 3) + 3)
      expect(taken.filter((key) => key.startsWith('west'))).toHaveLength(3)
      all.add('here', ['home'])
      expect(all.take()).toBe('here')
    },
  )

  test('of the cluster itself come first, and every other time', () => {
    const all = turns()
    for (const key of keys('bad', 3)) all.add(key, ['bad'])
    for (const key of keys('home', 3)) all.add(key, ['home'])
    expect(order(all, 7)).toEqual(['home0', 'bad0', 'home1', 'bad1', 'home2', 'bad2', 'none'])
  })

  test('take half of the places for one cluster, and leave one to the cluster itself', () => {
    const all = turns(4)
    for (const id of ['bad', 'west'] as const) for (const key of keys(id, 3)) all.add(key, [id])
    expect([all.take(), all.take(), all.take(), all.take()]).toEqual(['bad0', 'west0', 'bad1', undefined])
    expect(all.isReady).toBe(false)
    all.add('here', ['home'])
    expect(all.take()).toBe('here')
    all.ended('west0')
    expect([all.take(), all.take()]).toEqual(['west1', undefined])
  })

  test('of several clusters are one, in whichever lane comes first', () => {
    const all = turns()
    all.add('a', ['bad'])
    all.add('shared', ['bad', 'west'])
    all.add('shared', ['home'])
    expect(order(all, 3)).toEqual(['shared', 'a', 'none'])
  })
})

describe('turns of namespaces', () => {
  test.each([
    ['home', 1],
    ['home', 10],
    ['home', 10_000],
    ['west', 10_000],
  ])(
    'of a namespace of %s with %i services keep no other of it waiting for more than one',
    (party, count) => {
      const all = turns()
      for (const key of keys('bad/', count)) all.add(key, [party])
      for (const key of keys('shop/', 3)) all.add(key, [party])
      const taken = order(all, Math.min(count, 3) + 3)
      expect(taken.filter((key) => key.startsWith('shop/'))).toHaveLength(3)
      all.add('late/a', [party])
      expect(order(all, 2)).toContain('late/a')
    },
  )

  test.each([2, 4, 16])('of %i places leave one to another namespace', (places) => {
    const all = turns(places)
    for (const key of keys('bad/', 10 * places)) all.add(key, ['home'])
    const taken = Array.from({ length: places }, () => all.take())
    expect(taken.filter((key) => key !== undefined)).toHaveLength(places - 1)
    expect(all.isReady).toBe(false)
    all.add('shop/a', ['home'])
    expect([all.take(), all.take()]).toEqual(['shop/a', undefined])
    all.ended('bad/0')
    expect(all.take()).toBe(`bad/${places - 1}`)
  })

  test('of one place there is one for everybody in turn', () => {
    const all = turns(1)
    for (const key of ['bad/a', 'bad/b', 'shop/a']) all.add(key, ['home'])
    expect(order(all, 4)).toEqual(['bad/a', 'shop/a', 'bad/b', 'none'])
  })
})
