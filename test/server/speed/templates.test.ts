import { describe, expect, test } from 'vitest'
import { Generation } from '../../../src/server/speed/generation.ts'
import { PlainQuery } from '../../../src/server/speed/plain.ts'
import { DrawnReply } from '../../../src/server/speed/reply-draw.ts'
import { originOf, replyPlanFor, templateOf } from '../../../src/server/speed/template.ts'
import { Templates } from '../../../src/server/speed/templates.ts'
import { AnswerCounts } from '../../../src/words/observe/index.ts'
import { type World, withFreshness } from '../../../src/world/zone/index.ts'
import { buildQuery } from '../../support/client.ts'
import { large } from '../../support/large.ts'
import { marksOf } from '../../support/speed.ts'
import { identityOf } from '../../support/values.ts'
import { made, NOW } from '../../support/world.ts'
import { responder, TWO_CLUSTERS } from '../replies/responder.ts'

const WEB = { name: 'web.default.svc.clusterset.local', type: 'A' } as const
const ZONE_ONLY = 'web.default.svc.cluster-of-nobody.clusterset.local'

const plainOf = (name: string, type: string | number = 'A'): PlainQuery => {
  const octets = buildQuery({ name, type })
  const plain = new PlainQuery()
  if (!plain.read(new DataView(octets.buffer), 0, octets.length)) throw new Error(`${name} is not plain`)
  return plain
}

const asker = { viewpoint: { cluster: 'east', locality: null }, mayExplain: true }
const template = (plain: PlainQuery, world: World) => {
  const origin = originOf(plain, asker, world, new Generation(marksOf(world)))
  const planned = replyPlanFor(plain, asker, world, identityOf())
  return origin && planned && templateOf(plain, planned, origin, world, new AnswerCounts())
}

/** A table of so many slots and octets, with one template under as many names as are kept. */
function tableOf(slots: number, octets: number) {
  const { world } = made(TWO_CLUSTERS)
  const generation = new Generation(marksOf(world))
  const templates = new Templates(generation, slots, octets)
  generation.enter(world)
  const one = template(plainOf(WEB.name), world)
  if (one === undefined) throw new Error('no template')
  return {
    keep: (plain: PlainQuery, isLong = false, viewpoint = 0) =>
      templates.keep(plain, viewpoint, { ...one, isLong }),
    has: (plain: PlainQuery, viewpoint = 0) => templates.draw(plain, viewpoint, () => 0, new DrawnReply()),
  }
}

test.each([1, 4, 5, 50])('a question that is asked from %i viewpoints has a reply kept for each', (count) => {
  const { keep, has } = tableOf(1024, 1 << 20)
  const plain = plainOf(WEB.name)
  const viewpoints = Array.from({ length: count }, (_, i) => i)
  for (const viewpoint of viewpoints) keep(plain, false, viewpoint)
  expect(viewpoints.filter((viewpoint) => !has(plain, viewpoint))).toEqual([])
  expect(has(plain, count)).toBe(false)
})

const LONG_NAMES = 40_000

describe('long replies', () => {
  test('take the place of no short one, however many there are, and short ones take none of theirs', () => {
    const { keep, has } = tableOf(1024, 1 << 20)
    const [short, long] = [names(100), namesOf('long', 20)]
    for (const plain of short) keep(plain)
    for (const plain of long) keep(plain, true)
    for (const plain of namesOf('more', LONG_NAMES)) keep(plain, true)
    expect(short.filter((plain) => !has(plain))).toEqual([])
    expect(long.filter(has)).toEqual([])
    for (const plain of long) keep(plain, true)
    for (const plain of namesOf('many', LONG_NAMES)) keep(plain)
    expect(long.filter((plain) => !has(plain))).toEqual([])
    expect(short.filter((plain) => has(plain))).toEqual([])
  })

  test('have an eighth of the room', () => {
    const { keep, has } = tableOf(1 << 16, 1 << 18)
    const many = namesOf('w', 4000)
    const kept = (isLong: boolean): number => {
      for (const plain of many) keep(plain, isLong)
      return many.filter((plain) => has(plain)).length
    }
    const long = kept(true)
    expect(long).toBeGreaterThan(100)
    expect(kept(false)).toBeGreaterThan(6 * long)
  })

  test.each([
    [1232, false],
    [1233, true],
    [3000, true],
  ])('are those above 1,232 octets: with %i it is one: %s', (octets, isLong) => {
    // Header, question, OPT and sixteen octets to an address.
    const label = [...Array(63).keys()].map((i) => 'n'.repeat(i + 1))
    const service = label.find((one) => (octets - lengthAround(one)) % 16 === 0) ?? ''
    const endpoints = (octets - lengthAround(service)) / 16
    const { world } = made({
      clusters: { east: { 'db.json': large({ name: service, clusterIP: null, endpoints }) } },
    })
    expect(template(plainOf(`${service}.default.svc.clusterset.local`), world)).toMatchObject({ isLong })
  })
})

