import { describe, expect, it } from 'vitest'
import { encodeError, type ReplyLimits } from '../../../src/server/wire/index.ts'
import { RCODE } from '../../../src/values/dns/index.ts'
import { parseReply } from '../../support/client.ts'
import { errorOf, errorReply, hex, queryOf, TCP, UDP, unhex } from './messages.ts'

const head = (additional: number, authority = 0) =>
  `1234 0100 0001 0000 000${authority} 000${additional} 03 776562 06 676c6f62616c 00 0001 0001`
const OPT = '00 0029 04d0 00000000 0000'
const KEY = '03 4b6579 00'
const SHA256 = '0b 686d61632d736861323536 00'
const TIME_AND_FUDGE = '0000 6743 21ab 012c'
const MAC = '0004 deadbeef'

/** A TSIG record (RFC 8945, 4.2), in parts that can be spoilt one by one. */
function tsig(parts: { owner?: string; class?: string; ttl?: string; data?: string } = {}): string {
  const data = parts.data ?? `${SHA256} ${TIME_AND_FUDGE} ${MAC} 1234 0000 0000`
  const length = unhex(data).length.toString(16).padStart(4, '0')
  return `${parts.owner ?? KEY} 00fa ${parts.class ?? '00ff'} ${parts.ttl ?? '00000000'} ${length} ${data}`
}

const BADKEY = `${KEY} 00fa 00ff 00000000 001d ${SHA256} ${TIME_AND_FUDGE} 0000 1234 0011 0000`

describe('a query with a signature (RFC 8945)', () => {
  it('is NOTAUTH, and the reply says unsigned that its key is not known', () => {
    expect(hex(errorReply(unhex(`${head(1)} ${tsig()}`)))).toBe(
      hex(unhex(`1234 8109 0001 0000 0000 0001 03 776562 06 676c6f62616c 00 0001 0001 ${BADKEY}`)),
    )
  })

  it('has it behind its OPT record, and so has the reply', () => {
    expect(hex(errorReply(unhex(`${head(2)} ${OPT} ${tsig()}`)))).toBe(
      hex(unhex(`1234 8109 0001 0000 0000 0002 03 776562 06 676c6f62616c 00 0001 0001 ${OPT} ${BADKEY}`)),
    )
  })

  it.each([
    ['before the last record', `${head(2)} ${tsig()} ${OPT}`],
    ['twice', `${head(2)} ${tsig()} ${tsig()}`],
    ['in the answer section', `1234 0100 0001 0001 0000 0000 ${head(0).slice(30)} ${tsig()}`],
    ['in the authority section', `${head(0, 1)} ${tsig()}`],
    ['in the authority section, before an OPT record', `${head(1, 1)} ${tsig()} ${OPT}`],
    ['of another class than ANY', `${head(1)} ${tsig({ class: '0001' })}`],
    ['with a TTL', `${head(1)} ${tsig({ ttl: '00000001' })}`],
    ['with a key whose name is compressed', `${head(1)} ${tsig({ owner: 'c00c' })}`],
    [
      'with an algorithm whose name is compressed',
      `${head(1)} ${tsig({ data: `c00c ${TIME_AND_FUDGE} ${MAC} 1234 0000 0000` })}`,
    ],
    ['without data', `${head(1)} ${tsig({ data: '' })}`],
    ['with a MAC that is cut', `${head(1)} ${tsig({ data: `${SHA256} ${TIME_AND_FUDGE} 0005 deadbeef` })}`],
    [
      'with nothing behind the MAC',
      `${head(1)} ${tsig({ data: `${SHA256} ${TIME_AND_FUDGE} ${MAC} 1234` })}`,
    ],
    [
      'with other data that is cut',
      `${head(1)} ${tsig({ data: `${SHA256} ${TIME_AND_FUDGE} ${MAC} 1234 0000 0001` })}`,
    ],
    [
      'with an octet too many',
      `${head(1)} ${tsig({ data: `${SHA256} ${TIME_AND_FUDGE} ${MAC} 1234 0000 0000 00` })}`,
    ],
    ['before octets that are no record', `${head(1)} ${tsig()} 00`],
  ])('is a format error with it %s, and the reply has none', (_where, octets) => {
    expect(errorOf(unhex(octets))).toMatchObject({ rcode: RCODE.FORMERR, tsig: null })
  })

  it('is judged after the opcode and the EDNS version, before the type', () => {
    const update = unhex(`${head(1)} ${tsig()}`)
    update[2] = 0x28
    expect(errorOf(update)).toMatchObject({ rcode: RCODE.NOTIMP, tsig: null })
    const later = `${head(2)} 00 0029 04d0 00010000 0000 ${tsig()}`
    expect(errorOf(unhex(later))).toMatchObject({ rcode: RCODE.BADVERS, tsig: null })
    const askingOpt = head(1).replace(/0001 0001$/, '0029 0001')
    expect(errorOf(unhex(`${askingOpt} ${tsig()}`)).rcode).toBe(RCODE.NOTAUTH)
  })

  it('may have any other record before it', () => {
    expect(errorOf(unhex(`${head(2)} 00 0001 0001 00000000 0004 0a000001 ${tsig()}`)).rcode).toBe(
      RCODE.NOTAUTH,
    )
    expect(queryOf(unhex(`${head(1)} 00 0001 0001 00000000 0004 0a000001`)).question.name).toBe('web.global')
  })
})

