import type { Peer, Respond } from '../replies/index.ts'

/** Octets of the longest message whose length fits into the two octets before it (RFC 1035, 4.2.2). */
export const LONGEST_FRAMED = 65_535

/** Replies of one turn, each with its length in front, on their way into one write. */
export class ReplyBatch {
  readonly #octets: Uint8Array
  readonly #view: DataView
  #length = 0

  /** Room for one more reply as long as `length` stays under `full`. */
  constructor(full: number) {
    this.#octets = new Uint8Array(full + 2 + LONGEST_FRAMED)
    this.#view = new DataView(this.#octets.buffer)
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

  /** What was gathered, as a copy: a socket keeps what it is given until the client has room for it. */
  take(): Buffer {
    const copy = Buffer.from(this.#octets.subarray(0, this.#length))
    this.#length = 0
    return copy
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
