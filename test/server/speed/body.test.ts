import { expect, test } from 'vitest'
import { encodeBody, writeBody } from '../../../src/server/speed/body.ts'
import { PlainQuery } from '../../../src/server/speed/plain.ts'
import { encodeReply } from '../../../src/server/wire/index.ts'
import { buildQuery, parseReply } from '../../support/client.ts'
import { address, queryOf, srv } from '../wire/messages.ts'

test.each([false, true])('a body is cut where the reply is, at each size; OPT: %s', (hasEdns) => {
  const name = '_http._tcp.web.global'
  const set = (owner: string, ...addresses: readonly string[]) => addresses.map((one) => address(owner, one))
  const [a, b] = ['a.web.global', 'b.web.global']
  const parts = {
    rcode: 0,
    authoritative: true,
    answers: [srv(name, 80, a), srv(name, 80, b)],
    authority: [],
    additional: [
      ...set(a, ...Array.from({ length: 26 }, (_, i) => `10.0.0.${i}`)),
      ...set(a, 'fd00::1', 'fd00::2'),
      ...set(b, ...Array.from({ length: 12 }, (_, i) => `10.0.1.${i}`)),
      ...set(b, 'fd00::3'),
    ],
    errors: [],
    nsid: null,
    subnetScope: 0,
  }
  const counts = new Set<number>()
  for (let size = 512; size <= 1232; size++) {
    const octets = buildQuery({ name, type: 'SRV', ...(hasEdns && { edns: { udpPayloadSize: size } }) })
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
    counts.add(parseReply(sent).additionals.length)
  }
  expect([...counts]).toEqual(hasEdns ? [0, 26, 28, 40, 41] : [0])
})
