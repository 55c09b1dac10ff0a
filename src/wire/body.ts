import { CLASS, TYPE } from '../dns/index.ts'
import { encodeReply, replyLimit } from './encode.ts'
import { DNSSEC_OK, FIXED, FLAG, HEADER, OPT_LENGTH } from './format.ts'
import { skipName } from './name.ts'
import type { PlainQuery } from './plain.ts'
import type { Limits, Query, Reply } from './types.ts'
import { copyOctets } from './writer.ts'

/**
 * All of a reply that does not depend on the query beyond its question: the octets of its records as they stand
 * behind the question, whole, and where they may be cut. Sent as often as it is true.
 */
export interface Body {
  readonly octets: Uint8Array
  /** Where each record ends in `octets`, in order of the sections. */
  readonly ends: Uint16Array
  readonly answers: number
  readonly authority: number
  /** AA or none. */
  readonly flags: number
  /** Of four bits. */
  readonly rcode: number
  /** Where the serial of the SOA record stands in `octets`; -1: there is none. */
  readonly serialAt: number
  /** Octets of each answer, if they are all as long; else 0. */
  readonly unit: number
  /** The options that a reply with an OPT record carries if there is room. */
  readonly options: Uint8Array
  /** The same octets whatever the case of the question's letters. */
  readonly foldsCase: boolean
}

const scratch = new DataView(new ArrayBuffer(3 * 65_536))
const octetsOfScratch = new Uint8Array(scratch.buffer)
const WHOLE: Limits = { transport: 'tcp', udpSize: 0 }
const [QUESTION_AT, REPLY_AT, OTHER_AT] = [0, 65_536, 2 * 65_536]

/** Encodes what answers a plain query; undefined for a reply that is too long to keep its places in 16 bits. */
export function encodeBody(plain: PlainQuery, reply: Reply): Body | undefined {
  const query = queryFrom(plain)
  writeQuestion(plain, false)
  const length = encodeReply(scratch, QUESTION_AT, { ...query, edns: null }, reply, WHOLE, scratch, REPLY_AT)
  if (length + OPT_LENGTH > 60_000) return undefined
  const from = REPLY_AT + query.questionEnd
  const octets = octetsOfScratch.slice(from, REPLY_AT + length)
  const [answers, authority, additional] = countsAt(REPLY_AT)
  const ends = endsOf(from, REPLY_AT + length, answers + authority + additional)
  const flags = scratch.getUint16(REPLY_AT + HEADER.flags) & FLAG.AA
  const options = optionsOf(query, reply, length)
  writeQuestion(plain, true)
  const other = encodeReply(scratch, QUESTION_AT, { ...query, edns: null }, reply, WHOLE, scratch, OTHER_AT)
  const foldsCase =
    other === length &&
    Buffer.compare(octets, octetsOfScratch.subarray(OTHER_AT + query.questionEnd, OTHER_AT + other)) === 0
  const serialAt = reply.authority[0]?.data.type === TYPE.SOA ? (ends[answers] ?? 0) - SOA_NUMBERS : -1
  return {
    octets,
    ends,
    answers,
    authority,
    flags,
    rcode: reply.rcode,
    serialAt,
    unit: unitOf(ends, answers),
    options,
    foldsCase,
  }
}

/** Five numbers of 32 bits, the serial first (RFC 1035 section 3.3.13). */
const SOA_NUMBERS = 20

const queryFrom = ({ name, type, questionEnd }: PlainQuery): Query => ({
  id: 0,
  recursionDesired: false,
  question: { name, type, class: CLASS.IN },
  questionEnd,
  edns: { version: 0, udpSize: 512, dnssecOk: false, nsid: false, subnet: null },
  ixfrSerial: null,
})

function writeQuestion({ key, keyLength }: PlainQuery, capitals: boolean): void {
  octetsOfScratch.fill(0, QUESTION_AT, QUESTION_AT + HEADER.length)
  scratch.setUint16(QUESTION_AT + HEADER.questions, 1)
  for (let i = 0; i < keyLength; i++) {
    const octet = key[i] ?? 0
    // Lengths of labels are below the letters; the type behind the name stays as it is.
    const isLetter = i < keyLength - 2 && octet >= 0x61 && octet <= 0x7a
    scratch.setUint8(QUESTION_AT + HEADER.length + i, capitals && isLetter ? octet & 0xdf : octet)
  }
  scratch.setUint16(QUESTION_AT + HEADER.length + keyLength, CLASS.IN)
}

const countsAt = (at: number) =>
  [
    scratch.getUint16(at + HEADER.answers),
    scratch.getUint16(at + HEADER.authority),
    scratch.getUint16(at + HEADER.additional),
  ] as const

