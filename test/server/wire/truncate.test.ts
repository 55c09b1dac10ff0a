import { describe, expect, it } from 'vitest'
import { type EdnsSpec, parseReply } from '../../support/client.ts'
import { address, reply, soa, srv, TCP, txt, UDP, WEB } from './messages.ts'

const many = (count: number) =>
  Array.from({ length: count }, (_, i) => address(WEB.name, `10.0.${i >> 8}.${i & 255}`))
const asking = (edns: EdnsSpec) => ({ ...WEB, edns })
const head = 12 + 34 + 4
const opt = 11
const tooMuch = { code: 3, text: 'x'.repeat(60) }

describe('over UDP a reply', () => {
  it('to a query without OPT has 512 octets at most', () => {
    const octets = reply(WEB, { answers: many(100) })
    const fitting = Math.floor((512 - head) / 16)
    expect(octets.length).toBe(head + 16 * fitting)
    expect(parseReply(octets)).toMatchObject({
      rcode: 'NOERROR',
      flags: { tc: true },
      answers: { length: fitting },
    })
  })

  it('has as much as the client takes, at least 512 and at most what the server allows', () => {
    for (const [udpPayloadSize, limit] of [
      [0, 512],
      [512, 512],
      [700, 700],
      [1232, 1232],
      [65_535, 1232],
    ] as const) {
      const octets = reply(asking({ udpPayloadSize }), { answers: many(100) })
      expect(octets.length).toBe(head + opt + 16 * Math.floor((limit - head - opt) / 16))
    }
  })

  it('holds the first of the records, whole, in their order', () => {
    const parsed = parseReply(reply(WEB, { answers: many(100) }))
    expect(parsed.answers).toEqual(many(28).map((_, i) => `${WEB.name}. 5 IN A 10.0.0.${i}`))
  })

  it('that fits to the octet is not truncated', () => {
    const limits = { ...UDP, udpSize: head + opt + 16 * 40 }
    const edns = { udpPayloadSize: 4096 }
    expect(parseReply(reply(asking(edns), { answers: many(40) }, limits))).toMatchObject({
      flags: { tc: false },
      answers: { length: 40 },
    })
    expect(parseReply(reply(asking(edns), { answers: many(41) }, limits))).toMatchObject({
      flags: { tc: true },
      answers: { length: 40 },
    })
  })

  it('of which not even the first record fits is an empty one with TC', () => {
    const long = txt(WEB.name, ...Array.from({ length: 8 }, () => 'x'.repeat(255)))
    const parsed = parseReply(reply(asking({}), { answers: [long, address(WEB.name, '10.0.0.1')] }))
    expect(parsed).toMatchObject({ flags: { tc: true }, answers: [], edns: {} })
  })

  it('is truncated when the SOA of a negative answer does not fit', () => {
    const query = { ...WEB, name: `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.example` }
    const long = `${'d'.repeat(63)}.${'e'.repeat(63)}.${'f'.repeat(63)}.example`
    const authority = [soa('example', { mname: long, rname: long.replace(/[def]/g, 'x') })]
    expect(parseReply(reply(query, { authority }))).toMatchObject({ flags: { tc: true }, authorities: [] })
    expect(parseReply(reply({ ...query, edns: {} }, { authority }))).toMatchObject({
      flags: { tc: false },
      authorities: { length: 1 },
    })
  })

  it('has additional RRsets that fit whole, in order, and nothing of the first that does not; no TC', () => {
    const query = { name: '_http._tcp.web.global', type: 'SRV' }
    const answers = [srv(query.name, 80, 'a.web.global'), srv(query.name, 80, 'b.web.global')]
    const set = (owner: string, count: number) => many(count).map((rr) => ({ ...rr, owner }))
    const sent = (...counts: readonly [a: number, b: number]) => {
      const additional = [...set('a.web.global', counts[0]), ...set('b.web.global', counts[1])]
      const octets = reply(query, { answers, additional })
      const { flags, additionals } = parseReply(octets)
      expect(flags.tc).toBe(false)
      expect(additionals.every((line, i) => line.startsWith(i < counts[0] ? 'a.web' : 'b.web'))).toBe(true)
      return additionals.length
    }
    const room = Math.floor((512 - reply(query, { answers }).length) / 16)
    expect(sent(room, 0)).toBe(room)
    for (const beyond of [room + 1, 10 * room, 5000]) expect(sent(beyond, 1)).toBe(0)
    expect(sent(3, room - 3)).toBe(room)
    for (const beyond of [room - 2, 10 * room]) expect(sent(3, beyond)).toBe(3)
  })

  it('with an answer missing has neither authority nor additional records', () => {
    const parsed = parseReply(
      reply(WEB, { answers: many(100), authority: [soa('clusterset.local')], additional: many(1) }),
    )
    expect(parsed).toMatchObject({ flags: { tc: true }, authorities: [], additionals: [] })
  })
})

