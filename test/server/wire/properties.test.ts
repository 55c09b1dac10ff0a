import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Reply } from '../../../src/server/wire/index.ts'
import { isSameSet } from '../../../src/server/wire/writer.ts'
import { type Name, printRecord, type RecordData, type RR, TYPE } from '../../../src/values/dns/index.ts'
import { buildQuery, parseReply } from '../../support/client.ts'
import { runs } from '../../support/runs.ts'
import { decode, queryOf, reply, TCP, UDP } from './messages.ts'

const label = fc.oneof(
  { weight: 8, arbitrary: fc.stringMatching(/^[a-z0-9_]{1,8}$/) },
  { weight: 1, arbitrary: fc.stringMatching(/^[a-z0-9-]{63}$/) },
)
const suffix = fc.constantFrom(
  'clusterset.local',
  'default.svc.clusterset.local',
  'global',
  'local',
  'a.b.c.d',
)
/** Names that share endings often, so that compression has work. */
const name: fc.Arbitrary<Name> = fc
  .tuple(fc.array(label, { maxLength: 3 }), suffix)
  .map(([labels, end]) => [...labels, end].join('.'))
const number16 = fc.integer({ min: 0, max: 0xffff })
const number32 = fc.integer({ min: 0, max: 0x7fffffff })
const octets = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((values) => String.fromCharCode(...values))
const string = fc.uint8Array({ maxLength: 255 }).map((values) => String.fromCharCode(...values))

const data: fc.Arbitrary<RecordData> = fc.oneof(
  fc.record({ type: fc.constant(TYPE.A), address: octets(4) }),
  fc.record({ type: fc.constant(TYPE.AAAA), address: octets(16) }),
  fc.record({ type: fc.constantFrom(TYPE.NS, TYPE.PTR), target: name }),
  fc.record({
    type: fc.constant(TYPE.SRV),
    priority: number16,
    weight: number16,
    port: number16,
    target: name,
  }),
  fc.record({ type: fc.constant(TYPE.TXT), strings: fc.array(string, { minLength: 1, maxLength: 3 }) }),
  fc.record({
    type: fc.constant(TYPE.SOA),
    mname: name,
    rname: name,
    serial: number32,
    refresh: number32,
    retry: number32,
    expire: number32,
    minimum: number32,
  }),
)

/** A question's spelling and name, and records of which some belong to that name. */
const scene = name.chain((asked) => {
  const rr: fc.Arbitrary<RR> = fc.record({ owner: fc.oneof(fc.constant(asked), name), ttl: number32, data })
  const records = fc.array(rr, { maxLength: 12 })
  return fc.record({
    spelling: fc.oneof(fc.constant(asked), fc.mixedCase(fc.constant(asked))),
    asked: fc.constant(asked),
    answers: records,
    authority: records,
    additional: records,
  })
})

const extras: fc.Arbitrary<Pick<Reply, 'errors' | 'nsid' | 'subnetScope'>> = fc.record({
  errors: fc.array(
    fc.record({ code: fc.integer({ min: 0, max: 30 }), text: fc.stringMatching(/^[ -~é]{0,80}$/) }),
    {
      maxLength: 2,
    },
  ),
  nsid: fc.constantFrom(null, 'meridian-0'),
  subnetScope: fc.integer({ min: 0, max: 32 }),
})

const edns = fc.constantFrom(
  undefined,
  {},
  { udpPayloadSize: 512 },
  { nsid: true, subnet: '10.1.0.0/16', dnssecOk: true },
)

/** The lines that decoders must read: names in lower case, but owners that point to the question as it is spelled. */
const linesOf = (rrs: readonly RR[], asked: Name, spelling: string) =>
  rrs.map((rr) => printRecord(rr.owner === asked ? { ...rr, owner: spelling } : rr))

