/** Octets in and out of the codec: queries in the middle of a larger buffer, replies into one with no octet to spare. */
import assert from 'node:assert/strict'
import {
  type DecodedMessage,
  decodeQuery,
  encodeError,
  encodeReply,
  type Query,
  type QueryError,
  type Reply,
  type ReplyLimits,
} from '../../../src/server/wire/index.ts'
import {
  addressRecord,
  CLASS,
  parseAddress,
  type RecordData,
  type RR,
  type Soa,
  TYPE,
} from '../../../src/values/dns/index.ts'
import { buildQuery, type QuerySpec } from '../../support/client.ts'

export const UDP: ReplyLimits = { isStream: false, udpSize: 1232 }
export const TCP: ReplyLimits = { isStream: true, udpSize: 1232 }

const BEFORE = 7
const AFTER = 9

/** A view in which the message begins at octet 7 and is surrounded by 0xC0, half a pointer. */
export function surround(octets: Uint8Array): DataView {
  const buffer = new Uint8Array(BEFORE + octets.length + AFTER).fill(0xc0)
  buffer.set(octets, BEFORE)
  return new DataView(buffer.buffer)
}

export const decode = (octets: Uint8Array): DecodedMessage =>
  decodeQuery(surround(octets), BEFORE, BEFORE + octets.length)

export function queryOf(octets: Uint8Array): Query {
  const decoded = decode(octets)
  assert(decoded.kind === 'query', `not a query: ${JSON.stringify(decoded)}`)
  return decoded.query
}

export function errorOf(octets: Uint8Array): QueryError {
  const decoded = decode(octets)
  assert(decoded.kind === 'error', `not an error: ${JSON.stringify(decoded)}`)
  return decoded
}

/** An authoritative NOERROR without records, and what is different from that. */
export const replyWith = (parts: Partial<Reply>): Reply => ({
  rcode: 0,
  authoritative: true,
  answers: [],
  authority: [],
  additional: [],
  errors: [],
  subnetScope: 0,
  nsid: null,
  ...parts,
})

/** The octets of a reply to these octets, or to the query that is described. */
export function reply(
  query: QuerySpec | Uint8Array,
  parts: Partial<Reply>,
  limits: ReplyLimits = UDP,
): Uint8Array {
  const octets = query instanceof Uint8Array ? query : buildQuery(query)
  return inBuffer(limits.isStream ? 65_535 : Math.max(512, limits.udpSize), (out, to) =>
    encodeReply(surround(octets), BEFORE, queryOf(octets), replyWith(parts), limits, out, to),
  )
}

export const errorReply = (octets: Uint8Array): Uint8Array =>
  inBuffer(512, (out, to) => encodeError(surround(octets), BEFORE, errorOf(octets), UDP, out, to))

/** Lets `encode` write into exactly `room` octets behind two others, and returns what it wrote. */
function inBuffer(room: number, encode: (out: DataView, to: number) => number): Uint8Array {
  const buffer = new Uint8Array(2 + room).fill(0xaa)
  const length = encode(new DataView(buffer.buffer), 2)
  assert.deepEqual([...buffer.subarray(0, 2)], [0xaa, 0xaa])
  return buffer.slice(2, 2 + length)
}

export const address = (owner: string, text: string, ttl = 5): RR => {
  const octets = parseAddress(text)
  assert(octets !== undefined, text)
  return addressRecord(owner, ttl, octets)
}

const rr = (owner: string, data: RecordData): RR => ({ owner, ttl: 5, data })

export const ns = (owner: string, target: string): RR => rr(owner, { type: TYPE.NS, target })
export const ptr = (owner: string, target: string): RR => rr(owner, { type: TYPE.PTR, target })
export const srv = (owner: string, port: number, target: string): RR =>
  rr(owner, { type: TYPE.SRV, priority: 0, weight: 1, port, target })
export const txt = (owner: string, ...strings: readonly string[]): RR =>
  rr(owner, { type: TYPE.TXT, strings })
export const soa = (owner: string, parts: Partial<Soa> = {}): RR =>
  rr(owner, {
    type: TYPE.SOA,
    mname: 'ns.dns.clusterset.local',
    rname: `hostmaster.${owner}`,
    serial: 7,
    refresh: 7200,
    retry: 1800,
    expire: 86400,
    minimum: 5,
    ...parts,
  })

export const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')
export const unhex = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'))

/** The same query in other letters: its question's octets as given, lower-case or not. */
export const WEB = { name: 'web.default.svc.clusterset.local', type: 'A', class: CLASS.IN } as const
