import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Clusterset } from '../../src/words/clusterset/index.ts'
import { objectIdOf } from '../../src/words/kube/index.ts'
import { rebuild, type World } from '../../src/world/zone/index.ts'
import { recordsOfZone } from '../support/render.ts'
import { runs } from '../support/runs.ts'
import {
  beginning,
  clusterset,
  contentOf,
  type Event,
  events,
  NOW,
  planOf,
  standing,
  turn,
} from './worlds.ts'

/** Events cut into turns at random places. */
const turns = fc.array(events(), { minLength: 1, maxLength: 5 })

const shuffled = (list: readonly Event[]) =>
  fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length })

describe('the world is a function of what the clusters last said', () => {
  test('derived step by step it equals the one derived from scratch', () => {
    fc.assert(
      fc.property(clusterset, turns, (members, turns) => {
        const stepped = turns.reduce((flow, events) => turn(flow, events), beginning(members))
        const scratch = turn(beginning(members), standing(turns.flat()))
        expect(contentOf(stepped.world)).toEqual(contentOf(scratch.world))
      }),
      { numRuns: runs(150) },
    )
  })

  test('the order in which objects and clusters speak never matters', () => {
    const orders = events({ deletes: false }).chain((list) =>
      fc.tuple(shuffled(standing(list)), shuffled(standing(list))),
    )
    fc.assert(
      fc.property(clusterset, orders, (members, [one, other]) => {
        const forwards = turn(beginning(members), one)
        const { world, views } = beginning(members)
        const backwards = turn({ world, views: new Map([...views].reverse()) }, other)
        expect(contentOf(backwards.world)).toEqual(contentOf(forwards.world))
      }),
      { numRuns: runs(150) },
    )
  })

  test('nothing left of any object leaves nothing behind', () => {
    fc.assert(
      fc.property(clusterset, events(), (members, list) => {
        const full = turn(beginning(members), list)
        const gone = standing(list).map(({ cluster, change }): Event => {
          if (change.op === 'delete') return { cluster, change }
          return { cluster, change: { op: 'delete', ...objectIdOf(change.object) } }
        })
        expect(contentOf(turn(full, gone).world)).toEqual(contentOf(beginning(members).world))
      }),
      { numRuns: runs(100) },
    )
  })
})

describe('what did not change keeps its identity', () => {
  test('a turn that says again what was said returns the same world, serials and all', () => {
    fc.assert(
      fc.property(clusterset, events(), (members, list) => {
        const flow = turn(beginning(members), list)
        const again = structuredClone(standing(list))
        expect(turn(flow, again, NOW + 60_000).world).toBe(flow.world)
      }),
      { numRuns: runs(100) },
    )
  })

  test('a change to one service leaves the entries of all others as they were', () => {
    fc.assert(
      fc.property(clusterset, events(), events(), (members, before, after) => {
        const flow = turn(beginning(members), before)
        const next = turn(flow, after)
        const said = JSON.stringify(after)
        const hosts = JSON.stringify([before, after])
        for (const [key, entry] of flow.world.entries) {
          const [namespace = '', name = ''] = key.split('/')
          // A slice is taken away by its own name, which does not say whose it was.
          if (said.includes(`"${namespace}"`) || said.includes(`"${namespace}/`)) continue
          // A host of a ServiceEntry names a service of any namespace, which tells of it as long as it is there.
          if (hosts.includes(`.${namespace}.`)) continue
          expect(next.world.entries.get(`${namespace}/${name}`)).toBe(entry)
        }
      }),
      { numRuns: runs(100) },
    )
  })

  test('a zone whose records changed has a newer serial', () => {
    fc.assert(
      fc.property(clusterset, events(), events(), (members, before, after) => {
        const flow = turn(beginning(members), before)
        const next = turn(flow, after, NOW + 60_000)
        for (const zone of flow.world.zones.keys())
          if (recordsIn(next.world, zone) !== recordsIn(flow.world, zone))
            expect(serial(next.world, zone), zone).toBeGreaterThan(serial(flow.world, zone))
      }),
      { numRuns: runs(100) },
    )
  })

  test('a cluster zone only for its own export, as long as no other cluster says the way to it', () => {
    const unrouted = events({ routes: false })
    fc.assert(
      fc.property(clusterset, unrouted, unrouted, (members, before, after) => {
        const flow = turn(beginning(members), before)
        const next = turn(flow, after, NOW + 60_000)
        const said = new Set(after.map(({ cluster }) => cluster))
        for (const id of members.members.keys()) {
          if (!said.has(id)) expect(serial(next.world, `${id}.local`)).toBe(serial(flow.world, `${id}.local`))
        }
      }),
      { numRuns: runs(100) },
    )
  })

  test('so has one whose records another configuration changed; under the same one no serial moves', () => {
    fc.assert(
      fc.property(clusterset, clusterset, events(), (members, others, list) => {
        const { world, views } = turn(beginning(members), list)
        const rebuilt = (to: Clusterset) => rebuild(world, planOf(to), views, NOW + 60_000)
        expect(rebuilt(structuredClone(members)).serials).toEqual(world.serials)
        const next = rebuilt(asFresh(others, members))
        for (const zone of next.zones.keys())
          if (world.zones.has(zone) && recordsIn(next, zone) !== recordsIn(world, zone))
            expect(serial(next, zone), zone).toBeGreaterThan(serial(world, zone))
      }),
      { numRuns: runs(100) },
    )
  })
})

const serial = ({ serials }: World, zone: string): number => serials.get(zone) ?? 0

/** All that a transfer of a zone holds but the serial, from where the server stands. */
function recordsIn(world: World, name: string): string {
  const zone = world.zones.get(name)
  if (zone === undefined) return ''
  const [, ...records] = recordsOfZone(world, zone, world.clusterset.local)
  return records
    .map((rr) => JSON.stringify(rr))
    .sort()
    .join('\n')
}

/** Clusters stay as fresh as they were, whatever is configured. */
const asFresh = (to: Clusterset, from: Clusterset): Clusterset => ({
  ...to,
  members: new Map(
    [...to.members].map(([id, cluster]) => {
      const { freshness, slow } = from.members.get(id) ?? cluster
      return [id, { ...cluster, freshness, slow }]
    }),
  ),
})