const lengthAround = (service: string): number =>
  12 + `${service}.default.svc.clusterset.local`.length + 2 + 4 + 11

const namesOf = (prefix: string, count: number): readonly PlainQuery[] =>
  Array.from({ length: count }, (_, i) => plainOf(`${prefix}${i}.default.svc.clusterset.local`))

const names = (count: number): readonly PlainQuery[] =>
  Array.from({ length: count }, (_, i) => plainOf(`w${i}.default.svc.clusterset.local`))

describe('a reply that is kept', () => {
  test('is replaced when a cluster’s state is another, and told of in the next answer', () => {
    let { world } = made(TWO_CLUSTERS)
    const { ask } = responder({ snapshot: () => world })
    const edns = {}
    expect([ask({ ...WEB, edns }), ask({ ...WEB, edns })].map(({ edns }) => edns?.ede)).toEqual([[], []])
    world = withFreshness(world, 'east', { kind: 'stale', heard: NOW }, NOW)
    const [error] = ask({ ...WEB, edns }).edns?.ede ?? []
    expect(error?.text).toContain('east last heard from')
  })

  test('is not one that a service which changed has', () => {
    const [before, after] = ['10.101.0.1', '10.101.0.9'].map((clusterIP) => {
      const text = JSON.stringify(TWO_CLUSTERS)
        .replaceAll('10.101.0.1"', `${clusterIP}"`)
        .replaceAll('10.101.0.1\\"', `${clusterIP}\\"`)
      return made(JSON.parse(text)).world
    })
    let world = before
    if (before === undefined || after === undefined) throw new Error('no worlds')
    const { ask } = responder({ snapshot: () => world ?? before })
    expect(ask(WEB).answers).toEqual(ask(WEB).answers)
    const { settings, zones, clusterset } = before
    world = { ...after, settings, zones, clusterset }
    expect(JSON.stringify(ask(WEB).answers)).toContain('10.101.0.9')
  })

  test('has the serial that its zone has now', () => {
    let { world } = made(TWO_CLUSTERS)
    const { ask } = responder({ snapshot: () => world })
    const nothing = { ...WEB, type: 'AAAA' } as const
    const serials = () => ask(nothing).authorities.join()
    const first = serials()
    expect(serials()).toBe(first)
    world = { ...world, serials: new Map([...world.serials].map(([zone]) => [zone, 4711])) }
    expect(serials()).toContain('4711')
  })

  test('is found whatever the case of the question, and repeats it', () => {
    const { ask } = responder()
    ask(WEB)
    const loud = ask({ ...WEB, name: 'WEB.Default.svc.clusterset.local' })
    expect(loud.answers.length).toBeGreaterThan(0)
    expect(JSON.stringify(loud)).toContain('WEB.Default.svc')
  })
})

