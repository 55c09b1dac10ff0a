import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answer, outcomeOf, renderZone } from '../../src/answer/index.ts'
import type { Viewpoint } from '../../src/clusterset/index.ts'
import { type Name, TYPE } from '../../src/dns/index.ts'
import { replyFrom, templateOf } from '../../src/respond/templates.ts'
import { decodeQuery, encodeReply, type Limits, PlainQuery } from '../../src/wire/index.ts'
import { find, type World } from '../../src/zone/index.ts'
import { buildQuery } from '../support/client.ts'
import { seeded } from '../support/seeded.ts'
import { beginning, clusterset, events, turn, viewpointsOf } from './worlds.ts'

const IDENTITY = { version: '', id: 'me' }

/** How a query is sent, besides what it asks. */
const sending = fc.record({
  transport: fc.constantFrom('udp', 'udp', 'tcp'),
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

type Sending = typeof sending extends fc.Arbitrary<infer T> ? T : never

const namesIn = (world: World, viewpoint: Viewpoint): readonly Name[] =>
  [
    ...new Set(
      [...world.zones.values()].flatMap((zone) =>
        [...renderZone(world, zone, viewpoint)].map(({ owner }) => owner),
      ),
    ),
  ].filter((name) => find(world, name, viewpoint.cluster).kind === 'service')

const shout = (name: string, share: number, random: () => number): string =>
  name.replace(/[a-z]/g, (letter) => (random() < share ? letter.toUpperCase() : letter))

const viewOf = (octets: Uint8Array): DataView => new DataView(octets.buffer, octets.byteOffset, octets.length)

/** The reply by way of a template, if there is one for the question, and the one without. */
function bothReplies(
  world: World,
  viewpoint: Viewpoint,
  name: Name,
  type: number,
  { transport, seed, ...how }: Sending,
) {
  const asked = shout(name, how.capitals, seeded(seed))
  const octets = buildQuery({ name: asked, type, rd: how.rd, ...(how.edns && { edns: how.edns }) })
  const [query, decoded] = [viewOf(octets), decodeQuery(viewOf(octets), 0, octets.length)]
  const plain = new PlainQuery()
  if (decoded.kind !== 'query' || !plain.read(query, 0, octets.length)) throw new Error(`${asked}: not plain`)
  const asker = { viewpoint, address: '\x0a\0\0\x01', mayExplain: false }
  const template = templateOf(plain, asker, world, IDENTITY)
  if (template === undefined) return undefined
  const limits: Limits = { transport, udpSize: 1232 }
  const [ours, theirs] = [new DataView(new ArrayBuffer(65_600)), new DataView(new ArrayBuffer(65_600))]
  const kept = replyFrom(template, plain, query, 0, world, seeded(seed), limits, ours, 3)
  if (kept === undefined) return undefined
  const found = answer(decoded.query.question, world, asker, IDENTITY, seeded(seed))
  const reply = { ...outcomeOf(found, world), subnetScope: 0, nsid: null }
  const length = encodeReply(query, 0, decoded.query, reply, limits, theirs, 3)
  return [hex(ours, kept.length), hex(theirs, length)] as const
}

const hex = (view: DataView, length: number): string => Buffer.from(view.buffer, 3, length).toString('hex')

describe('templates', () => {
  test('reply octet by octet what the slow way replies, whatever is drawn', () => {
    const counts = { kept: 0, asked: 0 }
    fc.assert(
      fc.property(
        clusterset,
        events(),
        fc.array(sending, { minLength: 8, maxLength: 8 }),
        (members, list, ways) => {
          const { world } = turn(beginning(members), list)
          for (const viewpoint of viewpointsOf(members).slice(0, 2))
            for (const name of namesIn(world, viewpoint))
              for (const type of [TYPE.A, TYPE.AAAA, TYPE.SRV]) {
                const way = ways[counts.asked++ % ways.length]
                const both = way && bothReplies(world, viewpoint, name, type, way)
                if (both === undefined) continue
                counts.kept++
                expect(both[0]).toBe(both[1])
              }
        },
      ),
      { numRuns: 150 },
    )
    expect(counts.kept / counts.asked).toBeGreaterThan(0.5)
  })
})
