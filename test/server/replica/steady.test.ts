import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SteadyReplica, updateBetween, wholeUpdate } from '../../../src/server/replica/index.ts'
import { updatePieces } from '../../../src/server/workers/pieces.ts'
import { printRecord } from '../../../src/values/dns/index.ts'
import type { Snapshot, World } from '../../../src/world/zone/index.ts'
import { beginning, clusterset, events, NOW, turn } from '../../properties/worlds.ts'
import { entriesAsAnswered } from '../../support/answered.ts'
import { recordsOfZone } from '../../support/render.ts'
import { runs } from '../../support/runs.ts'
import { Told } from './onlooker.ts'

const partsOf = ({ settings, clusterset, zones, serials, settled }: World) =>
  structuredClone({ settings, clusterset, zones, serials, settled })

const said = (snapshot: Snapshot, { zones, clusterset: { local } }: World): readonly string[] =>
  [...zones.values()].flatMap((zone) =>
    recordsOfZone(snapshot, zone, local)
      .map((rr) => `${zone.name} ${printRecord(rr)}`)
      .toSorted(),
  )

test('says what its world says, and each snapshot goes on saying what it said', () => {
  fc.assert(
    fc.property(clusterset, fc.array(events(), { minLength: 1, maxLength: 4 }), (members, turns) => {
      let flow = beginning(members)
      const replica = new SteadyReplica(partsOf(flow.world))
      replica.apply(structuredClone(wholeUpdate(flow.world)))
      replica.show()
      const seen = [{ snapshot: replica.snapshot, world: flow.world }]
      for (const [i, list] of turns.entries()) {
        const before = flow.world
        flow = turn(flow, list, NOW + i * 1000)
        for (const piece of updatePieces(structuredClone(updateBetween(before, flow.world))))
          replica.apply(piece)
        expect(replica.snapshot).toBe(seen.at(-1)?.snapshot)
        replica.show()
        seen.push({ snapshot: replica.snapshot, world: flow.world })
      }
      for (const { snapshot, world } of seen) {
        expect(said(snapshot, world)).toEqual(said(world, world))
        expect(new Map(snapshot.entries)).toEqual(entriesAsAnswered(world))
        expect(new Map(snapshot.tally)).toEqual(new Map(world.tally))
        expect(new Map(snapshot.pointers)).toEqual(new Map(world.pointers))
      }
    }),
    { numRuns: runs(40) },
  )
})

test('an iteration that was begun goes on over its own snapshot, whatever comes meanwhile', () => {
  const [members, list] = fc.sample(fc.tuple(clusterset, events()), { numRuns: 1, seed: 3 })[0] ?? []
  if (members === undefined || list === undefined) throw new Error('no sample')
  const { world } = turn(beginning(members), list)
  const told = new Told()
  const replica = new SteadyReplica(partsOf(world), told)
  const whole = wholeUpdate(world)
  replica.apply(structuredClone(whole))
  expect(told.take()).toEqual([])
  replica.show()
  const keys = [...world.entries].map(([key]) => key).toSorted()
  const [first = ''] = keys
  const before = replica.snapshot.entries
  const reading = before[Symbol.iterator]()
  const read = [reading.next().value?.[0]]
  expect(told.take()).toEqual(keys.map((key) => `+${key}`))
  replica.apply({ ...wholeUpdate({ ...world, entries: world.entries }), gone: keys })
  expect(told.take()).toEqual([])
  replica.show()
  for (let next = reading.next(); next.done !== true; next = reading.next()) read.push(next.value[0])
  expect(read.toSorted()).toEqual(keys)
  expect([...replica.snapshot.entries]).toEqual([])
  expect(told.take()).toEqual(keys.map((key) => `-${key}`))
  expect(before.get(first)).toBe(before.get(first))
  expect(before.get(first)).not.toBe(undefined)
  expect(replica.snapshot.entries.get(first)).toBe(undefined)
})
