import { type DataWriter, isWithin, type Name, type RR, writeData } from '../../values/dns/index.ts'
import { FIXED, HEADER, MAX_LABEL, MAX_OFFSET, POINTER } from './format.ts'
import { skipName } from './name.ts'
import { copyOctets } from './octets.ts'

/**
 * Writes one message into a DataView from `start`, record by record, up to `limit`. What does not fit is not
 * written: each method that may fail for want of room returns false, and the record in progress is taken back.
 * Nothing may be named after such a failure, nor after an RRset that does not fit, since names that were taken back are still remembered.
 */
export class MessageWriter implements DataWriter {
  readonly out: DataView
  readonly start: number
  at: number
  limit: number
  private question: Name = ''
  /** Offset of the root label that closes the question's name. */
  private root = 0
  /** Whether an owner that equals the question's name points to it whatever the case of its octets there. */
  private repeatsCase = false
  /** How many characters at the end of `question` have the same octets in the message; -1 until somebody asks. */
  private plain = -1
  /** Offsets of the names that were written, and of the names above them. */
  private written: Map<Name, number> | undefined

  constructor(out: DataView, start: number, limit: number) {
    this.out = out
    this.start = start
    this.at = start
    this.limit = limit
  }

  /** Copies the query's header and question, the first `length` octets from `at`; flags and counts come last. */
  copyQuestion(source: DataView, at: number, length: number): void {
    copyOctets(source, at, length, this.out, this.start)
    this.at = this.start + length
  }

  /** Lets names point into the question that was copied, which has this name. */
  pointInto(question: Name, repeatsCase: boolean): void {
    this.question = question
    this.root = this.at - this.start - 5
    this.repeatsCase = repeatsCase
  }

  /** Writes the records that fit, in order, and returns how many. */
  records(rrs: readonly RR[], recordClass: number): number {
    let count = 0
    for (const rr of rrs) {
      if (!this.record(rr, recordClass)) break
      count++
    }
    return count
  }

  /** Writes the RRsets that fit, whole and in order, and returns how many records. Those of an RRset stand together. */
  sets(rrs: readonly RR[], recordClass: number): number {
    const from = this.at
    const count = this.records(rrs, recordClass)
    if (count === rrs.length) return count
    let whole = count
    while (whole > 0 && isSameSet(rrs[whole - 1], rrs[whole])) whole--
    if (whole < count) this.at = this.endOf(from, whole)
    return whole
  }

  /** Where so many records end of those that were written from there. */
  private endOf(from: number, count: number): number {
    let at = from
    for (let i = 0; i < count; i++) {
      const fixed = skipName(this.out, at, this.at)
      at = fixed + FIXED.length + this.out.getUint16(fixed + FIXED.dataLength)
    }
    return at
  }

  record(rr: RR, recordClass: number): boolean {
    const from = this.at
    if (this.owner(rr.owner) && this.fixed(rr, recordClass)) {
      const data = this.at
      if (writeData(this, rr.data)) {
        this.out.setUint16(data - 2, this.at - data)
        return true
      }
    }
    this.at = from
    return false
  }

  private owner(name: Name): boolean {
    if (this.repeatsCase && name === this.question) return this.pointer(HEADER.length)
    return this.name(name, true)
  }

  private fixed(rr: RR, recordClass: number): boolean {
    if (!this.hasRoom(FIXED.length)) return false
    this.out.setUint16(this.at, rr.data.type)
    this.out.setUint16(this.at + FIXED.class, recordClass)
    this.out.setUint32(this.at + FIXED.ttl, rr.ttl)
    this.at += FIXED.length
    return true
  }

  /** Writes a name in lower case. A name that may not be compressed can be pointed to by later ones all the same. */
  name(name: Name, compress: boolean): boolean {
    for (let label = 0; label < name.length; ) {
      const rest = label === 0 ? name : name.slice(label)
      const earlier = this.offsetOf(rest)
      if (earlier > 0) return compress ? this.pointer(earlier) : this.labels(rest)
      this.remember(rest)
      const stop = labelEnd(name, label)
      if (!this.label(name, label, stop)) return false
      label = stop + 1
    }
    return this.octet(0)
  }

  private labels(name: Name): boolean {
    for (let label = 0; label < name.length; ) {
      const stop = labelEnd(name, label)
      if (!this.label(name, label, stop)) return false
      label = stop + 1
    }
    return this.octet(0)
  }

  /** The label in `name` from `from` to `to`, its `\DDD` escapes undone. */
  private label(name: Name, from: number, to: number): boolean {
    if (!this.hasRoom(to - from + 1)) return false
    let at = this.at + 1
    for (let i = from; i < to; i++) {
      let octet = name.charCodeAt(i)
      if (octet === 0x5c) {
        octet = Number(name.slice(i + 1, i + 4))
        i += 3
      }
      this.out.setUint8(at++, octet)
    }
    const length = at - this.at - 1
    if (length === 0 || length > MAX_LABEL) throw new RangeError(`${name}: a label of ${length} octets`)
    this.out.setUint8(this.at, length)
    this.at = at
    return true
  }

  private pointer(offset: number): boolean {
    if (!this.hasRoom(2)) return false
    this.out.setUint16(this.at, (POINTER << 8) | offset)
    this.at += 2
    return true
  }

  octet(value: number): boolean {
    if (!this.hasRoom(1)) return false
    this.out.setUint8(this.at++, value)
    return true
  }

  /** A string of octets, one per character. */
  octets(text: string): boolean {
    if (!this.hasRoom(text.length)) return false
    for (let i = 0; i < text.length; i++) this.out.setUint8(this.at + i, text.charCodeAt(i))
    this.at += text.length
    return true
  }

  numbers16(...values: readonly number[]): boolean {
    if (!this.hasRoom(2 * values.length)) return false
    for (const value of values) {
      this.out.setUint16(this.at, value)
      this.at += 2
    }
    return true
  }

  numbers32(...values: readonly number[]): boolean {
    if (!this.hasRoom(4 * values.length)) return false
    for (const value of values) {
      this.out.setUint32(this.at, value)
      this.at += 4
    }
    return true
  }

  hasRoom(octets: number): boolean {
    return this.at + octets <= this.limit
  }

  /** Where in the message that name stands already, in lower case; 0 for nowhere. */
  private offsetOf(name: Name): number {
    if (isWithin(this.question, name) && name.length <= this.plainLength()) return this.root - name.length - 1
    return this.written?.get(name) ?? 0
  }

  private remember(name: Name): void {
    const offset = this.at - this.start
    if (offset > MAX_OFFSET) return
    this.written ??= new Map()
    this.written.set(name, offset)
  }

  private plainLength(): number {
    if (this.plain < 0) this.plain = this.countPlain()
    return this.plain
  }

  /** Length octets are below 64 and cannot pass for capitals, so the question's octets are read as they stand. */
  private countPlain(): number {
    let at = this.start + this.root - 1
    while (at > this.start + HEADER.length && !isCapital(this.out.getUint8(at))) at--
    const lower = this.start + this.root - 1 - at
    return Math.min(lower, this.question.length - 1 - this.question.lastIndexOf('\\'))
  }
}

/** Whether two records are of one RRset. */
export const isSameSet = (a: RR | undefined, b: RR | undefined): boolean =>
  a !== undefined && b !== undefined && a.owner === b.owner && a.data.type === b.data.type

function labelEnd(name: Name, from: number): number {
  const dot = name.indexOf('.', from)
  return dot < 0 ? name.length : dot
}

const isCapital = (octet: number): boolean => octet >= 0x41 && octet <= 0x5a
