import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answer, replyOutcomeOf } from '../../src/answer/records/index.ts'
import { createResponder } from '../../src/server/replies/index.ts'
import { writeBody } from '../../src/server/speed/body.ts'
import { Generation } from '../../src/server/speed/generation.ts'
import { Marks } from '../../src/server/speed/index.ts'
import { PlainQuery } from '../../src/server/speed/plain.ts'
import { DrawnReply } from '../../src/server/speed/reply-draw.ts'
import { originOf, replyPlanFor, templateOf } from '../../src/server/speed/template.ts'
import { Templates } from '../../src/server/speed/templates.ts'
import { TCP, UDP } from '../../src/server/transport/index.ts'
import { decodeQuery, encodeReply } from '../../src/server/wire/index.ts'
import { fits, type Name, printRcode, RCODE, TYPE } from '../../src/values/dns/index.ts'
import type { Clusterset, Viewpoint } from '../../src/words/clusterset/index.ts'
import { AnswerCounts } from '../../src/words/observe/index.ts'
import { find, type World } from '../../src/world/zone/index.ts'
import { buildQuery } from '../support/client.ts'
import { recordsOfZone } from '../support/render.ts'
import { runs } from '../support/runs.ts'
import { seeded } from '../support/seeded.ts'
import { shown } from '../support/speed.ts'
import { identityOf, peer } from '../support/values.ts'
import { beginning, CLUSTERS, clusterset, events, LABELS, turn, viewpointsOf } from './worlds.ts'

const IDENTITY = identityOf('me')
const UDP_SIZE = 1232

/** How a question is sent. */
const way = fc.record({
  transport: fc.constantFrom(UDP, UDP, TCP),
  edns: fc.constantFrom(
    undefined,
    { udpPayloadSize: 512 },
    { udpPayloadSize: 700, dnssecOk: true },
    {},
    { udpPayloadSize: 4096 },
  ),
  rd: fc.boolean(),
  capitals: fc.constantFrom(0, 0, 0.5, 1),
  seed: fc.integer(),
})

type Way = typeof way extends fc.Arbitrary<infer T> ? T : never

const shout = (name: string, share: number, random: () => number): string =>
  name.replace(/[a-z]/g, (letter) => (random() < share ? letter.toUpperCase() : letter))

const viewOf = (octets: Uint8Array): DataView => new DataView(octets.buffer, octets.byteOffset, octets.length)

function queryFor(name: Name, type: number, { capitals, seed, rd, edns }: Way): DataView {
  const spelled = shout(name, capitals, seeded(seed))
  return viewOf(buildQuery({ name: spelled, type, rd, ...(edns && { edns }) }))
}

/** What the function under test writes, as text that can be compared. */
function written(write: (out: DataView, to: number) => number): string {
  const out = new DataView(new ArrayBuffer(65_600))
  return Buffer.from(out.buffer, 3, write(out, 3)).toString('hex')
}

const askerAt = (viewpoint: Viewpoint) => ({ viewpoint, address: '\x0a\0\0\x01', mayExplain: false })

/** The reply as it is worked out without anything that is kept. */
function workedOut(world: World, viewpoint: Viewpoint, query: DataView, { transport, seed }: Way): string {
  const decoded = decodeQuery(query, 0, query.byteLength)
  if (decoded.kind !== 'query') throw new Error(decoded.kind)
  const found = answer(decoded.query.question, world, askerAt(viewpoint), IDENTITY, seeded(seed))
  const reply = { ...replyOutcomeOf(found, world), subnetScope: 0, nsid: IDENTITY.id }
  const limits = { isStream: transport.isStream, udpSize: UDP_SIZE }
  return written((out, to) => encodeReply(query, 0, decoded.query, reply, limits, out, to))
}

const marks = new Marks()
const generation = new Generation(marks)
const templates = new Templates(generation, 64, 1 << 16)
const reply = new DrawnReply()

/** The reply by way of a template; undefined where there is none for the question. */
function kept(world: World, viewpoint: Viewpoint, query: DataView, way: Way): string | undefined {
  const plain = new PlainQuery()
  if (!plain.read(query, 0, query.byteLength)) throw new Error('not plain')
  const asker = askerAt(viewpoint)
  generation.enter(world)
  const origin = originOf(plain, asker, world, generation)
  const planned = replyPlanFor(plain, asker, world, IDENTITY)
  const template = origin && planned && templateOf(plain, planned, origin, world, new AnswerCounts())
  if (template === undefined || !templates.keep(plain, 7, template)) return undefined
  expect(templates.draw(plain, 7, seeded(way.seed), reply)).toBe(true)
  if (plain.hasCapitals && !reply.foldsCase) return undefined
  reply.serial = world.serials.get(template.zone) ?? 1
  const limits = { isStream: way.transport.isStream, udpSize: UDP_SIZE }
  return written((out, to) => writeBody(query, 0, plain, reply, limits, out, to))
}