describe('any reply', () => {
  it('over TCP is read by two independent decoders as the records that went in', () => {
    fc.assert(
      fc.property(scene, edns, extras, ({ spelling, asked, ...sections }, opt, parts) => {
        const query = buildQuery({ name: spelling, type: 'A', ...(opt === undefined ? {} : { edns: opt }) })
        const parsed = parseReply(reply(query, { ...sections, ...parts }, TCP))
        expect(parsed.flags.tc).toBe(false)
        expect(parsed.answers).toEqual(linesOf(sections.answers, asked, spelling))
        expect(parsed.authorities).toEqual(linesOf(sections.authority, asked, spelling))
        expect(parsed.additionals).toEqual(linesOf(sections.additional, asked, spelling))
        expect(parsed.edns?.ede).toEqual(opt && parts.errors)
      }),
      { numRuns: runs(300) },
    )
  })

  it('over UDP fits, keeps the nearest records and additional RRsets, and has TC iff an answer or authority record is missing', () => {
    fc.assert(
      fc.property(scene, edns, extras, ({ spelling, asked, ...sections }, opt, parts) => {
        const query = buildQuery({ name: spelling, type: 'A', ...(opt === undefined ? {} : { edns: opt }) })
        const octetsOfReply = reply(query, { ...sections, ...parts }, UDP)
        const parsed = parseReply(octetsOfReply)
        const all = [sections.answers, sections.authority, sections.additional] as const
        const kept = [parsed.answers, parsed.authorities, parsed.additionals] as const
        expect(octetsOfReply.length).toBeLessThanOrEqual(
          opt === undefined ? 512 : (opt.udpPayloadSize ?? 1232),
        )
        all.forEach((rrs, i) => {
          expect(kept[i]).toEqual(linesOf(rrs, asked, spelling).slice(0, kept[i]?.length))
        })
        const missing = kept[0].length < all[0].length || kept[1].length < all[1].length
        expect(parsed.flags.tc).toBe(missing)
        const [last, beyond] = [sections.additional[kept[2].length - 1], sections.additional[kept[2].length]]
        expect(isSameSet(last, beyond)).toBe(false)
        const keptCount = kept.flat().length
        const isWhole = keptCount === all.flat().length
        expect(isWhole || tightWithoutOptions(query, all, keptCount)).toBe(true)
      }),
      { numRuns: runs(300) },
    )
  })
})

/** That one record more would not have fitted even without extended errors and server identity. */
function tightWithoutOptions(
  query: Uint8Array,
  [answers, authority, additional]: readonly [readonly RR[], readonly RR[], readonly RR[]],
  kept: number,
): boolean {
  const all = [...answers, ...authority, ...additional]
  const needed = answers.length + authority.length
  let next = kept + 1
  while (next > needed && next < all.length && isSameSet(all[next - 1], all[next])) next++
  const inOrder = all.slice(0, next)
  const sections = {
    answers: inOrder.slice(0, answers.length),
    authority: inOrder.slice(answers.length, answers.length + authority.length),
    additional: inOrder.slice(answers.length + authority.length),
  }
  const { edns: opt } = queryOf(query)
  const limit = opt === null ? 512 : Math.min(Math.max(512, opt.udpSize), UDP.udpSize)
  return reply(query, sections, TCP).length > limit
}

describe('any query', () => {
  it('is decoded to what was asked', () => {
    fc.assert(
      fc.property(
        scene,
        number16,
        fc.integer({ min: 256, max: 0xffff }),
        fc.boolean(),
        edns,
        (asking, id, type, rd, opt) => {
          const spec = {
            name: asking.spelling,
            type,
            id,
            rd,
            class: 1,
            ...(opt === undefined ? {} : { edns: opt }),
          }
          const query = queryOf(buildQuery(spec))
          expect(query).toMatchObject({
            id,
            recursionDesired: rd,
            question: { name: asking.asked, type, class: 1 },
          })
          expect(query.edns?.udpSize).toBe(opt && (opt.udpPayloadSize ?? 1232))
          expect(query.edns?.subnet ?? undefined).toEqual(
            opt?.subnet && { address: '\x0a\x01\0\0', source: 16 },
          )
        },
      ),
    )
  })

  it('of random octets is decoded without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (values) => {
        expect(['drop', 'error', 'query']).toContain(decode(values).kind)
      }),
      { numRuns: runs(2000) },
    )
  })
})
