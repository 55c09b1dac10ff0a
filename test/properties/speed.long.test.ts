import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  partsOf,
  Replica,
  SteadyReplica,
  updateBetween,
  wholeUpdate,
} from '../../src/server/replica/index.ts'
import { createResponder, type Peer, type Respond, type Speed } from '../../src/server/replies/index.ts'
import { Marks, speedBy } from '../../src/server/speed/index.ts'
import { TCP, UDP } from '../../src/server/transport/index.ts'
import { updatePieces } from '../../src/server/workers/pieces.ts'
import { type Address, fits, parseAddress, parsePrefix, TYPE } from '../../src/values/dns/index.ts'
import type { Clusterset, Freshness } from '../../src/words/clusterset/index.ts'
import { AnswerCounts } from '../../src/words/observe/index.ts'
import {
  type Snapshot,
  type World,
  withFreshness,
  withHostNames,
  withSerialsMoved,
} from '../../src/world/zone/index.ts'
import { buildQuery } from '../support/client.ts'
import { recordsOfZone } from '../support/render.ts'
import { runs } from '../support/runs.ts'
import { seeded } from '../support/seeded.ts'
import { identityOf, peer } from '../support/values.ts'
import {
  beginning,
  CLUSTERS,
  clusterset,
  events,
  type Flow,
  LABELS,
  NOW,
  turn,
  viewpointsOf,
} from './worlds.ts'

const IDENTITY = identityOf('me', '1')
const ROOM = 4096
const HOSTS = ['10.0.0.1', '10.0.1.1', '10.0.2.1', 'fd00::9'] as const

/** Names that are asked for again and again, before and after what changes. */
const label = fc.constantFrom(...LABELS)
const service = fc.constantFrom(
  'web.web',
  'shop.web',
  'web.shop',
  'web.default',
  'x.default',
  '_http._tcp.web.shop',
)
const zone = fc.constantFrom('svc.clusterset.local', 'global', 'svc.east.local', '_explain.clusterset.local')
const name = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(service, zone).map((parts) => parts.join('.')) },
  { weight: 1, arbitrary: fc.tuple(label, service, zone).map((parts) => parts.join('.')) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('clusterset.local', 'global', 'example.com', '5.0.0.10.in-addr.arpa'),
  },
)

const edns = fc.constantFrom(
  undefined,
  undefined,
  undefined,
  {},
  {},
  { udpPayloadSize: 512 },
  { udpPayloadSize: 700, dnssecOk: true },
  { nsid: true },
  { subnet: '10.0.1.0/24' },
  { subnet: '10.0.0.0/8' },
  { subnet: '10.0.1.7/32', dnssecOk: true },
  { subnet: '10.0.2.0/23', udpPayloadSize: 512 },
  { subnet: '0.0.0.0/0' },
  { subnet: '203.0.113.0/25', nsid: true },
  { subnet: 'fd00:7::/48' },
  { subnet: '10.0.1.0/24', options: [{ code: 8, data: [0, 1, 8, 0, 10] }] },
  { options: [{ code: 8, data: [0, 1, 8, 0, 10] }] },
  { options: [{ code: 8, data: [0, 1, 8, 1, 10] }] },
  { options: [{ code: 8, data: [0, 1, 9, 0, 10, 1] }] },
  { options: [{ code: 8, data: [0, 3, 0, 0] }] },
  { options: [{ code: 10, data: [1, 2, 3, 4, 5, 6, 7, 8] }] },
)

const question = fc.record({
  name,
  type: fc.constantFrom(TYPE.A, TYPE.A, TYPE.AAAA, TYPE.SRV, TYPE.TXT, 65, 255),
  edns,
  rd: fc.boolean(),
  loud: fc.constantFrom(false, false, true),
  host: fc.constantFrom(...HOSTS),
  isStream: fc.constantFrom(false, false, true),
  isExpected: fc.boolean(),
  seed: fc.nat(),
})

type Question = typeof question extends fc.Arbitrary<infer T> ? T : never

const freshness = fc.record({
  id: fc.constantFrom(...CLUSTERS),
  kind: fc.constantFrom('live', 'stale', 'down', 'unreachable', 'never'),
})
const ip = (text: string): Address => parseAddress(text) ?? ''

