import { CLASS, type Name, OPTION, TYPE } from '../../values/dns/index.ts'
import {
  DNSSEC_OK,
  decodeName,
  FIXED,
  FLAG,
  HEADER,
  MAX_NAME,
  OPT_LENGTH,
  OPTION_LENGTH,
  skipQuestionName,
} from '../wire/index.ts'

/**
 * The query that nearly everybody sends: one question of class IN for a common type, and nothing else but perhaps an
 * OPT record whose options change no answer. Read without making a value of it, so that a reply that is kept can be
 * found by octets. Whatever is not like that, malformed messages first of all, is `decodeQuery`'s to judge.
 */
export class PlainQuery {
  /** The question's octets, its name in lower case: `questionLength` of them count. */
  readonly question = new DataView(new ArrayBuffer(MAX_NAME + TYPE_AND_CLASS + 1))
  questionLength = 0
  /** Of the question: 32 bits. */
  hash = 0
  type = 0
  recursionDesired = false
  /** A letter of the name is a capital. */
  hasCapitals = false
  hasEdns = false
  /** Of the OPT record, as sent. */
  udpSize = 0
  dnssecOk = false
  /** Octets of its client subnet, the option's head included; 0: there is none. */
  subnetLength = 0
  /** Where that begins in the message's view. */
  subnetAt = 0
  /** The family and the bits of the subnet, and its address. */
  readonly subnet = new Int32Array(SUBNET_WORDS)
  #name: Name | undefined

  /** The number of the viewpoint from which the clients of the subnet ask, and how many bits of it an answer from there holds for; -1: not asked yet. */
  subnetViewpoint = -1
  subnetScope = 0

  /** The question's name, canonical. */
  get name(): Name {
    this.#name ??= decodeName(this.question, 0, this.nameLength - 1)
    return this.#name
  }

  /** Octets of the name, its root label included. */
  get nameLength(): number {
    return this.questionLength - TYPE_AND_CLASS
  }

  /** How many bits of the client's address the subnet has: of none, as of one that says nothing, 0. */
  get subnetBits(): number {
    return this.subnetLength === 0 ? 0 : (this.subnet[0] ?? 0) & 0xff
  }

  /** As in Query. */
  get questionEnd(): number {
    return HEADER.length + this.questionLength
  }

  /** Reads the message in `view` from `at` to `end`; false for one that is not plain. Never throws. */
  read(view: DataView, at: number, end: number): boolean {
    if (end - at < HEADER.length + 1 + TYPE_AND_CLASS) return false
    const flags = view.getUint16(at + HEADER.flags)
    if ((flags & (FLAG.QR | OPCODE_BITS)) !== 0) return false
    if (view.getUint32(at + HEADER.questions) !== ONE_QUESTION || view.getUint16(at + HEADER.authority) !== 0)
      return false
    this.recursionDesired = (flags & FLAG.RD) !== 0
    const from = at + HEADER.length
    const nameEnd = skipQuestionName(view, from, end - TYPE_AND_CLASS)
    if (nameEnd < 0) return false
    this.type = view.getUint16(nameEnd)
    if (view.getUint16(nameEnd + 2) !== CLASS.IN || !isCommon(this.type)) return false
    const next = nameEnd + TYPE_AND_CLASS
    this.#readQuestion(view, from, next - from)
    const records = view.getUint16(at + HEADER.additional)
    this.hasEdns = records === 1
    this.subnetLength = 0
    return records === 0 ? next === end : records === 1 && this.#readOpt(view, next, end)
  }

  /** Four octets at a time; the last four are type and class, whatever of them came before. */
  #readQuestion(view: DataView, from: number, length: number): void {
    const { question } = this
    const last = length - TYPE_AND_CLASS
    let hash = length
    let capitals = 0
    for (let i = 0; i < last; i += 4) {
      const word = view.getInt32(from + i)
      const found = capitalsIn(word)
      const folded = word | (found >>> 2)
      capitals |= found
      question.setInt32(i, folded)
      hash = mix(hash, folded)
    }
    const word = view.getInt32(from + last)
    question.setInt32(last, word)
    this.hash = mix(hash, word)
    this.questionLength = length
    this.hasCapitals = capitals !== 0
    this.#name = undefined
  }

  #readOpt(view: DataView, at: number, end: number): boolean {
    if (at + OPT_LENGTH > end || view.getUint8(at) !== 0 || view.getUint16(at + 1) !== TYPE.OPT) return false
    const ttl = view.getUint32(at + 1 + FIXED.ttl)
    if (((ttl >> 16) & 0xff) !== 0) return false
    if (at + OPT_LENGTH + view.getUint16(at + 1 + FIXED.dataLength) !== end) return false
    this.udpSize = view.getUint16(at + 1 + FIXED.class)
    this.dnssecOk = (ttl & DNSSEC_OK) !== 0
    return this.#readOptions(view, at + OPT_LENGTH, end)
  }

  #readOptions(view: DataView, from: number, end: number): boolean {
    let at = from
    while (at < end) {
      if (at + OPTION_LENGTH > end) return false
      const code = view.getUint16(at)
      const next = at + OPTION_LENGTH + view.getUint16(at + 2)
      if (code === OPTION.NSID || (code === OPTION.CLIENT_SUBNET && !this.#readSubnet(view, at, next, end)))
        return false
      at = next
    }
    return at === end
  }

  /** RFC 7871, 6. One that is to be rejected is `decodeQuery`'s, and so is a second one. */
  #readSubnet(view: DataView, at: number, next: number, end: number): boolean {
    const data = at + OPTION_LENGTH
    if (this.subnetLength > 0 || next > end || next - data < SUBNET_HEAD) return false
    const { subnet } = this
    const [family, source] = [view.getUint16(data), view.getUint8(data + 2)]
    const octets = next - data - SUBNET_HEAD
    const most = family === 1 ? 32 : family === 2 ? 128 : -1
    if (source > most || view.getUint8(data + 3) !== 0 || octets !== (source + 7) >> 3) return false
    const stray = (0xff >> (source & 7)) & 0xff
    if ((source & 7) !== 0 && (view.getUint8(next - 1) & stray) !== 0) return false
    for (let i = 1; i < SUBNET_WORDS; i++) subnet[i] = 0
    subnet[0] = (family << 8) | source
    this.subnetViewpoint = -1
    for (let i = 0; i < octets; i++) {
      const word = 1 + (i >> 2)
      subnet[word] = (subnet[word] ?? 0) | (view.getUint8(data + SUBNET_HEAD + i) << (24 - 8 * (i & 3)))
    }
    this.subnetAt = at
    this.subnetLength = next - at
    return true
  }
}

/** Its family, and the bits of source and scope. */
const SUBNET_HEAD = 4
/** Of a number for family and bits, and an address of either family. */
export const SUBNET_WORDS = 5
const OPCODE_BITS = 0x7800
/** QDCOUNT 1, ANCOUNT 0. */
const ONE_QUESTION = 0x0001_0000
const TYPE_AND_CLASS = 4

/** Of other types there are too many to keep replies for. */
const isCommon = (type: number): boolean => type === TYPE.A || type === TYPE.AAAA || type === TYPE.SRV

/** The high bit of each octet of a word that is one of A to Z. Lengths of labels are below them, and below `[`. */
function capitalsIn(word: number): number {
  const low = word & 0x7f7f7f7f
  return (low + 0x3f3f3f3f) & ~(low + 0x25252525) & ~word & 0x80808080
}

function mix(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e3779b1)
  return product ^ (product >>> 15)
}
