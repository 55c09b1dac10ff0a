import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Drawn,
  drawsOf,
  type Level,
  pick,
  pickFor,
  type Routing,
  shuffle,
} from '../../../src/answer/routing/index.ts'
import { seeded } from '../../support/seeded.ts'
import { candidate } from './candidates.ts'

/** A level as the draw sees it: its part of the draws, and each cluster's share. */
const level = (draws: number, shares: Readonly<Record<string, number>>): Level => ({
  label: '',
  draws,
  members: Object.entries(shares).map(([id, share]) => ({
    candidate: candidate(id),
    share,
    families: [],
    addresses: [],
  })),
})

const routing = (...levels: readonly Level[]): Routing => ({
  levels,
  apart: null,
  standby: 'usable',
  candidates: [],
  routable: [],
  excluded: [],
  obstacle: null,
  pending: false,
})

const idOf = (drawn: Drawn | undefined): string | undefined => drawn?.member.candidate.id

/** How often each cluster is drawn. */
function draws(from: Routing, count: number, draw: (from: Routing, i: number) => Drawn | undefined) {
  const counts = new Map<string, number>()
  for (let i = 0; i < count; i++) {
    const id = idOf(draw(from, i)) ?? 'nobody'
    counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  return counts
}

const ASKERS = Array.from({ length: 4000 }, (_, i) => String.fromCharCode(10, 244, i >> 8, i & 0xff))

describe('a draw by chance', () => {
  test('nobody can be drawn from nobody', () => {
    expect(pick(drawsOf(routing()), 0)).toBeUndefined()
    expect(pickFor(drawsOf(routing()), ASKERS[0] ?? '', 'default/web')).toBeUndefined()
  })

  test('follows levels and shares', () => {
    const random = seeded(7)
    const from = routing(level(0.8, { a: 0.75, b: 0.25 }), level(0.2, { c: 1 }))
    const counts = draws(from, 20_000, () => pick(drawsOf(from), random()))
    expect((counts.get('a') ?? 0) / 20_000).toBeCloseTo(0.6, 1)
    expect((counts.get('b') ?? 0) / 20_000).toBeCloseTo(0.2, 1)
    expect((counts.get('c') ?? 0) / 20_000).toBeCloseTo(0.2, 1)
  })

  test('never goes to a share or a level of nothing, at either end of chance', () => {
    const from = routing(level(0, { x: 1 }), level(1, { y: 0, a: 1, z: 0 }), level(0, { x: 1 }))
    for (const random of [0, Number.EPSILON, 0.5, 1 - Number.EPSILON]) {
      expect(idOf(pick(drawsOf(from), random))).toBe('a')
      expect(idOf(pickFor(drawsOf(from), ASKERS[0] ?? '', 'default/web'))).toBe('a')
    }
  })
})

describe('a draw by asker', () => {
  const three = { a: 1 / 3, b: 1 / 3, c: 1 / 3 }

  test('is the same for the same asker', () => {
    const from = routing(level(1, three))
    for (const asker of ASKERS.slice(0, 50))
      expect(idOf(pickFor(drawsOf(from), asker, 'default/web'))).toBe(
        idOf(pickFor(drawsOf(from), asker, 'default/web')),
      )
  })

  test('follows levels and shares over askers', () => {
    const from = routing(level(0.5, { a: 0.7, b: 0.3 }), level(0.5, { c: 1 }))
    const counts = draws(from, ASKERS.length, (_, i) =>
      pickFor(drawsOf(from), ASKERS[i] ?? '', 'default/web'),
    )
    const share = (id: string) => (counts.get(id) ?? 0) / ASKERS.length
    expect(Math.abs(share('a') - 0.35)).toBeLessThan(0.04)
    expect(Math.abs(share('b') - 0.15)).toBeLessThan(0.04)
    expect(Math.abs(share('c') - 0.5)).toBeLessThan(0.04)
  })

  test('removing one cluster moves only its own clients', () => {
    const [before, after] = [routing(level(1, three)), routing(level(1, { a: 0.5, c: 0.5 }))]
    for (const asker of ASKERS) {
      const was = idOf(pickFor(drawsOf(before), asker, 'default/web'))
      if (was !== 'b') expect(idOf(pickFor(drawsOf(after), asker, 'default/web'))).toBe(was)
    }
  })

  test('the clients of a removed cluster spread over those that are left', () => {
    const [before, after] = [routing(level(1, three)), routing(level(1, { a: 0.5, c: 0.5 }))]
    const moved = ASKERS.filter((asker) => idOf(pickFor(drawsOf(before), asker, 'default/web')) === 'b')
    const to = draws(after, moved.length, (_, i) => pickFor(drawsOf(after), moved[i] ?? '', 'default/web'))
    expect(Math.abs((to.get('a') ?? 0) / moved.length - 0.5)).toBeLessThan(0.08)
  })

  test('two services of one asker are drawn apart', () => {
    const from = routing(level(1, { a: 0.5, b: 0.5 }))
    const same = ASKERS.filter(
      (asker) =>
        idOf(pickFor(drawsOf(from), asker, 'default/web')) ===
        idOf(pickFor(drawsOf(from), asker, 'shop/cart')),
    )
    expect(Math.abs(same.length / ASKERS.length - 0.5)).toBeLessThan(0.05)
  })
})

describe('random order', () => {
  test('loses nothing and adds nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.integer(), (items, seed) => {
        expect(shuffle(items, seeded(seed)).toSorted()).toEqual(items.toSorted())
      }),
    )
  })

  test('gives every order the same chance', () => {
    const random = seeded(3)
    const counts = new Map<string, number>()
    for (let i = 0; i < 6000; i++) {
      const order = shuffle(['a', 'b', 'c'], random).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(6)
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
})