/** What happens between two rounds of questions. */
const change = fc.oneof(
  {
    weight: 3,
    arbitrary: events().map(
      (list) =>
        (flow: Flow): Flow =>
          turn(flow, list, NOW + 3000),
    ),
  },
  {
    weight: 2,
    arbitrary: freshness.map(({ id, kind }) => ({ world, views }: Flow): Flow => {
      const now: Freshness = kind === 'never' ? { kind } : { kind, heard: NOW }
      return { world: withFreshness(world, id, now, NOW + 4000), views }
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('default/web', 'shop/web', '')
      .map((user) => ({ world, views }: Flow): Flow => {
        const { resolved, unresolved } = world.clusterset
        const names = { resolved: resolved.set('lb.test', [ip('203.0.113.1')]), unresolved }
        return { world: withHostNames(world, names, new Set([user]), NOW + 5000), views }
      }),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      ({ world, views }: Flow): Flow => ({ world: withSerialsMoved(world, NOW + 9000), views }),
    ),
  },
)

const shout = (text: string): string => text.toUpperCase()

const queryOf = ({ name, type, edns, rd, loud }: Question): Uint8Array =>
  buildQuery({ name: loud ? shout(name) : name, type, rd, ...(edns && { edns }) })

/** A responder with whatever makes it fast, what it counts, and one memory for the queries of a round. */
function answerer(
  members: Clusterset,
  snapshot: () => Snapshot,
  speed: Speed | null,
  isStream: boolean,
  trustClientSubnet: boolean,
) {
  const counts = new AnswerCounts()
  const [, second = members.local] = viewpointsOf(members)
  let random = seeded(0)
  const clients = {
    local: members.local,
    map: [{ prefix: prefixOf('10.0.1.0/24'), viewpoint: second }],
    trustClientSubnet,
    explainAllow: [prefixOf('10.0.0.0/24')],
    transferAllow: [],
  }
  const { respond, expect: foresee } = createResponder(
    {
      identity: IDENTITY,
      clients,
      udpSize: 1232,
      clock: null,
      counters: counts,
      bug: (error) => {
        throw error
      },
      snapshot,
      random: () => random(),
    },
    speed,
  )
  const ask = (questions: readonly Question[]): readonly string[] => {
    const view = new DataView(new ArrayBuffer(questions.length * ROOM))
    const ends = questions.map((one, i) => {
      const octets = queryOf(one)
      new Uint8Array(view.buffer).set(octets, i * ROOM)
      return i * ROOM + octets.length
    })
    for (const [i, { isExpected }] of questions.entries())
      if (isExpected && !isStream) foresee(view, i * ROOM, ends[i] ?? 0)
    return questions.map(({ seed, host }, i) => {
      random = seeded(seed)
      return replyOf(respond, view, i * ROOM, ends[i] ?? 0, peer(isStream ? TCP : UDP, host))
    })
  }
  return { ask, counts }
}

function replyOf(respond: Respond, view: DataView, at: number, end: number, peer: Peer): string {
  const out = new DataView(new ArrayBuffer(65_540))
  return Buffer.from(out.buffer, 3, respond(view, at, end, peer, out, 3)).toString('hex')
}

function prefixOf(text: string) {
  const prefix = parsePrefix(text)
  if (prefix === undefined) throw new Error(text)
  return prefix
}

/** As an answering thread has it: a replica that is told what changed, and what is kept over it. */
function threadOf(members: Clusterset, world: World, isStream: boolean, trusts: boolean) {
  const marks = new Marks()
  const parts = structuredClone(partsOf(world))
  const replica = isStream ? new SteadyReplica(parts, marks) : new Replica(parts, marks)
  const apply = (update: ReturnType<typeof wholeUpdate>): void => {
    for (const piece of updatePieces(structuredClone(update))) replica.apply(piece)
    replica.show()
  }
  apply(wholeUpdate(world))
  let at = world
  const follow = (next: World): void => {
    apply(updateBetween(at, next))
    at = next
  }
  const { ask, counts } = answerer(members, () => replica.snapshot, speedBy(marks), isStream, trusts)
  return { follow, ask, counts }
}

/** The questions, half of them for names that there are in one of the worlds. */
function named(questions: readonly Question[], worlds: readonly World[]): readonly Question[] {
  const owners = new Set(
    worlds.flatMap((world) =>
      [...world.zones.values()]
        .filter(({ kind }) => kind !== 'reverse')
        .flatMap((zone) => recordsOfZone(world, zone, world.clusterset.local).map(({ owner }) => owner)),
    ),
  )
  const names = [...owners].sort()
  return questions
    .map((one, i) => (i % 2 === 0 ? one : { ...one, name: names[one.seed % names.length] ?? one.name }))
    .filter(({ name }) => fits(name))
}

/** Each world after the one before. */
function worldsOf(start: Flow, changes: readonly ((flow: Flow) => Flow)[]): readonly World[] {
  let flow = start
  return [flow, ...changes.map((happens) => (flow = happens(flow)))].map(({ world }) => world)
}

test('replies are octet by octet those that are worked out, given the same chance, and so are counts, whatever changes between questions', () => {
  const changes = fc.array(change, { minLength: 3, maxLength: 6, size: 'max' })
  const questions = fc.array(question, { minLength: 60, maxLength: 60, size: 'max' })
  const seen = { replies: 0, rcodes: new Set<string>() }
  fc.assert(
    fc.property(
      clusterset,
      events(),
      changes,
      questions,
      fc.boolean(),
      (members, list, all, some, trusts) => {
        const worlds = worldsOf(turn(beginning(members), list), all)
        const asked = named(some, worlds)
        for (const isStream of [false, true]) {
          const questions = asked.filter((one) => one.isStream === isStream)
          let world = worlds[0] ?? beginning(members).world
          const thread = threadOf(members, world, isStream, trusts)
          const plain = answerer(members, () => world, null, isStream, trusts)
          for (const next of worlds) {
            world = next
            thread.follow(world)
            for (const _time of [1, 2]) {
              const replies = plain.ask(questions)
              expect(thread.ask(questions)).toEqual(replies)
              for (const reply of replies) seen.rcodes.add(reply.slice(7, 8))
              seen.replies += replies.length
            }
          }
          expect(thread.counts.sheet()).toEqual(plain.counts.sheet())
        }
      },
    ),
    { numRuns: Math.max(20, runs(80)) },
  )
  expect(seen.replies).toBeGreaterThan(5000)
  expect([...seen.rcodes].sort()).toEqual(expect.arrayContaining(['0', '2', '3', '5']))
})
