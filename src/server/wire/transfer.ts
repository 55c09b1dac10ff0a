import { CLASS, type RR } from '../../values/dns/index.ts'
import { encodeHeader } from './encode.ts'
import { FLAG } from './format.ts'
import { encodeOpt, optReserve } from './opt.ts'
import type { Query, ReplyLimits } from './types.ts'
import { MessageWriter } from './writer.ts'

/** Undefined: nothing yet. */
type Records = Iterable<RR | undefined>

/** The size of a transfer's messages, in octets: names can be pointed to anywhere in the first 16 KiB. */
const MESSAGE_SIZE = 16_384

/**
 * The messages of a zone transfer (RFC 5936, 2.2) that answers the query in `source` from `at`: `records` in
 * their order, the SOA first and last being the caller's. Each message repeats the question, and has an OPT record
 * if the query had. The question is copied at once; records are pulled and messages made as the iterator advances.
 * Where `records` has nothing yet (undefined), nor has the iterator. What cannot be encoded is thrown where it was made.
 */
export function encodeTransfer(
  source: DataView,
  at: number,
  query: Query,
  records: Records,
  limits: ReplyLimits,
): IterableIterator<Uint8Array | undefined> {
  const head = new DataView(new ArrayBuffer(query.questionEnd))
  for (let i = 0; i < query.questionEnd; i++) head.setUint8(i, source.getUint8(at + i))
  return messages(head, query, records, limits)
}

function* messages(
  head: DataView,
  query: Query,
  records: Records,
  limits: ReplyLimits,
): Generator<Uint8Array | undefined, undefined> {
  let writer = begin(head, query)
  let answers = 0
  const steps = records[Symbol.iterator]()
  for (let next = steps.next(); next.done !== true; ) {
    const { value: rr } = next
    const written = rr === undefined || write(writer, rr, answers === 0)
    if (rr === undefined) yield undefined
    else if (written === true) answers++
    else if (answers > 0) yield finish(writer, query, answers, limits)
    if (written !== true) {
      writer = begin(head, query)
      answers = 0
    }
    if (written !== false) next = written === true ? steps.next() : thrownInto(steps, written.error)
  }
  yield finish(writer, query, answers, limits)
}

/** False: it does not fit behind what is there. After that, or an error, nothing more may be written. */
function write(writer: MessageWriter, rr: RR, isFirst: boolean): boolean | { readonly error: unknown } {
  const { at } = writer
  try {
    const written = writer.record(rr, CLASS.IN)
    if (!written && isFirst) throw new RangeError(`${rr.owner}: a record too long for a transfer`)
    return written
  } catch (error) {
    writer.at = at
    return { error }
  }
}

/** Whoever makes records may leave out what this one was of, and go on. */
function thrownInto<T>(steps: Iterator<T>, error: unknown): IteratorResult<T> {
  if (steps.throw === undefined) throw error
  return steps.throw(error)
}

/** RFC 5936, 3.4: a secondary keeps names as they are sent, so none may take on the case of the question. */
function begin(head: DataView, query: Query): MessageWriter {
  const out = new DataView(new ArrayBuffer(MESSAGE_SIZE))
  const writer = new MessageWriter(out, 0, MESSAGE_SIZE - optReserve(query.edns))
  writer.copyQuestion(head, 0, query.questionEnd)
  writer.pointInto(query.question.name, false)
  return writer
}

function finish(writer: MessageWriter, query: Query, answers: number, { udpSize }: ReplyLimits): Uint8Array {
  const { edns, recursionDesired } = query
  const flags = FLAG.QR | FLAG.AA | (recursionDesired ? FLAG.RD : 0)
  writer.limit = MESSAGE_SIZE
  if (edns !== null) encodeOpt(writer, edns, udpSize, { rcode: 0, subnetScope: 0, nsid: null, errors: [] })
  encodeHeader(writer, flags, { answers, authority: 0, additional: 0 }, 1, edns)
  return new Uint8Array(writer.out.buffer, 0, writer.at)
}
