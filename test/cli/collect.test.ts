import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { collectAfterStart } from '../../src/cli/collect.ts'
import type { World } from '../../src/zone/index.ts'
import { withFreshness } from '../../src/zone/index.ts'
import { TWO_CLUSTERS } from '../respond/responder.ts'
import { made, NOW } from '../support/world.ts'

const { world: heard } = made(TWO_CLUSTERS)
const unheard = withFreshness(heard, 'west', { kind: 'stale', heard: NOW }, NOW)

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** Says how often it was collected after so many seconds in each of some worlds. */
function collections(worlds: readonly (readonly [World, seconds: number])[], usedMiB = 100): number[] {
  let [world] = worlds[0] ?? [heard]
  const gc = vi.fn()
  collectAfterStart({ world: () => world, gc, used: () => usedMiB * 2 ** 20 })
  return worlds.map(([next, seconds]) => {
    world = next
    vi.advanceTimersByTime(seconds * 1000)
    return gc.mock.calls.length
  })
}

test('what a start leaves is collected once, as soon as every cluster is watched', () => {
  expect(
    collections([
      [unheard, 10],
      [heard, 2],
      [unheard, 100],
      [heard, 100],
    ]),
  ).toEqual([0, 1, 1, 1])
})

test('with a cluster that stays away, after a minute', () => {
  expect(
    collections([
      [unheard, 59],
      [unheard, 2],
    ]),
  ).toEqual([0, 1])
})

test('a large heap is left to V8, which does not stand still for it', () => {
  expect(collections([[heard, 100]], 257)).toEqual([0])
})

test('without the flag nothing is asked for', () => {
  collectAfterStart({ world: () => heard, gc: undefined, used: () => 0 })
  expect(() => vi.advanceTimersByTime(2000)).not.toThrow()
})
