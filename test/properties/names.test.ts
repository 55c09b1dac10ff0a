import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Answer, answer } from '../../src/answer/records/index.ts'
import { above, fits, isWithin, printRecord, type RR, TYPE } from '../../src/values/dns/index.ts'
import type { Cluster, Clusterset, Freshness, Viewpoint } from '../../src/words/clusterset/index.ts'
import { type World, withClusterset, type Zone } from '../../src/world/zone/index.ts'
import { recordsOfZone } from '../support/render.ts'
import { runs } from '../support/runs.ts'
import { seeded } from '../support/seeded.ts'
import { identityOf, question } from '../support/values.ts'
import { beginning, clusterset, events, LABELS, NOW, turn, viewpointsOf } from './worlds.ts'

const IDENTITY = identityOf()

const ask = (world: World, name: string, type: number, viewpoint: Viewpoint, random: () => number): Answer =>
  answer(
    question(name, type),
    world,
    { viewpoint, address: '\x7f\0\0\x01', mayExplain: true },
    IDENTITY,
    random,
  )

/** A clusterset in which objects were put, and the same without ServiceImports. */
const world = (imports: boolean) =>
  fc.tuple(clusterset, events({ imports })).map(([members, list]) => turn(beginning(members), list).world)

const rendered = (world: World, viewpoint: Viewpoint) =>
  [...world.zones.values()].flatMap((zone) =>
    recordsOfZone(world, zone, viewpoint).map((rr) => ({ zone, rr })),
  )

const first = (clusterset: Clusterset): Viewpoint => viewpointsOf(clusterset)[0] ?? clusterset.local

/** The name and what is above it, up to the zone's own. */
function ancestors(name: string, zone: Zone): readonly string[] {
  const labels = above(name, zone.name).split('.')
  return labels.map((_, i) => [...labels.slice(i), zone.name].filter((part) => part !== '').join('.'))
}

describe('what a zone renders, it answers', () => {
  test('every rendered record is answered positively, by some of what is rendered', () => {
    fc.assert(
      fc.property(world(true), fc.integer(), (made, seed) => {
        const viewpoint = first(made.clusterset)
        const all = rendered(made, viewpoint)
        const lines = new Set(all.map(({ rr }) => printRecord(rr)))
        const random = seeded(seed)
        const questions = new Map(all.map(({ rr }) => [`${rr.owner} ${rr.data.type}`, rr]))
        for (const { owner, data } of questions.values()) {
          const found = ask(made, owner, data.type, viewpoint, random)
          if (data.type === TYPE.A || data.type === TYPE.AAAA)
            expect(['records', 'noData']).toContain(found.kind)
          else expect(found.kind, `${owner} ${data.type}`).toBe('records')
          const answers: readonly RR[] = found.kind === 'records' ? found.answers : []
          for (const rr of answers) if (rr.data.type !== TYPE.SRV) expect(lines).toContain(printRecord(rr))
        }
      }),
      { numRuns: runs(120) },
    )
  })

  test('every name above a rendered one, up to its zone, is no name error', () => {
    fc.assert(
      fc.property(world(true), (made) => {
        const viewpoint = first(made.clusterset)
        const names = rendered(made, viewpoint).flatMap(({ zone, rr }) => ancestors(rr.owner, zone))
        for (const name of new Set(names))
          expect(ask(made, name, TYPE.A, viewpoint, Math.random).kind, name).not.toBe('nameError')
      }),
      { numRuns: runs(120) },
    )
  })

  test('every rendered name respects the limits of the DNS, and so does every name that it points to', () => {
    fc.assert(
      fc.property(world(true), (made) => {
        for (const { rr } of viewpointsOf(made.clusterset).flatMap((from) => rendered(made, from))) {
          expect(fits(rr.owner.replace(/^\*\./, '')), rr.owner).toBe(true)
          if ('target' in rr.data) expect(fits(rr.data.target), rr.data.target).toBe(true)
        }
      }),
      { numRuns: runs(120) },
    )
  })

  test('every target of SRV, NS and PTR inside our zones is a name that exists', () => {
    fc.assert(
      fc.property(world(true), (made) => {
        const viewpoint = first(made.clusterset)
        for (const { rr } of rendered(made, viewpoint)) {
          if (!('target' in rr.data)) continue
          const { target } = rr.data
          const kinds = [TYPE.A, TYPE.AAAA].map(
            (type) => ask(made, target, type, viewpoint, Math.random).kind,
          )
          if (rr.data.type === TYPE.SRV) expect(kinds, target).toContain('records')
          else expect(kinds, target).not.toContain('nameError')
        }
      }),
      { numRuns: runs(120) },
    )
  })

  test('a rendered zone holds each record once, and nothing of another zone', () => {
    fc.assert(
      fc.property(world(true), (made) => {
        for (const zone of made.zones.values()) {
          const records = recordsOfZone(made, zone, first(made.clusterset))
          const lines = records.map((rr) => printRecord(rr))
          expect(new Set(lines).size).toBe(lines.length)
          expect(records.filter(({ owner }) => !isWithin(owner, zone.name))).toEqual([])
        }
      }),
      { numRuns: runs(120) },
    )
  })
})

