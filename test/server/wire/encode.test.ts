import { describe, expect, it } from 'vitest'
import { CLASS, RCODE } from '../../../src/values/dns/index.ts'
import { buildQuery, parseReply } from '../../support/client.ts'
import { address, hex, ns, ptr, reply, soa, srv, txt, unhex, WEB } from './messages.ts'

const QUESTION = '03 776562 06 676c6f62616c 00 0001 0001'
const GLOBAL = { name: 'web.global', type: 'A' } as const
const web = (last: number) => address('web.global', `10.0.0.${last}`)

describe('a reply', () => {
  it('has QR and AA set, RD copied, RA, AD, CD and Z clear, and the question', () => {
    const octets = buildQuery({ ...GLOBAL, rd: true })
    octets[3] = 0x70
    expect(hex(reply(octets, {}))).toBe(hex(unhex(`1234 8500 0001 0000 0000 0000 ${QUESTION}`)))
    expect(hex(reply(GLOBAL, { rcode: RCODE.REFUSED, authoritative: false }))).toBe(
      hex(unhex(`1234 8005 0001 0000 0000 0000 ${QUESTION}`)),
    )
  })

  it('holds records whose owner is a pointer to the question', () => {
    expect(hex(reply(GLOBAL, { answers: [web(1), web(2)] }))).toBe(
      hex(
        unhex(`1234 8400 0001 0002 0000 0000 ${QUESTION}
          c00c 0001 0001 00000005 0004 0a000001 c00c 0001 0001 00000005 0004 0a000002`),
      ),
    )
  })

  it('repeats the octets of the question, and its owner names follow them', () => {
    const parsed = parseReply(reply({ ...GLOBAL, name: 'wEb.GlobaL' }, { answers: [web(1)] }))
    expect(parsed.question).toBe('wEb.GlobaL. IN A')
    expect(parsed.answers).toEqual(['wEb.GlobaL. 5 IN A 10.0.0.1'])
  })

  it('repeats a question of any octets', () => {
    const octets = unhex('1234 0000 0001 0000 0000 0000 04 2e5cff00 06 474c6f62616c 00 0001 0001')
    const octetsOfReply = reply(octets, { rcode: RCODE.NXDOMAIN, authority: [soa('global')] })
    expect(hex(octetsOfReply.subarray(12, octets.length))).toBe(hex(octets.subarray(12)))
    expect(parseReply(octetsOfReply).question).toBe('.\\\xff\0.GLobal. IN A')
  })

  it('gives records the class CH iff the question has it', () => {
    const version = txt('version.bind', 'meridian 0.1.0')
    const chaos = { name: 'version.bind', type: 'TXT', class: CLASS.CH }
    expect(parseReply(reply(chaos, { answers: [version] })).answers).toEqual([
      'version.bind. 5 CH TXT "meridian 0.1.0"',
    ])
    const any = { ...chaos, class: CLASS.ANY }
    expect(parseReply(reply(any, { answers: [version] })).answers[0]).toContain(' IN TXT ')
  })

  it('writes TXT strings as Latin-1, one octet a character, up to 255 of them', () => {
    const strings = ['', 'caf\xe9', 'x'.repeat(255)]
    const query = { name: 'web.global', type: 'TXT' }
    expect(parseReply(reply(query, { answers: [txt('web.global', ...strings)] })).answers).toEqual([
      `web.global. 5 IN TXT "" "caf\\233" "${'x'.repeat(255)}"`,
    ])
    expect(() => reply(query, { answers: [txt('web.global', 'x'.repeat(256))] })).toThrow(/256 octets/)
  })

  it('refuses to write a label that is empty or longer than 63 octets', () => {
    expect(() => reply(GLOBAL, { answers: [ns('web.global', 'a..global')] })).toThrow(/label of 0 octets/)
    expect(() => reply(GLOBAL, { answers: [ns('web.global', `${'a'.repeat(64)}.global`)] })).toThrow(
      /64 octets/,
    )
  })
})

describe('compression', () => {
  it('points at what of the question is in lower case, and at nothing else of it', () => {
    const zone = soa('clusterset.local')
    const lower = reply({ ...WEB, name: 'x.clusterset.local' }, { authority: [zone] })
    const mixed = reply({ ...WEB, name: 'x.Clusterset.local' }, { authority: [zone] })
    const upper = reply({ ...WEB, name: 'x.clusterset.LOCAL' }, { authority: [zone] })
    for (const octets of [lower, mixed, upper])
      expect(parseReply(octets).authorities).toEqual([
        'clusterset.local. 5 IN SOA ns.dns.clusterset.local. hostmaster.clusterset.local. 7 7200 1800 86400 5',
      ])
    // One label more beside the pointer; then the last one and a root label in the place of the pointer.
    expect([mixed.length - lower.length, upper.length - mixed.length]).toEqual([11, 6 + 1 - 2])
  })

  it('points to a name, or the part of one, that an earlier record wrote', () => {
    const octets = reply(GLOBAL, {
      answers: [],
      authority: [ns('a.b.example', 'x.b.example'), ns('b.example', 'x.b.example')],
    })
    expect(hex(octets.subarray(28))).toBe(
      hex(
        unhex(`01 61 01 62 07 6578616d706c65 00 0002 0001 00000005 0004 01 78 c01e
          c01e 0002 0001 00000005 0002 c033`),
      ),
    )
  })

  it('never touches SRV targets, to which later owners may point (RFC 2782)', () => {
    const target = 'a.web.global'
    const octets = reply(
      { ...GLOBAL, name: '_x._tcp.web.global', type: 'SRV' },
      {
        answers: [srv('_x._tcp.web.global', 80, target), srv('_x._tcp.web.global', 81, target)],
        additional: [address(target, '10.0.0.1')],
      },
    )
    const whole = '01 61 03 776562 06 676c6f62616c 00'
    expect(hex(octets.subarray(36))).toBe(
      hex(
        unhex(`c00c 0021 0001 00000005 0014 0000 0001 0050 ${whole}
          c00c 0021 0001 00000005 0014 0000 0001 0051 ${whole}
          c036 0001 0001 00000005 0004 0a000001`),
      ),
    )
  })

  it('does not take an escaped octet of the question for a dot', () => {
    const octets = unhex('1234 0000 0001 0000 0000 0000 05 612e622e63 06 676c6f62616c 00 0001 0001')
    const parsed = parseReply(
      reply(octets, { authority: [ns('global', 'b.c.global'), ns('c.global', 'c.global')] }),
    )
    expect(parsed.authorities).toEqual(['global. 5 IN NS b.c.global.', 'c.global. 5 IN NS c.global.'])
  })

  it('leaves names beyond the 14 bits of a pointer uncompressed, and they are still right', () => {
    const answers = Array.from({ length: 1500 }, (_, i) =>
      ptr('web.global', `host-${i >> 1}.rack-${i >> 2}.example`),
    )
    const parsed = parseReply(reply(GLOBAL, { answers }, { isStream: true, udpSize: 1232 }))
    expect(parsed.answers).toEqual(
      answers.map((_, i) => `web.global. 5 IN PTR host-${i >> 1}.rack-${i >> 2}.example.`),
    )
  })
})
