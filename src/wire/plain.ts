import { CLASS, type Name, OPTION, TYPE } from '../dns/index.ts'
import { DNSSEC_OK, FIXED, FLAG, HEADER, MAX_LABEL, MAX_NAME, OPT_LENGTH, OPTION_LENGTH } from './format.ts'
import { decodeName } from './name.ts'

/**
 * The query that nearly everybody sends: one question of class IN for a common type, and nothing else but perhaps an
 * OPT record whose options change no answer. Read without making a value of it, so that a reply that is kept can be
 * found by octets. Whatever is not like that, malformed messages first of all, is `decodeQuery`'s to judge.
 */
export class PlainQuery {
  /** The question's name in lower case, root label and all, and its type. */
  readonly key = new Uint8Array(MAX_NAME + 2)
  keyLength = 0
  /** Of the key: 32 bits, FNV-1a. */
  hash = 0
  type = 0
  recursionDesired = false
  /** A letter of the name is a capital. */
  hasCapitals = false
  /** As in Query. */
  questionEnd = 0
  hasEdns = false
  /** Of the OPT record, as sent. */
  udpSize = 0
  dnssecOk = false
  readonly #view = new DataView(this.key.buffer)

  /** The question's name, canonical. */
  get name(): Name {
    return decodeName(this.#view, 0, this.keyLength - 3)
  }

  /** Reads the message in `view` from `at` to `end`; false for one that is not plain. Never throws. */
  read(view: DataView, at: number, end: number): boolean {
    if (end - at < HEADER.length + 5) return false
    const flags = view.getUint16(at + HEADER.flags)
    if ((flags & (FLAG.QR | OPCODE_BITS)) !== 0) return false
    if (view.getUint32(at + HEADER.questions) !== ONE_QUESTION || view.getUint16(at + HEADER.authority) !== 0)
      return false
    this.recursionDesired = (flags & FLAG.RD) !== 0
    const nameEnd = this.#readName(view, at + HEADER.length, end - 4)
    if (nameEnd < 0 || !this.#readType(view, nameEnd)) return false
    this.questionEnd = nameEnd + 4 - at
    const records = view.getUint16(at + HEADER.additional)
    this.hasEdns = records === 1
    return records === 0 ? nameEnd + 4 === end : records === 1 && this.#readOpt(view, nameEnd + 4, end)
  }

  /** Where the name ends; -1 for one that is not plain. */
  #readName(view: DataView, from: number, end: number): number {
    const { key } = this
    const most = Math.min(end, from + MAX_NAME)
    let hash = FNV_BASIS
    let capitals = false
    let label = from
    for (let i = from; i < most; i++) {
      let octet = view.getUint8(i)
      if (i === label) {
        if (octet > MAX_LABEL) return -1
        label = i + 1 + octet
      } else if (octet >= 0x41 && octet <= 0x5a) {
        octet |= 0x20
        capitals = true
      }
      key[i - from] = octet
      hash = Math.imul(hash ^ octet, FNV_PRIME)
      if (octet === 0 && label === i + 1) {
        this.hasCapitals = capitals
        this.keyLength = i + 1 - from
        this.hash = hash
        return i + 1
      }
    }
    return -1
  }

  #readType(view: DataView, at: number): boolean {
    const type = view.getUint16(at)
    if (view.getUint16(at + 2) !== CLASS.IN || !COMMON.includes(type)) return false
    this.type = type
    this.key[this.keyLength++] = type >> 8
    this.key[this.keyLength++] = type & 0xff
    this.hash = Math.imul(this.hash ^ type, FNV_PRIME)
    return true
  }

  #readOpt(view: DataView, at: number, end: number): boolean {
    if (at + OPT_LENGTH > end || view.getUint8(at) !== 0 || view.getUint16(at + 1) !== TYPE.OPT) return false
    const ttl = view.getUint32(at + 1 + FIXED.ttl)
    if (((ttl >> 16) & 0xff) !== 0) return false
    if (at + OPT_LENGTH + view.getUint16(at + 1 + FIXED.dataLength) !== end) return false
    this.udpSize = view.getUint16(at + 1 + FIXED.class)
    this.dnssecOk = (ttl & DNSSEC_OK) !== 0
    return hasPlainOptions(view, at + OPT_LENGTH, end)
  }
}

const OPCODE_BITS = 0x7800
/** QDCOUNT 1, ANCOUNT 0. */
const ONE_QUESTION = 0x0001_0000
const FNV_BASIS = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** Of other types there are too many to keep replies for. */
const COMMON: readonly number[] = [TYPE.A, TYPE.AAAA, TYPE.SRV]

function hasPlainOptions(view: DataView, from: number, end: number): boolean {
  let at = from
  while (at < end) {
    if (at + OPTION_LENGTH > end) return false
    const code = view.getUint16(at)
    if (code === OPTION.NSID || code === OPTION.CLIENT_SUBNET) return false
    at += OPTION_LENGTH + view.getUint16(at + 2)
  }
  return at === end
}
