import { describe, expect, test } from 'vitest'
import { changedServices, changersBetween, exportersOf, unheardIn } from '../../src/controller/changes.ts'
import { Table } from '../../src/values/table/index.ts'
import type { Cluster, Freshness } from '../../src/words/clusterset/index.ts'
import { type World, withClusterset, withFreshness } from '../../src/world/zone/index.ts'
import { NOW } from '../support/world.ts'
import { worldOf } from './writing.ts'

const WORLD = worldOf(['api', 'cart'], ['cart', 'search'])

const changed = (after: World, before: World = WORLD): readonly string[] =>
  [...new Set(changedServices(before, after))].sort()

/** The world with member west in another form. */
function withWest(change: Partial<Cluster>): World {
  const west = WORLD.clusterset.members.get('west')
  if (west === undefined) throw new Error('there is no west')
  const members = new Map(WORLD.clusterset.members).set('west', { ...west, ...change })
  return withClusterset(WORLD, { ...WORLD.clusterset, members }, NOW)
}

const west = (freshness: Freshness): World => withFreshness(WORLD, 'west', freshness, NOW)

describe('the services that may be wanted otherwise', () => {
  test('are those whose entry changed, came or went', () => {
    expect(changed(WORLD)).toEqual([])
    expect(
      changed(worldOf(['api', 'cart', 'new'], ['cart', 'search']), worldOf(['api', 'cart'], ['search'])),
    ).toEqual(expect.arrayContaining(['shop/cart', 'shop/new']))
  })

  test('are a cluster’s own when its state changes, and none when it is merely heard', () => {
    expect(changed(west({ kind: 'down', heard: NOW }))).toEqual(['shop/cart', 'shop/search'])
    expect(changed(west({ kind: 'live', heard: NOW + 5000 }))).toEqual([])
  })

  test('are all when a cluster is declared otherwise', () => {
    expect(changed(withWest({ drain: true }))).toEqual(['shop/api', 'shop/cart', 'shop/search'])
  })

  test('are none when a host name of nobody here resolves', () => {
    const resolved = Table.from([['lb.example.com', []]])
    expect(changed(withClusterset(WORLD, { ...WORLD.clusterset, resolved }, NOW))).toEqual([])
  })
})

test('clusters that were never heard are counted', () => {
  expect(unheardIn(WORLD)).toBe(0)
  expect(unheardIn(west({ kind: 'never' }))).toBe(1)
})

describe('a change', () => {
  test('is of the clusters that say another thing of the service, or stand otherwise', () => {
    const more = worldOf(['api', 'cart'], ['api', 'cart', 'search'])
    expect(changersBetween(WORLD, more)('shop/api')).toEqual(['west'])
    expect(changersBetween(more, WORLD)('shop/api')).toEqual(['west'])
    const down = west({ kind: 'down', heard: NOW })
    expect(changersBetween(WORLD, down)('shop/cart')).toEqual(['west'])
    expect(changersBetween(WORLD, down)('shop/api')).toEqual([])
  })

  test('that is nobody’s concerns who exports the service, and the cluster itself alone if it does', () => {
    expect(changersBetween(WORLD, withWest({ drain: true }))('shop/api')).toEqual([])
    expect(exportersOf(WORLD, 'shop/cart', 'east')).toEqual(['east'])
    expect(exportersOf(WORLD, 'shop/search', 'east')).toEqual(['west'])
    expect(exportersOf(WORLD, 'shop/none', 'east')).toEqual([])
  })
})
