import { OPCODE, RCODE, refusalOf, TYPE } from '../../values/dns/index.ts'
import { decodeEdns } from './edns.ts'
import { FIXED, FLAG, HEADER, MALFORMED } from './format.ts'
import { decodeName, isOfQuestion, skipName, skipQuestionName } from './name.ts'
import { decodeTsig } from './tsig.ts'
import type { DecodedMessage, Edns, QueryError, Tsig, WireQuestion } from './types.ts'

const SHORT: DecodedMessage = { kind: 'drop', reason: 'short' }
const RESPONSE: DecodedMessage = { kind: 'drop', reason: 'response' }

/** What was found behind the question. */
interface Found {
  edns: Edns | null
  tsig: Tsig | null
  soaSerial: number | null
  wellFormed: boolean
}

type Section = 'answers' | 'authority' | 'additional'
const SECTIONS: readonly Section[] = ['answers', 'authority', 'additional']

/**
 * Decodes the message in `view` from `at` to `end`. Never throws, and its work is linear in the message's length:
 * names behind the question are skipped, and no pointer is followed. AD, CD and Z are ignored; so are records in
 * the answer section and all but an OPT and a TSIG in the additional one, as long as they are records.
 */
export function decodeQuery(view: DataView, at: number, end: number): DecodedMessage {
  if (end - at < HEADER.length) return SHORT
  const flags = view.getUint16(at + HEADER.flags)
  if ((flags & FLAG.QR) !== 0) return RESPONSE
  const id = view.getUint16(at)
  const opcode = (flags >> 11) & 0xf
  const recursionDesired = (flags & FLAG.RD) !== 0
  const recordsAt = skipQuestions(view, at, end)
  const question = decodeQuestion(view, at, recordsAt)
  const questionEnd = question === null ? HEADER.length : recordsAt - at
  const found = decodeRecords(view, at, recordsAt, end)
  const { edns } = found
  const asked = verdict(opcode, question, found)
  if ('rcode' in asked) return { kind: 'error', ...asked, id, opcode, recursionDesired, questionEnd, edns }
  const ixfrSerial = asked.type === TYPE.IXFR ? found.soaSerial : null
  return { kind: 'query', query: { id, recursionDesired, question: asked, questionEnd, edns, ixfrSerial } }
}

/** The type that a message asks for first, without a look at anything else of it; -1 where there is none. Never throws. */
export function typeAskedFor(view: DataView, at: number, end: number): number {
  const nameEnd = end - at < HEADER.length ? MALFORMED : skipQuestionName(view, at + HEADER.length, end)
  return nameEnd === MALFORMED || nameEnd + 2 > end ? -1 : view.getUint16(nameEnd)
}

type QueryRefusal = Pick<QueryError, 'rcode' | 'errors' | 'tsig'>

/** The first objection in the order in which they are due; the question of a query that can be answered. */
function verdict(opcode: number, question: WireQuestion | null, found: Found): WireQuestion | QueryRefusal {
  const { edns, tsig, soaSerial } = found
  if (opcode !== OPCODE.QUERY) return refusal(RCODE.NOTIMP)
  if (question === null || !found.wellFormed) return refusal(RCODE.FORMERR)
  if (edns !== null && edns.version > 0) return refusal(RCODE.BADVERS)
  // No key is known here; a reply that did not say so would be taken for one that somebody forged.
  if (tsig !== null) return { ...refusal(RCODE.NOTAUTH), tsig }
  const toType = refusalOf(question.type)
  if (toType !== undefined) return { ...toType, tsig: null }
  return question.type === TYPE.IXFR && soaSerial === null ? refusal(RCODE.FORMERR) : question
}

const refusal = (rcode: number): QueryRefusal => ({ rcode, errors: [], tsig: null })

/** Where the records begin; any number of questions is skipped, for the OPT record behind them decides on the reply's. */
function skipQuestions(view: DataView, at: number, end: number): number {
  let next = at + HEADER.length
  for (let left = view.getUint16(at + HEADER.questions); left > 0; left--) {
    next = skipQuestionName(view, next, end)
    if (next === MALFORMED || next + 4 > end) return MALFORMED
    next += 4
  }
  return next
}

/** The question, if there is exactly one (RFC 9619) and it can be read. */
function decodeQuestion(view: DataView, at: number, questionEnd: number): WireQuestion | null {
  if (questionEnd === MALFORMED || view.getUint16(at + HEADER.questions) !== 1) return null
  return {
    name: decodeName(view, at + HEADER.length, questionEnd - 5),
    type: view.getUint16(questionEnd - 4),
    class: view.getUint16(questionEnd - 2),
  }
}

function decodeRecords(view: DataView, at: number, recordsAt: number, end: number): Found {
  const found: Found = { edns: null, tsig: null, soaSerial: null, wellFormed: false }
  let next = recordsAt
  for (const section of SECTIONS)
    for (let left = view.getUint16(at + HEADER[section]); left > 0 && next !== MALFORMED; left--) {
      // RFC 8945, 5.1: a signature is the last record, so there is one at most.
      if (found.tsig !== null) return found
      next = decodeRecord({ view, at, recordsAt, end }, next, section, found)
    }
  found.wellFormed = next === end
  return found
}

interface Message {
  readonly view: DataView
  readonly at: number
  readonly recordsAt: number
  readonly end: number
}

/** Where the record that begins at `owner` ends. */
function decodeRecord(message: Message, owner: number, section: Section, found: Found): number {
  const { view, end } = message
  const fixed = skipName(view, owner, end)
  if (fixed === MALFORMED || fixed + FIXED.length > end) return MALFORMED
  const data = fixed + FIXED.length
  const next = data + view.getUint16(fixed + FIXED.dataLength)
  if (next > end) return MALFORMED
  switch (view.getUint16(fixed)) {
    case TYPE.SOA:
      return section !== 'authority' || readSerial(message, owner, fixed, next, found) ? next : MALFORMED
    case TYPE.OPT:
      return section === 'additional' && readOpt(view, owner, fixed, next, found) ? next : MALFORMED
    case TYPE.TSIG:
      return section === 'additional' && readTsig(message, owner, fixed, next, found) ? next : MALFORMED
    default:
      return next
  }
}

/** RFC 6891, 6.1.1: one at most, of the root. */
function readOpt(view: DataView, owner: number, fixed: number, end: number, found: Found): boolean {
  if (found.edns !== null || fixed !== owner + 1) return false
  const { edns, wellFormed } = decodeEdns(view, fixed, end)
  found.edns = edns
  return wellFormed
}

function readTsig({ view, at }: Message, owner: number, fixed: number, end: number, found: Found): boolean {
  found.tsig = decodeTsig(view, at, owner, fixed, end)
  return found.tsig !== null
}

/** RFC 1035, 3.3.13: two names, then five numbers of which the serial is the first. Of the zone that is asked for. */
function readSerial(
  { view, at, recordsAt }: Message,
  owner: number,
  fixed: number,
  end: number,
  found: Found,
): boolean {
  const rname = skipName(view, fixed + FIXED.length, end)
  const numbers = rname === MALFORMED ? MALFORMED : skipName(view, rname, end)
  if (numbers === MALFORMED || numbers + 20 !== end) return false
  if (isOfQuestion(view, at, recordsAt - 4, owner, fixed)) found.soaSerial ??= view.getUint32(numbers)
  return true
}