const servicesIn = (world: World, viewpoint: Viewpoint): readonly Name[] => {
  const owners = [...world.zones.values()].flatMap((zone) =>
    recordsOfZone(world, zone, viewpoint).map(({ owner }) => owner),
  )
  return [...new Set(owners)].filter((name) => find(world, name, viewpoint.cluster).kind === 'service')
}

const TYPES = [TYPE.A, TYPE.AAAA, TYPE.SRV] as const

const question = fc.record({
  labels: fc.array(fc.constantFrom(...LABELS), { maxLength: 5 }),
  zone: fc.constantFrom(
    'svc.clusterset.local',
    'clusterset.local',
    'global',
    'east.local',
    'svc.east.local',
    'svc.c1.emea.local',
    '_explain.clusterset.local',
    '_explain.global',
    '1.10.in-addr.arpa',
    'local',
  ),
  type: fc.constantFrom(...TYPES, TYPE.TXT, TYPE.SOA),
  way,
})

/** A name of a service, and those below it and beside it that mostly do not exist. */
const around = (name: Name): readonly Name[] => {
  const [first = '', second = '', ...rest] = name.split('.')
  const below = ['x', '_tcp', '_x._tcp', '_http._tcp.x', 'east', 'c1.emea', 'h0.c1.emea', 'a.b.c.d.e']
  const beside = [
    ['x', second, ...rest],
    ['_x', second, ...rest],
    [first, 'x', ...rest],
    [second, ...rest],
  ]
  return [name, ...below.map((label) => `${label}.${name}`), ...beside.map((labels) => labels.join('.'))]
}

/** As `members`, of which some were never heard: what they could have is no name error. */
const unheard = (members: Clusterset, ids: readonly string[]): Clusterset => ({
  ...members,
  members: new Map(
    [...members.members].map(([id, cluster]) => [
      id,
      ids.includes(id) ? { ...cluster, freshness: { kind: 'never' } } : cluster,
    ]),
  ),
})

const silent = fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.subarray([...CLUSTERS]))

describe('templates', () => {
  test('reply octet by octet what is worked out, whatever is drawn', () => {
    const counts = { asked: 0, kept: 0 }
    fc.assert(
      fc.property(clusterset, events(), fc.array(way, { minLength: 8 }), (members, list, ways) => {
        const { world } = turn(beginning(members), list)
        for (const viewpoint of viewpointsOf(members).slice(0, 2))
          for (const name of servicesIn(world, viewpoint))
            for (const type of TYPES) {
              const way = ways[counts.asked++ % ways.length]
              if (way === undefined) continue
              const query = queryFor(name, type, way)
              const reply = kept(world, viewpoint, query, way)
              if (reply === undefined) continue
              counts.kept++
              expect(reply).toBe(workedOut(world, viewpoint, query, way))
            }
      }),
      { numRuns: runs(150) },
    )
    expect(counts.kept / counts.asked).toBeGreaterThan(0.3)
  })
})

describe('a responder', () => {
  test('replies the same the first time and the second, for names that exist and others', () => {
    const rcodes = new Map<number, number>()
    const questions = fc.array(question, { minLength: 20 })
    fc.assert(
      fc.property(clusterset, silent, events(), questions, (all, ids, list, asked) => {
        const members = unheard(all, ids)
        const { world } = turn(beginning(members), list)
        const near = servicesIn(world, members.local).slice(0, 3).flatMap(around)
        const named = [
          ...asked.map(({ labels, zone, ...more }) => ({ name: [...labels, zone].join('.'), ...more })),
          ...near.flatMap((name, i) => {
            const { type, way } = asked[i % asked.length] ?? {}
            return type === undefined || way === undefined ? [] : [{ name, type, way }]
          }),
        ]
        let random = seeded(0)
        const { snapshot, speed } = shown(() => world)
        const { respond } = createResponder(
          {
            identity: IDENTITY,
            clients: {
              local: members.local,
              map: [],
              trustClientSubnet: false,
              explainAllow: [],
              transferAllow: [],
            },
            udpSize: UDP_SIZE,
            clock: () => 0,
            counters: new AnswerCounts(),
            bug: (error) => expect.unreachable(String(error)),
            snapshot,
            random: () => random(),
          },
          speed,
        )
        for (const { name, type, way } of [...named, ...named]) {
          if (!fits(name)) continue
          const query = queryFor(name, type, way)
          const from = peer(way.transport, '10.0.0.1')
          random = seeded(way.seed)
          const reply = written((out, to) => respond(query, 0, query.byteLength, from, out, to))
          expect(reply, name).toBe(workedOut(world, members.local, query, way))
          const rcode = Number.parseInt(reply.slice(7, 8), 16)
          rcodes.set(rcode, (rcodes.get(rcode) ?? 0) + 1)
        }
      }),
      { numRuns: Math.max(75, runs(300)) },
    )
    for (const rcode of [RCODE.NOERROR, RCODE.SERVFAIL, RCODE.NXDOMAIN, RCODE.REFUSED])
      expect(rcodes.get(rcode), printRcode(rcode)).toBeGreaterThan(20)
  })
})
