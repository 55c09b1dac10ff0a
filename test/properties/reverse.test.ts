import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Address, printAddress } from '../../src/values/dns/index.ts'
import type { Viewpoint } from '../../src/words/clusterset/index.ts'
import { emptyWorld, settle, type World } from '../../src/world/zone/index.ts'
import { recordsOfZone } from '../support/render.ts'
import { runs } from '../support/runs.ts'
import { beginning, clusterset, events, type Flow, NOW, planOf, SETTINGS, turn } from './worlds.ts'

/** The addresses that names of services have, from a viewpoint. */
const held = (world: World, viewpoint: Viewpoint): ReadonlySet<string> =>
  new Set(
    [...world.zones.values()]
      .filter(({ kind }) => kind !== 'reverse')
      .flatMap((zone) => recordsOfZone(world, zone, viewpoint))
      .flatMap(({ data }) => ('address' in data ? [printAddress(data.address)] : [])),
  )

const pointed = ({ pointers }: World): readonly Address[] => [...pointers].map(([address]) => address)

describe('an address that has a PTR record', () => {
  test('is in an answer from where the server stands', () => {
    fc.assert(
      fc.property(clusterset, events(), (members, list) => {
        const { world } = turn(beginning(members), list)
        const addresses = held(world, members.local)
        expect(pointed(world).filter((address) => !addresses.has(printAddress(address)))).toEqual([])
      }),
      { numRuns: runs(200) },
    )
  })

  test('is in an answer from there or from where the mapped clients do', () => {
    fc.assert(
      fc.property(clusterset, events(), (members, list) => {
        const ids = [...members.members.keys()].slice(1, 3)
        const settings = { ...SETTINGS, mapped: ids }
        const empty: Flow = {
          world: settle(emptyWorld(planOf(members, settings), NOW)),
          views: beginning(members).views,
        }
        const { world } = turn(empty, list)
        const viewpoints = [members.local, ...ids.map((cluster) => ({ cluster, locality: null }))]
        const all = new Set(viewpoints.flatMap((from) => [...held(world, from)]))
        expect(pointed(world).filter((address) => !all.has(printAddress(address)))).toEqual([])
        expect(pointed(world).length).toBeGreaterThanOrEqual(
          pointed(turn(beginning(members), list).world).length,
        )
      }),
      { numRuns: runs(200) },
    )
  })
})