function endsOf(from: number, end: number, count: number): Uint16Array {
  const ends = new Uint16Array(count)
  let at = from
  for (let i = 0; i < count; i++) {
    const fixed = skipName(scratch, at, end)
    at = fixed + FIXED.length + scratch.getUint16(fixed + FIXED.dataLength)
    ends[i] = at - from
  }
  return ends
}

function unitOf(ends: Uint16Array, answers: number): number {
  const unit = ends[0] ?? 0
  for (let i = 0; i < answers; i++) if (ends[i] !== (i + 1) * unit) return 0
  return answers === 0 ? 0 : unit
}

/** What the same reply has in its OPT record. */
function optionsOf(query: Query, reply: Reply, length: number): Uint8Array {
  const more = encodeReply(scratch, QUESTION_AT, query, reply, WHOLE, scratch, OTHER_AT)
  return octetsOfScratch.slice(OTHER_AT + length + OPT_LENGTH, OTHER_AT + more)
}

/** What of a kept reply is the query's own, or the moment's. */
export interface Sending {
  readonly body: Body
  /** Of the zone now, for a body with an SOA record. */
  readonly serial: number
  /** In which order the answers are sent, if not as they stand: the first `body.answers` count; needs `body.unit`. */
  readonly order: Uint16Array | null
}

/**
 * Writes the reply that `encodeReply` would write for the same query (which stands in `source` from `at`, and was
 * read into `query`), and returns its length. The capitals of a question need a body that folds case.
 */
export function writeBody(
  source: DataView,
  at: number,
  query: PlainQuery,
  { body, serial, order }: Sending,
  limits: Limits,
  out: DataView,
  to: number,
): number {
  const most = replyLimit(query.hasEdns ? query.udpSize : null, limits)
  const begin = to + query.questionEnd
  const room = most - query.questionEnd - (query.hasEdns ? OPT_LENGTH : 0)
  const count = fitting(body, room)
  copyOctets(source, at, query.questionEnd, out, to)
  const length = count === 0 ? 0 : (body.ends[count - 1] ?? 0)
  if (order === null) copy(body.octets, 0, length, out, begin)
  else copyInOrder(body, order, Math.min(count, body.answers), length, out, begin)
  if (body.serialAt >= 0 && body.serialAt < length) out.setUint32(begin + body.serialAt, serial)
  const cut = limits.transport === 'udp' && count < body.answers + body.authority
  out.setUint16(
    to + HEADER.flags,
    FLAG.QR | body.flags | body.rcode | (cut ? FLAG.TC : 0) | (query.recursionDesired ? FLAG.RD : 0),
  )
  writeCounts(body, count, query.hasEdns, out, to)
  const next = begin + length
  return (query.hasEdns ? writeOpt(query, body, limits.udpSize, to + most, out, next) : next) - to
}

/** How many records fit: a section of which one does not is the last (RFC 2181 section 9). */
function fitting({ octets, ends }: Body, room: number): number {
  if (octets.length <= room) return ends.length
  let count = 0
  while ((ends[count] ?? 0) <= room) count++
  return count
}

function copy(octets: Uint8Array, from: number, end: number, out: DataView, to: number): void {
  for (let i = from; i < end; i++) out.setUint8(to + i - from, octets[i] ?? 0)
}

function copyInOrder(
  { octets, unit, answers }: Body,
  order: Uint16Array,
  count: number,
  length: number,
  out: DataView,
  to: number,
): void {
  for (let i = 0; i < count; i++) {
    const from = (order[i] ?? 0) * unit
    copy(octets, from, from + unit, out, to + i * unit)
  }
  if (count === answers) copy(octets, answers * unit, length, out, to + answers * unit)
}

function writeCounts(
  { answers, authority }: Body,
  count: number,
  hasEdns: boolean,
  out: DataView,
  to: number,
): void {
  const inAnswers = Math.min(count, answers)
  const inAuthority = Math.min(count - inAnswers, authority)
  out.setUint16(to + HEADER.questions, 1)
  out.setUint16(to + HEADER.answers, inAnswers)
  out.setUint16(to + HEADER.authority, inAuthority)
  out.setUint16(to + HEADER.additional, count - inAnswers - inAuthority + (hasEdns ? 1 : 0))
}

/** Replies that are kept have an RCODE of four bits. */
function writeOpt(
  query: PlainQuery,
  { options }: Body,
  udpSize: number,
  limit: number,
  out: DataView,
  at: number,
): number {
  const length = at + OPT_LENGTH + options.length <= limit ? options.length : 0
  out.setUint8(at, 0)
  out.setUint16(at + 1, TYPE.OPT)
  out.setUint16(at + 1 + FIXED.class, udpSize)
  out.setUint32(at + 1 + FIXED.ttl, query.dnssecOk ? DNSSEC_OK : 0)
  out.setUint16(at + 1 + FIXED.dataLength, length)
  copy(options, 0, length, out, at + OPT_LENGTH)
  return at + OPT_LENGTH + length
}
