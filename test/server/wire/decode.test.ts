import { describe, expect, it } from 'vitest'
import { decodeQuery } from '../../../src/server/wire/index.ts'
import { RCODE, TYPE } from '../../../src/values/dns/index.ts'
import { buildQuery, parseReply } from '../../support/client.ts'
import { question } from '../../support/values.ts'
import { decode, errorOf, errorReply, hex, queryOf, unhex, WEB } from './messages.ts'

const HEAD = '1234 0100 0001 0000 0000 0000'
const asked = (question: string) => unhex(`${HEAD} ${question}`)

describe('a query', () => {
  it('is decoded to its id, RD, question and where the question ends', () => {
    expect(queryOf(asked('03 776562 06 676c6f62616c 00 0021 0001'))).toEqual({
      id: 0x1234,
      recursionDesired: true,
      question: question('web.global', TYPE.SRV),
      questionEnd: 28,
      edns: null,
      ixfrSerial: null,
    })
  })

  it('has its name folded, A to Z and nothing else', () => {
    expect(queryOf(buildQuery({ ...WEB, name: '_HTTP.Web.AZ@[`{.Local' })).question.name).toBe(
      '_http.web.az@[`{.local',
    )
  })

  it('has octets that no name of ours has written as escapes: a dot, a backslash, a quote, a space, others', () => {
    expect(queryOf(asked('08 2e 5c 22 20 00 7f c4 ff 01 41 00 0001 0001')).question.name).toBe(
      '\\046\\092\\034\\032\\000\\127\\196\\255.a',
    )
  })

  it('for a label that holds a dot equals no name of two labels', () => {
    const oneLabel = queryOf(asked('0a 7765622e676c6f62616c 00 0001 0001'))
    const twoLabels = queryOf(asked('03 776562 06 676c6f62616c 00 0001 0001'))
    expect(oneLabel.question.name).toBe('web\\046global')
    expect(twoLabels.question.name).toBe('web.global')
  })

  it('may ask for the root', () => {
    expect(queryOf(asked('00 0002 0001')).question.name).toBe('')
  })

  it('has AD, CD and Z ignored', () => {
    const octets = buildQuery(WEB)
    octets[3] = 0x70
    expect(queryOf(octets)).toEqual(queryOf(buildQuery(WEB)))
  })

  it('tells what its OPT record says', () => {
    const edns = { udpPayloadSize: 4096, dnssecOk: true, nsid: true, subnet: '10.1.2.0/23' }
    expect(queryOf(buildQuery({ ...WEB, edns })).edns).toEqual({
      version: 0,
      udpSize: 4096,
      dnssecOk: true,
      nsid: true,
      subnet: { address: '\x0a\x01\x02\0', source: 23 },
    })
  })

  it('for IXFR tells the serial that the client has', () => {
    const soa = 'c00c 0006 0001 00000000 0016 00 00 fffffffe 00000000 00000000 00000000 00000000'
    const head = '1234 0000 0001 0000 0001 0000 06 676c6f62616c 00'
    expect(queryOf(unhex(`${head} 00fb 0001 ${soa}`)).ixfrSerial).toBe(0xfffffffe)
    expect(queryOf(unhex(`${head} 0006 0001 ${soa}`)).ixfrSerial).toBeNull()
  })

  it('for IXFR has the SOA of the zone asked for, its owner a pointer or its octets in any case', () => {
    const head = '1234 0000 0001 0000 0001 0000 06 676c6f62616c 00 00fb 0001'
    const data = '0006 0001 00000000 0016 00 00 00000007 00000000 00000000 00000000 00000000'
    expect(queryOf(unhex(`${head} c00c ${data}`)).ixfrSerial).toBe(7)
    expect(queryOf(unhex(`${head} 06 474c6f62416c 00 ${data}`)).ixfrSerial).toBe(7)
    for (const owner of ['00', '06 676c6f62616d 00', '06 676c6f62616c 03 636f6d 00', 'c00d', 'c013'])
      expect(errorOf(unhex(`${head} ${owner} ${data}`)).rcode).toBe(RCODE.FORMERR)
  })

  it('for IXFR without an SOA in the authority section is a format error (RFC 1995, 3)', () => {
    const soa = 'c00c 0006 0001 00000000 0016 00 00 00000001 00000000 00000000 00000000 00000000'
    const question = '06 676c6f62616c 00 00fb 0001'
    expect(errorOf(unhex(`1234 0000 0001 0000 0000 0000 ${question}`)).rcode).toBe(RCODE.FORMERR)
    expect(errorOf(unhex(`1234 0000 0001 0001 0000 0000 ${question} ${soa}`)).rcode).toBe(RCODE.FORMERR)
    expect(errorOf(unhex(`1234 0000 0001 0000 0000 0001 ${question} ${soa}`)).rcode).toBe(RCODE.FORMERR)
  })
})