const kinds: fc.Arbitrary<Freshness['kind']> = fc.constantFrom('live', 'stale', 'down', 'unreachable')

describe('what exists', () => {
  test('existence of exported services depends on no viewpoint, no cluster state and no chance', () => {
    fc.assert(
      fc.property(
        world(false),
        fc.array(kinds, { minLength: 4, maxLength: 4 }),
        fc.integer(),
        (made, states, seed) => {
          const { clusterset } = made
          const members = [...clusterset.members].map(([id, cluster], i): [string, Cluster] => {
            const kind = states[i] ?? 'live'
            return [id, { ...cluster, freshness: kind === 'never' ? { kind } : { kind, heard: NOW } }]
          })
          const other = withClusterset(made, { ...clusterset, members: new Map(members) }, NOW)
          const [here, ...there] = viewpointsOf(clusterset)
          if (here === undefined) return
          const names = rendered(made, here).flatMap(({ zone, rr }) => ancestors(rr.owner, zone))
          const asked = [...new Set([...names, ...names.map((name) => `x.${name}`), ...MADE_UP])]
          const exist = (world: World, viewpoint: Viewpoint, random: () => number) =>
            asked.filter((name) => ask(world, name, TYPE.A, viewpoint, random).kind !== 'nameError')
          const expected = exist(made, here, () => 0)
          const random = seeded(seed)
          for (const viewpoint of there) expect(exist(other, viewpoint, random)).toEqual(expected)
        },
      ),
      { numRuns: runs(80) },
    )
  })

  test('a name without records exists iff a name below it does', () => {
    fc.assert(
      fc.property(world(true), (made) => {
        const viewpoint = first(made.clusterset)
        const vocabulary = labelsIn(made, viewpoint)
        for (const zone of made.zones.values()) crawl(zone.name)

        function crawl(name: string): boolean {
          const kinds = TYPES.map((type) => ask(made, name, type, viewpoint, Math.random).kind)
          if (kinds.includes('nameError')) return false
          const below = vocabulary.filter((label) => crawl(`${label}.${name}`))
          const empty = !kinds.includes('records') && !kinds.includes('noRoute')
          if (empty && below.length === 0)
            expect(
              ALWAYS.some((label) => name.startsWith(`${label}.`)),
              name,
            ).toBe(true)
          return true
        }
      }),
      { numRuns: runs(15) },
    )
  })
})

const TYPES = [TYPE.A, TYPE.AAAA, TYPE.SRV, TYPE.SOA, TYPE.TXT, TYPE.PTR]
const ALWAYS = ['svc', 'dns', '_explain', 'ns']

const labelsIn = (made: World, viewpoint: Viewpoint): readonly string[] => [
  ...new Set([...LABELS, ...rendered(made, viewpoint).flatMap(({ rr }) => rr.owner.split('.'))]),
]

const MADE_UP = [
  'web.web.svc.clusterset.local',
  'web.global',
  'shop.web.global',
  'east.web.default.svc.clusterset.local',
]
