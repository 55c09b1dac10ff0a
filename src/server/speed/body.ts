import { CLASS, TYPE } from '../../values/dns/index.ts'
import {
  copyOctets,
  DNSSEC_OK,
  encodeReply,
  FIXED,
  FLAG,
  HEADER,
  OPT_LENGTH,
  OPTION_LENGTH,
  type Query,
  type Reply,
  type ReplyLimits,
  replyLimit,
  skipName,
} from '../wire/index.ts'
import type { PlainQuery } from './plain.ts'
import { endsOfSets, unitOf } from './record-ends.ts'

/**
 * All of a reply that does not depend on the query beyond its question: the octets of its records as they stand
 * behind the question, whole, and where they may be cut. Sent as often as it is true.
 */
export interface Body {
  /** As `writeBody` takes it, wherever it is copied to. */
  readonly packed: Uint8Array
  readonly rcode: number
  /** Of its records. */
  readonly octets: number
  /** Octets of each answer, if they are all as long; else 0. */
  readonly unit: number
  /** The same octets whatever the case of the question's letters. */
  readonly foldsCase: boolean
  /** It has an SOA record, and so a serial. */
  readonly hasSerial: boolean
}

/**
 * A packed body: numbers of 16 bits, then the records, then the options that a reply with an OPT record carries if
 * there is room, then where each record ends; of the
 * additional section, its RRset.
 */
const BODY = {
  length: 0,
  answers: 2,
  authority: 4,
  records: 6,
  /** AA or none, and the RCODE. */
  flags: 8,
  /** Where the serial of the SOA record stands in the records, plus one; 0: there is none. */
  serial: 10,
  unit: 12,
  options: 14,
  head: 16,
} as const

const scratch = new DataView(new ArrayBuffer(3 * 65_536))
const octetsOfScratch = new Uint8Array(scratch.buffer)
const WHOLE: ReplyLimits = { isStream: true, udpSize: 0 }
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
  const each = endsOf(from, REPLY_AT + length, answers + authority + additional)
  const ends = endsOfSets(each, reply.additional, answers + authority)
  const flags = (scratch.getUint16(REPLY_AT + HEADER.flags) & FLAG.AA) | reply.rcode
  const options = optionsOf(query, reply, length)
  writeQuestion(plain, true)
  const other = encodeReply(scratch, QUESTION_AT, { ...query, edns: null }, reply, WHOLE, scratch, OTHER_AT)
  const foldsCase =
    other === length &&
    Buffer.compare(octets, octetsOfScratch.subarray(OTHER_AT + query.questionEnd, OTHER_AT + other)) === 0
  const serial = reply.authority[0]?.data.type === TYPE.SOA ? (ends[answers] ?? 0) - SOA_NUMBERS + 1 : 0
  const unit = unitOf(ends, answers)
  const numbers = [octets.length, answers, authority, ends.length, flags, serial, unit, options.length]
  const packed = pack(numbers, octets, options, ends)
  return { packed, rcode: reply.rcode, octets: octets.length, unit, foldsCase, hasSerial: serial > 0 }
}

/** Octets of the reply that has a body whole, and an OPT record without options. */
export const replyLength = ({ questionEnd }: PlainQuery, { octets }: Body): number =>
  questionEnd + octets + OPT_LENGTH

function pack(
  numbers: readonly number[],
  octets: Uint8Array,
  options: Uint8Array,
  ends: readonly number[],
): Uint8Array {
  const endsAt = BODY.head + octets.length + options.length
  const packed = new Uint8Array(endsAt + 2 * ends.length)
  const view = new DataView(packed.buffer)
  for (const [i, number] of numbers.entries()) view.setUint16(2 * i, number)
  packed.set(octets, BODY.head)
  packed.set(options, BODY.head + octets.length)
  for (const [i, end] of ends.entries()) view.setUint16(endsAt + 2 * i, end)
  return packed
}

/** Five numbers of 32 bits, the serial first (RFC 1035, 3.3.13). */
const SOA_NUMBERS = 20

const queryFrom = ({ name, type, questionEnd }: PlainQuery): Query => ({
  id: 0,
  recursionDesired: false,
  question: { name, type, class: CLASS.IN },
  questionEnd,
  edns: { version: 0, udpSize: 512, dnssecOk: false, nsid: false, subnet: null },
  ixfrSerial: null,
})

function writeQuestion({ question, questionLength }: PlainQuery, capitals: boolean): void {
  octetsOfScratch.fill(0, QUESTION_AT, QUESTION_AT + HEADER.length)
  scratch.setUint16(QUESTION_AT + HEADER.questions, 1)
  for (let i = 0; i < questionLength; i++) {
    const octet = question.getUint8(i)
    // Lengths of labels are below the letters, and so are the types behind the name that replies are kept for.
    const isLetter = octet >= 0x61 && octet <= 0x7a
    scratch.setUint8(QUESTION_AT + HEADER.length + i, capitals && isLetter ? octet & 0xdf : octet)
  }
}

const countsAt = (at: number) =>
  [
    scratch.getUint16(at + HEADER.answers),
    scratch.getUint16(at + HEADER.authority),
    scratch.getUint16(at + HEADER.additional),
  ] as const

function endsOf(from: number, end: number, count: number): readonly number[] {
  const ends: number[] = []
  let at = from
  for (let i = 0; i < count; i++) {
    const fixed = skipName(scratch, at, end)
    at = fixed + FIXED.length + scratch.getUint16(fixed + FIXED.dataLength)
    ends.push(at - from)
  }
  return ends
}