describe('a reply to a query that cannot be answered', () => {
  it('repeats id, opcode, RD and question', () => {
    const octets = asked('03 576562 06 476c6f62616c 00 0006 0001')
    octets[2] = 0x21
    expect(hex(errorReply(octets))).toBe(
      hex(unhex('1234 a104 0001 0000 0000 0000 03 576562 06 476c6f62616c 00 0006 0001')),
    )
  })

  it('is a bare header when the question cannot be read', () => {
    expect(hex(errorReply(asked('c00c 0001 0001')))).toBe(hex(unhex('1234 8101 0000 0000 0000 0000')))
  })

  it('is a bare header when there are two questions', () => {
    const octets = unhex('1234 0000 0002 0000 0000 0000 0161 00 0001 0001 0162 00 0001 0001')
    expect(hex(errorReply(octets))).toBe(hex(unhex('1234 8001 0000 0000 0000 0000')))
  })

  it('has an OPT record iff the query had one that could be read', () => {
    const edns = { version: 1, dnssecOk: true }
    expect(parseReply(errorReply(buildQuery({ ...WEB, edns })))).toMatchObject({
      rcode: 'BADVERS',
      question: 'web.default.svc.clusterset.local. IN A',
      edns: { udpSize: 1232, version: 0, dnssecOk: true, ede: [], nsid: null, subnet: null },
    })
    expect(parseReply(errorReply(buildQuery({ ...WEB, type: 'MAILA' }))).edns).toBeNull()
    expect(parseReply(errorReply(buildQuery({ ...WEB, type: 'MAILA', edns: {} }))).edns).not.toBeNull()
  })

  it('has an OPT record even if there was no question', () => {
    const octets = unhex('1234 0000 0000 0000 0000 0001 00 0029 0200 00000000 0000')
    expect(parseReply(errorReply(octets))).toMatchObject({
      rcode: 'FORMERR',
      question: null,
      edns: { udpSize: 1232 },
    })
  })

  it('echoes a well-formed client subnet, and no malformed one', () => {
    const subnet = '10.1.0.0/16'
    const wellFormed = buildQuery({ ...WEB, type: 'MAILB', edns: { subnet } })
    expect(parseReply(errorReply(wellFormed)).edns?.subnet).toBe('10.1.0.0/16/0')
    const malformed = buildQuery({ ...WEB, edns: { options: [{ code: 8, data: [0, 1, 8, 8, 10] }] } })
    expect(parseReply(errorReply(malformed))).toMatchObject({ rcode: 'FORMERR', edns: { subnet: null } })
  })
})

describe('checks come in order:', () => {
  it('a response is dropped whatever else is wrong with it', () => {
    expect(decode(unhex('1234 f800 0002 0000 0000 0000'))).toEqual({ kind: 'drop', reason: 'response' })
  })

  it('the opcode before the number of questions, the message and the version', () => {
    const octets = buildQuery({ ...WEB, edns: { version: 1 } })
    octets[2] = 0x28
    expect(errorOf(octets).rcode).toBe(RCODE.NOTIMP)
    expect(errorOf(unhex('1234 2800 0000 0000 0000 0000')).rcode).toBe(RCODE.NOTIMP)
  })

  it('the message before the EDNS version', () => {
    const octets = buildQuery({ ...WEB, edns: { version: 1 } })
    expect(errorOf(Uint8Array.from([...octets, 0])).rcode).toBe(RCODE.FORMERR)
  })

  it('the EDNS version before the type', () => {
    expect(errorOf(buildQuery({ ...WEB, type: 0, edns: { version: 1 } })).rcode).toBe(RCODE.BADVERS)
  })
})

describe('decoding', () => {
  it('reads nothing past the end it was given, though the buffer goes on', () => {
    const octets = buildQuery({ ...WEB, edns: { subnet: '10.0.0.0/8' } })
    for (let end = 0; end < octets.length; end++) {
      const decoded = decodeQuery(new DataView(octets.buffer), 0, end)
      expect(decoded).toEqual(decodeQuery(new DataView(octets.buffer, 0, end), 0, end))
      expect(decoded.kind).toBe(end < 12 ? 'drop' : 'error')
    }
  })

  it('reads each octet a bounded number of times, whatever the counts and pointers say', () => {
    for (const octets of [pointerChain(65_533), manyRecords(65_500), new Uint8Array(65_535)]) {
      const view = new CountingView(octets.buffer)
      decodeQuery(view, 0, octets.length)
      expect(view.reads).toBeLessThan(3 * octets.length)
    }
  })
})

/** Counts what is read of a message: the measure of work that no clock disturbs. */
class CountingView extends DataView<ArrayBuffer> {
  reads = 0
  override getUint8(at: number): number {
    this.reads++
    return super.getUint8(at)
  }
  override getUint16(at: number): number {
    this.reads += 2
    return super.getUint16(at)
  }
  override getUint32(at: number): number {
    this.reads += 4
    return super.getUint32(at)
  }
}

/** Records whose owners point each to the one before: quadratic work for a decoder that follows them. */
function pointerChain(length: number): Uint8Array<ArrayBuffer> {
  const octets = new Uint8Array(length)
  octets.set([0, 1, 0, 0, 0, 1, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 1, 0, 1])
  for (let at = 17; at + 12 <= length; at += 12) {
    const to = at === 17 ? 12 : at - 12
    octets.set([0xc0 | ((to >> 8) & 0x3f), to & 0xff, 0, 1], at)
  }
  return octets
}

/** As many root-owned records as fit, all counts at 65,535. */
function manyRecords(length: number): Uint8Array<ArrayBuffer> {
  const octets = new Uint8Array(length)
  octets.set([0, 1, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 1, 0, 1])
  return octets
}