describe('what is kept', () => {
  test('is services’ replies alone: names that do not exist, apexes and explanations take no place', () => {
    const { world } = made(TWO_CLUSTERS)
    expect(template(plainOf(WEB.name), world)).toBeDefined()
    for (const name of [
      'nobody.default.svc.clusterset.local',
      ZONE_ONLY,
      'clusterset.local',
      'web.default._explain.clusterset.local',
    ])
      expect(template(plainOf(name), world), name).toBeUndefined()
  })

  test('is no answer that depends on the very client', () => {
    const { world } = made(TWO_CLUSTERS)
    const single = made({
      clusters: { ...TWO_CLUSTERS.clusters, west: TWO_CLUSTERS.clusters['east'] ?? {} },
    }).world
    expect(template(plainOf('sticky.default.svc.clusterset.local'), single)).toBeUndefined()
    expect(template(plainOf('sticky.default.svc.clusterset.local'), world)).toBeUndefined()
  })

  test('is bounded in number: the oldest of its place goes', () => {
    const { keep, has } = tableOf(8, 1 << 20)
    const many = names(100)
    for (const plain of many) keep(plain)
    const found = many.filter((plain) => has(plain))
    expect(found.length).toBeLessThanOrEqual(8)
    expect(found).toContain(many.at(-1))
  })

  test('is bounded in octets: the oldest of all goes', () => {
    const { keep, has } = tableOf(4096, 2048)
    const many = names(200)
    for (const [i, plain] of many.entries()) {
      keep(plain)
      expect(many.slice(Math.max(0, i - 3), i + 1).every((one) => has(one))).toBe(true)
    }
    const found = many.map((plain) => has(plain))
    expect(found.lastIndexOf(false)).toBeLessThan(found.indexOf(true))
    expect(found.filter((one) => one).length).toBeLessThan(20)
  })

  test('is kept once, however often', () => {
    const { keep, has } = tableOf(4, 1 << 20)
    const [one, ...others] = names(4)
    if (one === undefined) throw new Error('no name')
    for (const plain of [...others, one, one, one, one]) keep(plain)
    expect([one, ...others].map((plain) => has(plain))).toEqual([true, true, true, true])
  })

  test('is of one viewpoint', () => {
    const { keep, has } = tableOf(64, 1 << 20)
    const plain = plainOf(WEB.name)
    keep(plain)
    expect([has(plain), has(plain, 1)]).toEqual([true, false])
  })
})

describe('a question', () => {
  test('is itself alone, whatever its letters: no two names, types or lengths are taken for each other', () => {
    const { keep, has } = tableOf(4096, 1 << 20)
    const name = 'web-0_Z.default.svc.clusterset.local'
    keep(plainOf(name))
    expect(has(plainOf(name.toUpperCase()))).toBe(true)
    for (const other of [`x${name}`, name.slice(1), name.replace('_', '@'), name.replace('Z', '['), 'a'])
      expect(has(plainOf(other)), other).toBe(false)
    expect(has(plainOf(name, 'AAAA'))).toBe(false)
  })
})

describe('at its bounds', () => {
  const filled = (octets: number) => new Uint8Array(octets)
  const plain = plainOf(WEB.name)
  const { world } = made(TWO_CLUSTERS)
  const one = template(plain, world)
  if (one === undefined) throw new Error('no template')

  test.each([
    [4092, true],
    [4096, true],
    [4100, false],
    [40_960, false],
  ])('a template of %i octets is kept: %s', (octets, isKept) => {
    const templates = new Templates(new Generation(marksOf(world)))
    expect(templates.keep(plain, 0, { ...one, draws: [filled(octets)] })).toBe(isKept)
    expect(templates.keep(plain, 0, { ...one, draws: [filled(octets - 4), filled(4)] })).toBe(isKept)
  })

  test('zones and viewpoints are told apart beyond what sixteen bits number', () => {
    const generation = new Generation(marksOf(world))
    generation.enter(world)
    const templates = new Templates(generation)
    const reply = new DrawnReply()
    for (const count of [65_535, 65_536, 65_537, 200_000]) {
      for (let i = 0; i < count; i++) templates.zoneNumber(`${i}.local`)
      const zone = `${count}.local`
      expect(templates.keep(plain, count, { ...one, zone })).toBe(true)
      expect(templates.draw(plain, count, () => 0, reply)).toBe(true)
      expect(templates.zoneAt(reply.zone)).toBe(zone)
      expect(templates.draw(plain, count % 65_536, () => 0, reply)).toBe(count < 65_536)
    }
  })
})
