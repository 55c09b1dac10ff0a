import { describe, expect, test } from 'vitest'
import { encodeBody, writeBody } from '../../../src/server/speed/body.ts'
import { PlainQuery } from '../../../src/server/speed/plain.ts'
import { encodeReply, type Reply } from '../../../src/server/wire/index.ts'
import { buildQuery, type ParsedReply, parseReply, type QuerySpec } from '../../support/client.ts'
import { address, queryOf, replyWith, srv } from '../wire/messages.ts'

/** Replies from a body to queries that allow so many octets, each the one that is encoded. */
function repliesOf(
  spec: QuerySpec,
  hasEdns: boolean,
  parts: Reply,
  from: number,
  to: number,
): readonly ParsedReply[] {
  const replies: ParsedReply[] = []
  for (let size = from; size <= to; size++) {
    const octets = buildQuery({ ...spec, ...(hasEdns && { edns: { udpPayloadSize: size } }) })
    const source = new DataView(octets.buffer, octets.byteOffset, octets.length)
    const plain = new PlainQuery()
    expect(plain.read(source, 0, octets.length)).toBe(true)
    const body = encodeBody(plain, parts)
    if (body === undefined) throw new Error('no body')
    const view = new DataView(body.packed.buffer)
    const limits = { isStream: false, udpSize: size }
    const written = (write: (out: DataView) => number) => {
      const out = new DataView(new ArrayBuffer(65_536))
      return Buffer.from(out.buffer, 0, write(out))
    }
    const sending = { view, body: 0, serial: 0, scope: 0, order: null }
    const sent = written((out) => writeBody(source, 0, plain, sending, limits, out, 0))
    const reply = written((out) => encodeReply(source, 0, queryOf(octets), parts, limits, out, 0))
    expect(sent.equals(reply)).toBe(true)
    replies.push(parseReply(sent))
  }
  return replies
}

const numbersOf = <T>(replies: readonly T[], of: (reply: T) => number): readonly number[] => [
  ...new Set(replies.map(of)),
]

describe.each([false, true])('a body is cut where the reply is, at each size; OPT: %s', (hasEdns) => {
  test('additional records behind answers', () => {
    const name = '_http._tcp.web.global'
    const set = (owner: string, ...addresses: readonly string[]) =>
      addresses.map((one) => address(owner, one))
    const [a, b] = ['a.web.global', 'b.web.global']
    const parts = replyWith({
      answers: [srv(name, 80, a), srv(name, 80, b)],
      additional: [
        ...set(a, ...Array.from({ length: 26 }, (_, i) => `10.0.0.${i}`)),
        ...set(a, 'fd00::1', 'fd00::2'),
        ...set(b, ...Array.from({ length: 12 }, (_, i) => `10.0.1.${i}`)),
        ...set(b, 'fd00::3'),
      ],
    })
    const replies = repliesOf({ name, type: 'SRV' }, hasEdns, parts, 512, 1232)
    expect(numbersOf(replies, ({ additionals }) => additionals.length)).toEqual(
      hasEdns ? [0, 26, 28, 40, 41] : [0],
    )
  })

  test('answers that are all as long', () => {
    const name = 'db.data.global'
    const answers = Array.from({ length: 50 }, (_, i) => address(name, `10.0.0.${i}`))
    const replies = repliesOf({ name, type: 'A' }, hasEdns, replyWith({ answers }), 512, 900)
    const counts = numbersOf(replies, (reply) => reply.answers.length)
    expect(counts).toEqual(hasEdns ? Array.from({ length: 22 }, (_, i) => 29 + i) : [30])
  })
})
