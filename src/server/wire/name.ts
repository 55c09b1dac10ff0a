import type { Name } from '../../values/dns/index.ts'
import { HEADER, MALFORMED, MAX_LABEL, MAX_NAME, POINTER } from './format.ts'

/** Where the name of a record ends. A pointer ends it and is not followed: skipping is linear in the octets skipped. */
export function skipName(view: DataView, at: number, end: number): number {
  const stop = labelsEnd(view, at, end)
  if (stop === MALFORMED) return MALFORMED
  const octet = view.getUint8(stop)
  if (octet === 0) return stop + 1
  return octet >= POINTER && stop + 2 <= end ? stop + 2 : MALFORMED
}

/** Where the name of a question ends: it comes first, so there is nothing that it could point to. */
export function skipQuestionName(view: DataView, at: number, end: number): number {
  const stop = labelsEnd(view, at, end)
  return stop !== MALFORMED && view.getUint8(stop) === 0 ? stop + 1 : MALFORMED
}

/**
 * Whether a record's name, from `owner` to `end`, is that of the question, from octet 12 of the message to `questionEnd`:
 * as a pointer to it or in the same octets, capitals aside.
 */
export function isOfQuestion(
  view: DataView,
  at: number,
  questionEnd: number,
  owner: number,
  end: number,
): boolean {
  const question = at + HEADER.length
  if (view.getUint16(owner) === ((POINTER << 8) | HEADER.length)) return true
  if (end - owner !== questionEnd - question) return false
  for (let i = 0; i < end - owner; i++)
    if (fold(view.getUint8(owner + i)) !== fold(view.getUint8(question + i))) return false
  return true
}

/** Where a name's ordinary labels stop: at a length octet that is no label's, before `end`. */
function labelsEnd(view: DataView, at: number, end: number): number {
  let next = at
  while (next < end) {
    const length = view.getUint8(next)
    if (length === 0 || length > MAX_LABEL) return next
    next += length + 1
    if (next - at >= MAX_NAME) return MALFORMED
  }
  return MALFORMED
}

// Joining a string octet by octet costs three times what one conversion of a filled buffer does.
const text = Buffer.alloc(4 * MAX_NAME)

/**
 * The name at `at` whose root label is at `root`, as the text that dns/name.ts defines. Each octet that needs an
 * escape becomes `\DDD`, dots too: a dot of the text always divides labels.
 */
export function decodeName(view: DataView, at: number, root: number): Name {
  if (root === at) return ''
  let length = 0
  let label = at + 1 + view.getUint8(at)
  for (let i = at + 1; i < root; i++) {
    const octet = view.getUint8(i)
    if (i === label) {
      label = i + 1 + octet
      text[length++] = 0x2e
      continue
    }
    const plain = PLAIN[octet] ?? 0
    if (plain === 0) length = writeEscape(octet, length)
    else text[length++] = plain
  }
  return text.toString('latin1', 0, length)
}

/** Not printable ASCII, or one of `"`, `.` and `\`. */
const needsEscape = (octet: number): boolean =>
  octet <= 0x20 || octet >= 0x7f || octet === 0x22 || octet === 0x2e || octet === 0x5c

const isCapital = (octet: number): boolean => octet >= 0x41 && octet <= 0x5a

const fold = (octet: number): number => (isCapital(octet) ? octet | 0x20 : octet)

/** Each octet as it stands in the text, in lower case; 0: it needs an escape. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, octet) => (needsEscape(octet) ? 0 : fold(octet)))

function writeEscape(octet: number, at: number): number {
  text[at] = 0x5c
  text[at + 1] = 0x30 + Math.trunc(octet / 100)
  text[at + 2] = 0x30 + (Math.trunc(octet / 10) % 10)
  text[at + 3] = 0x30 + (octet % 10)
  return at + 4
}
