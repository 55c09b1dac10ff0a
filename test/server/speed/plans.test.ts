import { expect, test } from 'vitest'
import type { AnswerPlan } from '../../../src/answer/records/index.ts'
import { Generation } from '../../../src/server/speed/generation.ts'
import { PlainQuery } from '../../../src/server/speed/plain.ts'
import { Plans } from '../../../src/server/speed/plans.ts'
import { withFreshness } from '../../../src/world/zone/index.ts'
import { buildQuery } from '../../support/client.ts'
import { large } from '../../support/large.ts'
import { MASKED } from '../../support/masked.ts'
import { marksOf } from '../../support/speed.ts'
import { peer } from '../../support/values.ts'
import { made, NOW } from '../../support/world.ts'
import { responder, TCP, TWO_CLUSTERS, UDP } from '../replies/responder.ts'

function plainOf(name: string): PlainQuery {
  const octets = buildQuery({ name, type: 'A' })
  const plain = new PlainQuery()
  expect(plain.read(new DataView(octets.buffer), 0, octets.length)).toBe(true)
  return plain
}

const { world } = made(TWO_CLUSTERS)
const marks = marksOf(world)
const origin = new Generation(marks).origin('default/web')
const answers = (count: number) =>
  Array.from({ length: count }, () => ({ owner: 'x', ttl: 5, data: { type: 1, address: '1234' } as const }))

/** Of so many records, as they are weighed. */
const planOf = (records: number): AnswerPlan => {
  const answer = {
    kind: 'records',
    zone: { kind: 'global', name: 'global' },
    answers: answers(records - 1),
    runs: [],
    additional: [],
    clusters: [],
    dated: [],
    follows: 'viewpoint',
  } as const
  return { draws: [{ cluster: '', chance: 1, answer }], sticky: null }
}

function plansOf(records: number) {
  const generation = new Generation(marks)
  generation.enter(world)
  return { generation, plans: new Plans(generation, records) }
}

test.each([
  [99, true],
  [100, true],
  [101, false],
  [1000, false],
])('a plan of %i records is kept where there is room for a hundred: %s', (records, isKept) => {
  const { plans } = plansOf(100)
  plans.keep(plainOf('web.default.global'), 0, false, origin, planOf(records))
  expect(plans.find(plainOf('web.default.global'), 0, false) !== undefined).toBe(isKept)
})

test('there is room for so many records in all, and the one not asked for longest goes', () => {
  const { plans } = plansOf(1000)
  const names = Array.from({ length: 100 }, (_, i) => plainOf(`w${i}.default.global`))
  for (const plain of names) plans.keep(plain, 0, false, origin, planOf(100))
  const there = names.filter((plain) => plans.find(plain, 0, false) !== undefined)
  expect(there).toEqual(names.slice(-10))
})

test('a plan is of one question, viewpoint, transport, state of its service and epoch', () => {
  const { generation, plans } = plansOf(100)
  const plain = plainOf('web.default.global')
  plans.keep(plain, 0, false, origin, planOf(10))
  expect(plans.find(plain, 0, false)).toBeDefined()
  expect(plans.find(plain, 1, false)).toBeUndefined()
  expect(plans.find(plain, 0, true)).toBeUndefined()
  expect(plans.find(plainOf('db.default.global'), 0, false)).toBeUndefined()
  marks.changed('default/web')
  expect(plans.find(plain, 0, false)).toBeUndefined()
  plans.keep(plain, 0, false, generation.origin('default/web'), planOf(10))
  expect(plans.find(plain, 0, false)).toBeDefined()
  generation.enter(withFreshness(world, 'west', { kind: 'stale', heard: NOW }, NOW))
  expect(plans.find(plain, 0, false)).toBeUndefined()
})

test.each([UDP, TCP, peer(MASKED)])(
  'a service that is too large for a template is worked out once, not for each query: $transport.label',
  (peer) => {
    const files = { 'db.json': large({ name: 'db', clusterIP: null, endpoints: 1000 }) }
    const over = made({ clusters: { east: files } })
    let reads = 0
    const entries = new Proxy(over.world.entries, {
      get: (table, name) => {
        if (name !== 'get') return Reflect.get(table, name).bind(table)
        return (key: string) => {
          reads++
          return table.get(key)
        }
      },
    })
    const { ask } = responder({ snapshot: () => ({ ...over.world, entries }) }, over)
    const query = { name: 'db.default.svc.clusterset.local', type: 'A', edns: {} }
    const first = ask(query, peer)
    const before = reads
    for (let i = 0; i < 20; i++) expect(ask(query, peer)).toEqual(first)
    expect(reads - before).toBe(0)
  },
)
