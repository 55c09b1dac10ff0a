import { CLASS } from '../../values/dns/index.ts'
import { FLAG, HEADER } from './format.ts'
import { encodeOpt, optReserve } from './opt.ts'
import { encodeBadKey } from './tsig.ts'
import type { Edns, Query, QueryError, Reply, ReplyLimits } from './types.ts'
import { MessageWriter } from './writer.ts'

/** How many records of each section are in the message. */
interface Counts {
  readonly answers: number
  readonly authority: number
  readonly additional: number
}

/**
 * Encodes the reply to a query that stands in `source` from `at` into `out` from `to`, and returns its length in
 * octets. The question is repeated octet by octet. In a datagram a reply of which an answer or an authority record is
 * missing has TC set; extended errors, then the server's identity, then additional records make room first. Of those an
 * RRset is sent whole or not at all (RFC 2181, 5), and what is missing of them sets no TC (RFC 2181, 9): none is
 * glue of a delegation, which would have to (RFC 9471).
 * `out` must have room for 65,535 octets (of a stream) or max(512, `limits.udpSize`) octets (of a datagram) after `to`.
 */
export function encodeReply(
  source: DataView,
  at: number,
  query: Query,
  reply: Reply,
  limits: ReplyLimits,
  out: DataView,
  to: number,
): number {
  const { edns, question, questionEnd } = query
  const limit = to + replyLimit(edns?.udpSize ?? null, limits)
  const writer = new MessageWriter(out, to, limit - optReserve(edns))
  writer.copyQuestion(source, at, questionEnd)
  writer.pointInto(question.name, true)
  const counts = encodeSections(writer, reply, question.class === CLASS.CH ? CLASS.CH : CLASS.IN)
  writer.limit = limit
  if (edns !== null) encodeOpt(writer, edns, limits.udpSize, reply)
  const truncated = !limits.isStream && isCut(reply, counts)
  encodeHeader(writer, flagsOf(query, reply, truncated), counts, 1, edns)
  return writer.at - to
}

/** RFC 6891, 6.2.3: no OPT (null) says 512, and a size below 512 means 512. */
export function replyLimit(asked: number | null, { isStream, udpSize }: ReplyLimits): number {
  if (isStream) return 65_535
  return asked === null ? 512 : Math.min(Math.max(asked, 512), udpSize)
}

function encodeSections(writer: MessageWriter, reply: Reply, recordClass: number): Counts {
  const answers = writer.records(reply.answers, recordClass)
  if (answers < reply.answers.length) return { answers, authority: 0, additional: 0 }
  const authority = writer.records(reply.authority, recordClass)
  if (authority < reply.authority.length) return { answers, authority, additional: 0 }
  return { answers, authority, additional: writer.sets(reply.additional, recordClass) }
}

const isCut = (reply: Reply, { answers, authority }: Counts): boolean =>
  answers < reply.answers.length || authority < reply.authority.length

const flagsOf = (query: Query, reply: Reply, truncated: boolean): number =>
  FLAG.QR |
  (reply.authoritative ? FLAG.AA : 0) |
  (truncated ? FLAG.TC : 0) |
  (query.recursionDesired ? FLAG.RD : 0) |
  (reply.rcode & 0xf)

const NO_RECORDS: Counts = { answers: 0, authority: 0, additional: 0 }
const ONE_ADDITIONAL: Counts = { ...NO_RECORDS, additional: 1 }

/**
 * Encodes the reply to a query that decoding rejected: as `encodeReply`. Any reply of this kind fits 512 octets, but for
 * the TSIG record of a key whose names are as long as can be; TC says then that it is missing.
 */
export function encodeError(
  source: DataView,
  at: number,
  error: QueryError,
  limits: ReplyLimits,
  out: DataView,
  to: number,
): number {
  const { rcode, errors, opcode, recursionDesired, questionEnd, edns, tsig } = error
  const writer = new MessageWriter(out, to, to + replyLimit(edns?.udpSize ?? null, limits))
  writer.copyQuestion(source, at, questionEnd)
  if (edns !== null) encodeOpt(writer, edns, limits.udpSize, { rcode, subnetScope: 0, nsid: null, errors })
  const isSaid = tsig === null || encodeBadKey(writer, source, at, tsig)
  const flags =
    FLAG.QR | (isSaid ? 0 : FLAG.TC) | (opcode << 11) | (recursionDesired ? FLAG.RD : 0) | (rcode & 0xf)
  const counts = tsig !== null && isSaid ? ONE_ADDITIONAL : NO_RECORDS
  encodeHeader(writer, flags, counts, questionEnd > HEADER.length ? 1 : 0, edns)
  return writer.at - to
}

/** All of the header but the id, which was copied with the question. */
export function encodeHeader(
  { out, start }: MessageWriter,
  flags: number,
  counts: Counts,
  questions: number,
  edns: Edns | null,
): void {
  out.setUint16(start + HEADER.flags, flags)
  out.setUint16(start + HEADER.questions, questions)
  out.setUint16(start + HEADER.answers, counts.answers)
  out.setUint16(start + HEADER.authority, counts.authority)
  out.setUint16(start + HEADER.additional, counts.additional + (edns === null ? 0 : 1))
}
