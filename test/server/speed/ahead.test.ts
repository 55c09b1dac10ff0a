import { describe, expect, test } from 'vitest'
import { MOST_AHEAD } from '../../../src/server/speed/ahead.ts'
import { buildQuery, type QuerySpec } from '../../support/client.ts'
import { responder, TCP, UDP } from '../replies/responder.ts'

const ROOM = 512
/** Where replies are written, each read before the next. */
const LONGEST = new DataView(new ArrayBuffer(65_535))
const WEB = 'web.default.svc.clusterset.local'

/** Plain queries and others, kept replies and others, long and short. */
const MIXED: readonly Uint8Array[] = [
  buildQuery({ name: WEB, type: 'A' }),
  buildQuery({ name: 'WEB.default.svc.clusterset.local', type: 'A', edns: {} }),
  buildQuery({ name: WEB, type: 'TXT' }),
  new Uint8Array(11),
  buildQuery({ name: 'nobody.default.svc.clusterset.local', type: 'A' }),
  buildQuery({ name: 'db.default.svc.clusterset.local', type: 'SRV', edns: { udpPayloadSize: 4096 } }),
  buildQuery({ name: WEB, type: 'A' }).with(2, 0x80),
  buildQuery({ name: 'example.com', type: 'AAAA' }),
  buildQuery({ name: 'far.default.svc.clusterset.local', type: 'A', edns: {} }),
  Uint8Array.from([...buildQuery({ name: WEB, type: 'A' }), 0]),
]

/** One memory, in which each query has a place, as those of a batch have. */
function places(count: number) {
  const { respond, expect: foresee, samples, bugs } = responder()
  const octets = new Uint8Array(count * ROOM)
  const view = new DataView(octets.buffer)
  const ends = Array.from({ length: count }, (_, i) => i * ROOM)
  const put = (i: number, query: Uint8Array): void => {
    octets.set(query, i * ROOM)
    ends[i] = i * ROOM + query.length
  }
  const endOf = (i: number): number => ends[i] ?? 0
  const announce = (i: number): void => foresee(view, i * ROOM, endOf(i))
  const answer = (i: number, peer = UDP): string => {
    const length = respond(view, i * ROOM, endOf(i), peer, LONGEST, 0)
    return Buffer.from(LONGEST.buffer, 0, length).toString('hex')
  }
  return { put, announce, answer, samples, bugs }
}

function repliesTo(queries: readonly Uint8Array[], expected: (i: number) => boolean, rounds = 3) {
  const { put, announce, answer, samples, bugs } = places(queries.length)
  const replies: string[] = []
  for (let round = 0; round < rounds; round++) {
    for (const [i, query] of queries.entries()) put(i, query)
    for (const i of queries.keys()) if (expected(i)) announce(i)
    for (const i of queries.keys()) replies.push(answer(i))
  }
  return { replies, bugs, counted: samples('dns_requests_total') }
}

describe('a query that was expected', () => {
  test.each<[string, (i: number) => boolean]>([
    ['all', () => true],
    ['every other', (i) => i % 2 === 0],
    ['the last', (i) => i === MIXED.length - 1],
    ['all but the first', (i) => i > 0],
  ])('has the reply that it has unexpected: %s', (_which, expected) => {
    expect(repliesTo(MIXED, expected)).toEqual(repliesTo(MIXED, () => false))
  })

  test.each([MOST_AHEAD, MOST_AHEAD + 1, 10 * MOST_AHEAD])('is one of %i', (count) => {
    const queries = Array.from({ length: count }, (_, i) => MIXED[i % MIXED.length] ?? new Uint8Array(0))
    expect(repliesTo(queries, () => true)).toEqual(repliesTo(queries, () => false))
  })

  const ask = (name: string, type: QuerySpec['type'] = 'A') => buildQuery({ name, type })
  const replyTo = (query: Uint8Array): string => {
    const { put, answer } = places(1)
    put(0, query)
    return answer(0)
  }
  /** As long as the other: they end at the same octet. */
  const [ONE, OTHER] = [ask(WEB), ask('far.default.svc.clusterset.local')]

  test('and never came is not taken for one that stands in its place later', () => {
    expect(ONE.length).toBe(OTHER.length)
    const { put, announce, answer } = places(3)
    for (let i = 0; i < 3; i++) put(i, ONE)
    for (let i = 0; i < 3; i++) announce(i)
    expect(answer(0)).toBe(replyTo(ONE))
    for (let i = 0; i < 3; i++) put(i, OTHER)
    announce(1)
    expect(answer(1)).toBe(replyTo(OTHER))
    expect(answer(2)).toBe(replyTo(OTHER))
    expect(answer(0)).toBe(replyTo(OTHER))
  })

  test('is not taken for one that comes before it', () => {
    const { put, announce, answer } = places(2)
    put(0, ONE)
    put(1, OTHER)
    announce(1)
    expect([answer(0), answer(1)]).toEqual([replyTo(ONE), replyTo(OTHER)])
    announce(0)
    announce(1)
    expect([answer(1), answer(0)]).toEqual([replyTo(OTHER), replyTo(ONE)])
    expect(answer(1, TCP)).toBe(replyTo(OTHER))
  })
})
