import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answer } from '../../../src/answer/records/index.ts'
import {
  isEmpty,
  type Onlooker,
  Replica,
  updateBetween,
  wholeUpdate,
} from '../../../src/server/replica/index.ts'
import { printRecord, TYPE } from '../../../src/values/dns/index.ts'
import { Table } from '../../../src/values/table/index.ts'
import {
  type Entry,
  type Snapshot,
  settle,
  type World,
  withFreshness,
} from '../../../src/world/zone/index.ts'
import { beginning, clusterset, events, NOW, turn, viewpointsOf } from '../../properties/worlds.ts'
import { asAnswered, entriesAsAnswered } from '../../support/answered.ts'
import { recordsOfZone } from '../../support/render.ts'
import { seeded } from '../../support/seeded.ts'
import { identityOf, question } from '../../support/values.ts'
import { Told } from './onlooker.ts'

/** A replica as another thread would have it: whatever crosses is copied on the way. */
const replicaOf = (world: World, onlooker: Onlooker | null = null): Replica => {
  const replica = new Replica(structuredClone(partsOf(world)), onlooker)
  replica.apply(structuredClone(wholeUpdate(world)))
  return replica
}

const partsOf = ({ settings, clusterset, zones, serials, settled }: World) => ({
  settings,
  clusterset,
  zones,
  serials,
  settled,
})

/** Everything that a world answers: each zone as each viewpoint sees it. */
const said = (snapshot: Snapshot, world: World): readonly string[] =>
  viewpointsOf(world.clusterset).flatMap((viewpoint) =>
    [...world.zones.values()].flatMap((zone) =>
      recordsOfZone(snapshot, zone, viewpoint).map((rr) => `${viewpoint.cluster} ${printRecord(rr)}`),
    ),
  )

describe('a replica', () => {
  test('answers as its world does, after any run of updates', () => {
    fc.assert(
      fc.property(clusterset, fc.array(events(), { minLength: 1, maxLength: 4 }), (members, turns) => {
        let flow = beginning(members)
        const replica = replicaOf(flow.world)
        for (const [i, list] of turns.entries()) {
          const before = flow.world
          flow = turn(flow, list, NOW + i * 1000)
          replica.apply(structuredClone(updateBetween(before, flow.world)))
        }
        expect(said(replica.snapshot, flow.world).toSorted()).toEqual(said(flow.world, flow.world).toSorted())
        expect(new Map(replica.snapshot.tally)).toEqual(new Map(flow.world.tally))
        expect(new Map(replica.snapshot.pointers)).toEqual(new Map(flow.world.pointers))
      }),
      { numRuns: 60 },
    )
  })

  test('has every entry as the world has it, whatever an entry holds', () => {
    fc.assert(
      fc.property(clusterset, events(), (members, list) => {
        const { world } = turn(beginning(members), list)
        const replica = replicaOf(world)
        expect(new Map(replica.snapshot.entries)).toEqual(entriesAsAnswered(world))
        for (const [key, entry] of world.entries)
          expect(replica.snapshot.entries.get(key)).toEqual(asAnswered(entry))
      }),
      { numRuns: 60 },
    )
  })

  test('draws the same clusters for the same chance', () => {
    fc.assert(
      fc.property(clusterset, events(), fc.integer(), (members, list, seed) => {
        const { world } = turn(beginning(members), list)
        const replica = replicaOf(world)
        const asker = { viewpoint: world.clusterset.local, address: '\x0a\0\0\x01', mayExplain: true }
        for (const [key] of world.entries) {
          const [namespace, name] = key.split('/')
          const asked = question(`${name}.${namespace}.global`, TYPE.A)
          const ask = (snapshot: Snapshot) => answer(asked, snapshot, asker, identityOf(), seeded(seed))
          expect(ask(replica.snapshot)).toEqual(ask(world))
        }
      }),
      { numRuns: 60 },
    )
  })

  test('is told nothing when nothing changed, and of a state only that cluster and the serials that move', () => {
    const members = fc.sample(clusterset, { numRuns: 1, seed: 8 })[0]
    if (members === undefined) throw new Error('no sample')
    const world = settle(turn(beginning(members), []).world)
    expect(isEmpty(updateBetween(world, world))).toBe(true)
    const down = withFreshness(world, world.clusterset.local.cluster, { kind: 'down', heard: 1 }, NOW + 5000)
    const { members: changed, serials, ...others } = updateBetween(world, down)
    expect(changed.map(({ id }) => id)).toEqual([world.clusterset.local.cluster])
    expect(new Map(serials)).toEqual(
      new Map([...down.serials].filter(([zone, serial]) => world.serials.get(zone) !== serial)),
    )
    expect(serials.length).toBeGreaterThan(0)
    expect(isEmpty({ ...others, members: [], serials: [] })).toBe(true)
  })

  test('tells of an entry that changed and of no other, so that what follows from those holds', () => {
    const [members, list] = fc.sample(fc.tuple(clusterset, events()), { numRuns: 1, seed: 3 })[0] ?? []
    if (members === undefined || list === undefined) throw new Error('no sample')
    const { world } = turn(beginning(members), list)
    const told = new Told()
    const replica = replicaOf(world, told)
    const { entries } = replica.snapshot
    const keys = [...world.entries].map(([key]) => key)
    expect(told.take()).toEqual(keys.map((key) => `+${key}`).toSorted())
    for (const [key, entry] of world.entries) {
      expect(entries.get(key)).toEqual(asAnswered(entry))
      expect(entries.get(key)).toBe(entries.get(key))
    }
    expect(told.take()).toEqual([])
    const [changed = ''] = keys
    replica.apply(
      structuredClone(
        wholeUpdate({ ...world, entries: Table.empty<Entry>().set(changed, entryAt(world, changed)) }),
      ),
    )
    expect(told.take()).toEqual([`~${changed}`])
  })

  test('is another snapshot after every update, so that who saw one knows that nothing changed', () => {
    const members = fc.sample(clusterset, { numRuns: 1, seed: 7 })[0]
    if (members === undefined) throw new Error('no sample')
    const { world } = turn(beginning(members), [])
    const replica = replicaOf(world)
    const before = replica.snapshot
    expect(replica.snapshot).toBe(before)
    replica.apply(structuredClone(updateBetween(world, settle(world))))
    expect(replica.snapshot).not.toBe(before)
    expect(replica.snapshot.settled).toBe(true)
  })
})

function entryAt({ entries }: World, key: string): Entry {
  const entry = entries.get(key)
  if (entry === undefined) throw new Error(`no ${key}`)
  return entry
}
