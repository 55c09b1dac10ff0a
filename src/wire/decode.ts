import { OPCODE, RCODE, TYPE } from '../dns/index.ts'
import { decodeEdns } from './edns.ts'
import { FIXED, FLAG, HEADER, MALFORMED } from './format.ts'
import { decodeName, skipName, skipQuestionName } from './name.ts'
import type { Decoded, Edns, Question } from './types.ts'

const SHORT: Decoded = { kind: 'drop', reason: 'short' }
const RESPONSE: Decoded = { kind: 'drop', reason: 'response' }

/** What was found behind the question. */
interface Found {
  edns: Edns | null
  soaSerial: number | null
  wellFormed: boolean
}

type Section = 'answers' | 'authority' | 'additional'
const SECTIONS: readonly Section[] = ['answers', 'authority', 'additional']

/**
 * Decodes the message in `view` from `at` to `end`. Never throws, and its work is linear in the message's length:
 * names behind the question are skipped, and no pointer is followed. AD, CD and Z are ignored; so are records in
 * the answer section and all but an OPT in the additional one, as long as they are records.
 */
export function decodeQuery(view: DataView, at: number, end: number): Decoded {
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
  const rcode = verdict(opcode, question, found)
  if (question === null || rcode !== RCODE.NOERROR)
    return { kind: 'error', rcode, id, opcode, recursionDesired, questionEnd, edns }
  const ixfrSerial = question.type === TYPE.IXFR ? found.soaSerial : null
  return { kind: 'query', query: { id, recursionDesired, question, questionEnd, edns, ixfrSerial } }
}

/** The type that a message asks for first, without a look at anything else of it; -1 where there is none. Never throws. */
export function typeAskedFor(view: DataView, at: number, end: number): number {
  const nameEnd = end - at < HEADER.length ? MALFORMED : skipQuestionName(view, at + HEADER.length, end)
  return nameEnd === MALFORMED || nameEnd + 2 > end ? -1 : view.getUint16(nameEnd)
}

/** The first objection in the order in which they are due; NOERROR for a query that can be answered. */
function verdict(opcode: number, question: Question | null, found: Found): number {
  if (opcode !== OPCODE.QUERY) return RCODE.NOTIMP
  if (question === null || !found.wellFormed) return RCODE.FORMERR
  if (found.edns !== null && found.edns.version > 0) return RCODE.BADVERS
  return verdictOnType(question.type)
}

function verdictOnType(type: number): number {
  switch (type) {
    case 0:
    case TYPE.OPT:
    case TYPE.TKEY:
    case TYPE.TSIG:
      return RCODE.FORMERR
    case TYPE.MAILA:
    case TYPE.MAILB:
      return RCODE.NOTIMP
    default:
      return RCODE.NOERROR
  }
}

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
function decodeQuestion(view: DataView, at: number, questionEnd: number): Question | null {
  if (questionEnd === MALFORMED || view.getUint16(at + HEADER.questions) !== 1) return null
  return {
    name: decodeName(view, at + HEADER.length, questionEnd - 5),
    type: view.getUint16(questionEnd - 4),
    class: view.getUint16(questionEnd - 2),
  }
}

function decodeRecords(view: DataView, at: number, recordsAt: number, end: number): Found {
  const found: Found = { edns: null, soaSerial: null, wellFormed: false }
  let next = recordsAt
  for (const section of SECTIONS)
    for (let left = view.getUint16(at + HEADER[section]); left > 0 && next !== MALFORMED; left--)
      next = decodeRecord(view, next, end, section, found)
  found.wellFormed = next === end
  return found
}

/** Where the record at `at` ends. */
function decodeRecord(view: DataView, at: number, end: number, section: Section, found: Found): number {
  const fixed = skipName(view, at, end)
  if (fixed === MALFORMED || fixed + FIXED.length > end) return MALFORMED
  const data = fixed + FIXED.length
  const next = data + view.getUint16(fixed + FIXED.dataLength)
  if (next > end) return MALFORMED
  const type = view.getUint16(fixed)
  if (type === TYPE.SOA && section === 'authority')
    return readSerial(view, data, next, found) ? next : MALFORMED
  if (type !== TYPE.OPT) return next
  // RFC 6891 section 6.1.1: one at most, of the root, in the additional section.
  if (found.edns !== null || section !== 'additional' || fixed !== at + 1) return MALFORMED
  const { edns, wellFormed } = decodeEdns(view, fixed, next)
  found.edns = edns
  return wellFormed ? next : MALFORMED
}

/** RFC 1035 section 3.3.13: two names, then five numbers of which the serial is the first. */
function readSerial(view: DataView, at: number, end: number, found: Found): boolean {
  const rname = skipName(view, at, end)
  const numbers = rname === MALFORMED ? MALFORMED : skipName(view, rname, end)
  if (numbers === MALFORMED || numbers + 20 !== end) return false
  found.soaSerial ??= view.getUint32(numbers)
  return true
}
