import { describe, expect, it } from 'vitest'
import { encodeTransfer } from '../../../src/server/wire/index.ts'
import { printRecord, type RR } from '../../../src/values/dns/index.ts'
import { buildQuery, parseReply, type QuerySpec } from '../../support/client.ts'
import { present } from '../../support/render.ts'
import { address, ns, queryOf, soa, surround, TCP, txt } from './messages.ts'

const AXFR = { name: 'clusterset.local', type: 'AXFR' } as const
const SOA = soa('clusterset.local')
const hosts = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    address(`pod-${i}.cluster-east.db.default.svc.clusterset.local`, '10.0.0.1'),
  )
const zone = (count: number): readonly RR[] => [
  SOA,
  ns('clusterset.local', 'ns.dns.clusterset.local'),
  ...hosts(count),
  SOA,
]

const transfer = (query: QuerySpec, records: Iterable<RR>): readonly Uint8Array[] =>
  present(stepsOf(query, records))

function stepsOf(
  query: QuerySpec,
  records: Iterable<RR | undefined>,
): IterableIterator<Uint8Array | undefined> {
  const octets = buildQuery(query)
  const view = surround(octets)
  const messages = encodeTransfer(view, 7, queryOf(octets), records, TCP)
  // The connection's buffer is used again as soon as the call returns.
  for (let i = 0; i < view.byteLength; i++) view.setUint8(i, 0xee)
  return messages
}

describe('a zone transfer', () => {
  it('of a small zone is one message: the question and the records as they come', () => {
    const [message, ...more] = [...transfer({ ...AXFR, rd: true }, zone(3))].map(parseReply)
    expect(more).toEqual([])
    expect(message).toMatchObject({
      id: 0x1234,
      rcode: 'NOERROR',
      flags: { aa: true, tc: false, rd: true, ra: false },
      question: 'clusterset.local. IN AXFR',
      authorities: [],
      additionals: [],
      edns: null,
    })
    expect(message?.answers).toEqual(zone(3).map((rr) => printRecord(rr)))
  })

  it('of a large zone is many messages of 16 KiB at most, all of them full but the last', () => {
    const messages = [...transfer(AXFR, zone(3000))]
    expect(messages.length).toBeGreaterThan(3)
    for (const message of messages) expect(message.length).toBeLessThanOrEqual(16_384)
    for (const message of messages.slice(0, -1)) expect(message.length).toBeGreaterThan(16_384 - 100)
    const parsed = messages.map(parseReply)
    expect(parsed.flatMap(({ answers }) => answers)).toEqual(zone(3000).map((rr) => printRecord(rr)))
    expect(parsed.every(({ flags, question }) => flags.aa && question === 'clusterset.local. IN AXFR')).toBe(
      true,
    )
  })

  it('keeps names in lower case, however the zone was asked for (RFC 5936, 3.4)', () => {
    const [message] = [...transfer({ ...AXFR, name: 'ClusterSet.local' }, zone(1))].map(parseReply)
    expect(message?.question).toBe('ClusterSet.local. IN AXFR')
    expect(message?.answers).toEqual(zone(1).map((rr) => printRecord(rr)))
  })

  it('has an OPT record in every message iff the query has one', () => {
    const messages = [
      ...transfer({ ...AXFR, edns: { dnssecOk: true, subnet: '10.0.0.0/8' } }, zone(1000)),
    ].map(parseReply)
    expect(messages.length).toBeGreaterThan(1)
    for (const { edns } of messages)
      expect(edns).toMatchObject({ udpSize: 1232, dnssecOk: true, subnet: '10.0.0.0/8/0' })
  })

  it('pulls records only as messages are pulled', () => {
    let pulled = 0
    function* counted() {
      for (const rr of zone(3000)) {
        pulled++
        yield rr
      }
    }
    const messages = stepsOf(AXFR, counted())
    expect(pulled).toBe(0)
    messages.next()
    expect(pulled).toBeGreaterThan(100)
    expect(pulled).toBeLessThan(1000)
  })

  it('has nothing yet where the records have nothing yet, and the same messages', () => {
    const sparse = zone(1000).flatMap((rr) => [undefined, undefined, rr])
    const steps = [...stepsOf(AXFR, [...sparse, undefined])]
    expect(steps.filter((step) => step === undefined)).toHaveLength(2 * zone(1000).length + 1)
    expect(present(steps)).toEqual(transfer(AXFR, zone(1000)))
    expect(steps.slice(0, 5)).toEqual([undefined, undefined, undefined, undefined, undefined])
  })

  it('refuses a record that no message can hold', () => {
    const long = txt('clusterset.local', ...Array.from({ length: 80 }, () => 'x'.repeat(255)))
    expect(() => [...transfer(AXFR, [SOA, long, SOA])]).toThrow(
      'clusterset.local: a record too long for a transfer',
    )
  })

  it('throws what cannot be encoded where it was made, and goes on with what that has next', () => {
    const bad = address('db-0.a..b.clusterset.local', '10.0.0.1')
    const thrown: unknown[] = []
    function* some(records: Iterable<RR>): Generator<RR> {
      try {
        for (const rr of records) yield rr
      } catch (error) {
        thrown.push(error)
      }
    }
    function* all(): Generator<RR> {
      yield* some(zone(3))
      yield* some([bad, ...zone(2)])
      yield* some([...zone(2), bad])
      yield* some(zone(4))
    }
    const answers = [...transfer(AXFR, all())].map(parseReply).flatMap((reply) => reply.answers)
    expect(answers).toEqual([3, 2, 4].flatMap((count) => zone(count)).map((rr) => printRecord(rr)))
    expect(thrown.map(String)).toEqual([
      expect.stringContaining('a label of 0 octets'),
      expect.stringContaining('a label of 0 octets'),
    ])
    expect(() => [...transfer(AXFR, [bad])]).toThrow('a label of 0 octets')
  })
})
