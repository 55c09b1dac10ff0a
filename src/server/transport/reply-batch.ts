import type { Peer, Respond } from '../replies/index.ts'

/** Octets of the longest message whose length fits into the two octets before it (RFC 1035, 4.2.2). */
export const LONGEST_FRAMED = 65_535

/** Octets that replies of the usual lengths go beyond `full` by, at most. */
const BEYOND = 4096

/** Replies of one turn, each with its length in front, on their way into one write. */
export class ReplyBatch {
  readonly #octets: Uint8Array
  readonly #view: DataView
  #length = 0
  /** Octets of memory that whoever keeps what was taken keeps, however few of them it waits for. */
  readonly room: number
  /** What is taken, while nobody keeps it: memory of its own for each write has V8 collect all the time. */
  #out: Buffer

  /** Room for one more reply as long as `length` stays under `full`. */
  constructor(full: number) {
    this.#octets = new Uint8Array(full + 2 + LONGEST_FRAMED)
    this.#view = new DataView(this.#octets.buffer)
    this.room = full + BEYOND
    this.#out = Buffer.allocUnsafeSlow(this.room)
  }

  get length(): number {
    return this.#length
  }

  add(respond: Respond, query: DataView, at: number, end: number, peer: Peer): void {
    const written = respond(query, at, end, peer, this.#view, this.#length + 2)
    if (written === 0) return
    this.#view.setUint16(this.#length, written)
    this.#length += 2 + written
  }

  /** What was gathered. It is good until the next call, and for as long as anybody wants it after `give`. */
  take(): Buffer {
    const gathered = this.#octets.subarray(0, this.#length)
    this.#length = 0
    if (gathered.length > this.room) return Buffer.from(gathered)
    this.#out.set(gathered)
    return this.#out.subarray(0, gathered.length)
  }

  /** What was taken last belongs to who has it: a socket keeps it until the client has room for it. */
  give(): void {
    this.#out = Buffer.allocUnsafeSlow(this.room)
  }
}

/** A message with its length in front, or undefined if it is too long for one. */
export function frame(message: Uint8Array): Buffer | undefined {
  if (message.length > LONGEST_FRAMED) return undefined
  const octets = Buffer.allocUnsafe(2 + message.length)
  octets.writeUInt16BE(message.length)
  octets.set(message, 2)
  return octets
}