describe('over TCP a reply', () => {
  it('has up to 65,535 octets and never TC', () => {
    const octets = reply(WEB, { answers: many(5000) }, TCP)
    expect(octets.length).toBe(head + 16 * Math.floor((65_535 - head) / 16))
    const parsed = parseReply(octets)
    expect(parsed.flags.tc).toBe(false)
    expect(parsed.answers.at(-1)).toBe(`${WEB.name}. 5 IN A 10.0.15.${parsed.answers.length - 1 - 15 * 256}`)
  })

  it('has records up to the octet before its OPT record', () => {
    const octets = reply(
      asking({ subnet: '10.0.0.0/8', nsid: true }),
      { answers: many(5000), nsid: 'id' },
      TCP,
    )
    expect(65_535 - octets.length).toBeLessThan(16)
    expect(parseReply(octets).edns).toMatchObject({ subnet: '10.0.0.0/8/0' })
  })
})

describe('room is made', () => {
  const roomFor = (count: number, rest: number) => ({ ...UDP, udpSize: head + opt + 16 * count + rest })
  const edns = { udpPayloadSize: 4096, nsid: true }
  const parts = { answers: many(30), errors: [tooMuch], nsid: 'meridian-0' }

  it('by dropping extended errors before any record', () => {
    const parsed = parseReply(reply(asking(edns), parts, roomFor(30, 14 + 65)))
    expect(parsed).toMatchObject({
      flags: { tc: false },
      answers: { length: 30 },
      edns: { ede: [], nsid: 'meridian-0' },
    })
    expect(parseReply(reply(asking(edns), parts, roomFor(30, 14 + 66))).edns?.ede).toEqual([tooMuch])
  })

  it('by dropping the server identity next, still before any record', () => {
    const parsed = parseReply(reply(asking(edns), parts, roomFor(30, 13)))
    expect(parsed).toMatchObject({
      flags: { tc: false },
      answers: { length: 30 },
      edns: { ede: [], nsid: null },
    })
  })

  it('by dropping extended errors before additional records, too', () => {
    const additional = [address('ns.dns.clusterset.local', '10.9.9.9')]
    const query = asking({ udpPayloadSize: 4096 })
    const withError = reply(query, { additional, errors: [tooMuch] }, { ...UDP, udpSize: 512 })
    expect(parseReply(withError).edns?.ede).toHaveLength(1)
    const filled = { answers: many(25), additional, errors: [tooMuch] }
    expect(parseReply(reply(query, filled, { ...UDP, udpSize: 512 }))).toMatchObject({
      flags: { tc: false },
      additionals: { length: 1 },
      edns: { ede: [] },
    })
  })

  it('never by dropping the OPT record or the client subnet', () => {
    const parsed = parseReply(
      reply(asking({ ...edns, udpPayloadSize: 512, subnet: 'fd00::1/128' }), {
        ...parts,
        answers: many(100),
      }),
    )
    expect(parsed).toMatchObject({ flags: { tc: true }, edns: { subnet: 'fd00::1/128/0' } })
  })
})