describe('the signature record of a reply', () => {
  it('is read by two decoders that are not ours, beside the OPT record', () => {
    expect(parseReply(errorReply(unhex(`${head(2)} ${OPT} ${tsig()}`)))).toMatchObject({
      rcode: 'NOTAUTH',
      question: 'web.global. IN A',
      edns: { udpSize: 1232 },
      tsig: 'Key 17',
    })
  })

  /** Names of 255 octets each: no algorithm that there is, but well-formed. */
  const LONG = `${`3f ${'61'.repeat(63)}`.repeat(3)} 3d ${'61'.repeat(61)} 00`
  const query = (name: string) => {
    const record = tsig({ owner: name, data: `${name} ${TIME_AND_FUDGE} ${MAC} 1234 0000 0000` })
    return unhex(`1234 0100 0001 0000 0000 0001 ${name} 0001 0001 ${record}`)
  }
  const replyTo = (octets: Uint8Array, limits: ReplyLimits, room: number) => {
    const out = new DataView(new ArrayBuffer(room))
    const view = new DataView(octets.buffer, octets.byteOffset, octets.length)
    return new Uint8Array(out.buffer, 0, encodeError(view, 0, errorOf(octets), limits, out, 0))
  }

  it('stays out of 512 octets where its names are too long, and TC says so', () => {
    const reply = replyTo(query(LONG), UDP, 512)
    expect(hex(reply.subarray(0, 12))).toBe(hex(unhex('1234 8309 0001 0000 0000 0000')))
    expect(reply).toHaveLength(12 + 255 + 4)
  })

  it('has room over TCP, however long they are', () => {
    const reply = replyTo(query(LONG), TCP, 65_535)
    expect(hex(reply.subarray(0, 12))).toBe(hex(unhex('1234 8109 0001 0000 0000 0001')))
    expect(reply).toHaveLength(12 + 255 + 4 + 255 + 10 + 255 + 16)
  })

  it('fills 512 octets to the last, and one more is too many', () => {
    const name = (octets: number) => {
      const second = octets - 66
      return `3f ${'61'.repeat(63)} ${second.toString(16).padStart(2, '0')} ${'61'.repeat(second)} 00`
    }
    // The reply has 12 + 255 + 4, 125 + 10 and the algorithm's name + 16 octets.
    const reply = (algorithm: number) => {
      const data = `${name(algorithm)} ${TIME_AND_FUDGE} ${MAC} 1234 0000 0000`
      const record = tsig({ owner: name(125), data })
      return replyTo(unhex(`1234 0100 0001 0000 0000 0001 ${LONG} 0001 0001 ${record}`), UDP, 512)
    }
    expect(reply(90)).toHaveLength(512)
    expect(hex(reply(90).subarray(2, 4))).toBe('8109')
    expect(hex(reply(91).subarray(2, 4))).toBe('8309')
  })
})