/** What the same reply has in its OPT record. */
function optionsOf(query: Query, reply: Reply, length: number): Uint8Array {
  const more = encodeReply(scratch, QUESTION_AT, query, reply, WHOLE, scratch, OTHER_AT)
  return octetsOfScratch.slice(OTHER_AT + length + OPT_LENGTH, OTHER_AT + more)
}

/** A packed body, and what of its reply is the moment's. */
export interface Sending {
  readonly view: DataView
  /** Where the body begins in `view`. */
  readonly body: number
  /** Of the zone now, for a body with an SOA record. */
  readonly serial: number
  /** For how many bits of the query's client subnet it holds. */
  readonly scope: number
  /** In which order the answers are sent, if not as they stand: the first so many count; needs `unit`. */
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
  sending: Sending,
  limits: ReplyLimits,
  out: DataView,
  to: number,
): number {
  const { view, body } = sending
  const { questionEnd, hasEdns } = query
  const most = replyLimit(hasEdns ? query.udpSize : null, limits)
  const room = most - questionEnd - (hasEdns ? OPT_LENGTH + query.subnetLength : 0)
  const begin = to + questionEnd
  copyOctets(source, at, questionEnd, out, to)
  const whole = view.getUint16(body + BODY.length)
  const count = whole <= room ? view.getUint16(body + BODY.records) : fitting(view, body, room)
  const length = whole <= room ? whole : endOf(view, body, count)
  writeRecords(sending, count, length, out, begin)
  writeHeader(query, sending, limits, count, out, to)
  const next = begin + length
  return (hasEdns ? writeOpt(source, query, sending, limits.udpSize, to + most, out, next) : next) - to
}

/**
 * How many records fit of more than do: a section of which one does not is the last (RFC 2181, 9). Of answers that are all
 * as long nothing need be looked at.
 */
function fitting(view: DataView, body: number, room: number): number {
  const unit = view.getUint16(body + BODY.unit)
  const answers = view.getUint16(body + BODY.answers)
  let count = unit === 0 ? 0 : Math.max(0, Math.min(answers, Math.floor(room / unit)))
  while (endOf(view, body, count + 1) <= room) count++
  return count
}

/** Where the first `count` records end. */
function endOf(view: DataView, body: number, count: number): number {
  if (count === 0) return 0
  const ends = body + BODY.head + view.getUint16(body + BODY.length) + view.getUint16(body + BODY.options)
  return view.getUint16(ends + 2 * (count - 1))
}

function writeRecords(
  { view, body, order, serial }: Sending,
  count: number,
  length: number,
  out: DataView,
  to: number,
): void {
  const from = body + BODY.head
  let ordered = 0
  if (order !== null) {
    const unit = view.getUint16(body + BODY.unit)
    const answers = Math.min(count, view.getUint16(body + BODY.answers))
    for (let i = 0; i < answers; i++)
      copyOctets(view, from + (order[i] ?? 0) * unit, unit, out, to + i * unit)
    ordered = answers * unit
  }
  copyOctets(view, from + ordered, length - ordered, out, to + ordered)
  const serialEnd = view.getUint16(body + BODY.serial)
  if (serialEnd > 0 && serialEnd <= length) out.setUint32(to + serialEnd - 1, serial)
}

/**
 * Over the query's, of which ID and QDCOUNT stay. Values come first and are written then: a choice among the arguments of
 * a write keeps the engine from compiling it in.
 */
function writeHeader(
  { recursionDesired, hasEdns }: PlainQuery,
  { view, body }: Sending,
  { isStream }: ReplyLimits,
  count: number,
  out: DataView,
  to: number,
): void {
  const [answers, authority] = [view.getUint16(body + BODY.answers), view.getUint16(body + BODY.authority)]
  const cut = !isStream && count < answers + authority ? FLAG.TC : 0
  const desired = recursionDesired ? FLAG.RD : 0
  const flags = FLAG.QR | view.getUint16(body + BODY.flags) | cut | desired
  const inAnswers = Math.min(count, answers)
  const inAuthority = Math.min(count - inAnswers, authority)
  const inAdditional = count - inAnswers - inAuthority + (hasEdns ? 1 : 0)
  out.setUint16(to + HEADER.flags, flags)
  out.setUint16(to + HEADER.answers, inAnswers)
  out.setUint32(to + HEADER.authority, (inAuthority << 16) | inAdditional)
}

/** In the option of a client subnet (RFC 7871, 6), which else is repeated. */
const SCOPE_AT = OPTION_LENGTH + 3

/** Replies that are kept have an RCODE of four bits. */
function writeOpt(
  source: DataView,
  query: PlainQuery,
  { view, body, scope }: Sending,
  udpSize: number,
  limit: number,
  out: DataView,
  at: number,
): number {
  const options = view.getUint16(body + BODY.options)
  const { subnetLength } = query
  const next = at + OPT_LENGTH + subnetLength
  const length = next + options <= limit ? options : 0
  const ttl = query.dnssecOk ? DNSSEC_OK : 0
  out.setUint8(at, 0)
  out.setUint16(at + 1, TYPE.OPT)
  out.setUint16(at + 1 + FIXED.class, udpSize)
  out.setUint32(at + 1 + FIXED.ttl, ttl)
  out.setUint16(at + 1 + FIXED.dataLength, subnetLength + length)
  if (subnetLength > 0) {
    copyOctets(source, query.subnetAt, subnetLength, out, at + OPT_LENGTH)
    out.setUint8(at + OPT_LENGTH + SCOPE_AT, scope)
  }
  const from = body + BODY.head + view.getUint16(body + BODY.length)
  copyOctets(view, from, length, out, next)
  return next + length
}
