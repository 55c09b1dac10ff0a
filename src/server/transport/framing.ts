const NONE = new Uint8Array(0)
const NO_VIEW = new DataView(NONE.buffer)

/**
 * The longest message that a client may announce. A question with every option has a fourth of it; what is announced is
 * held until it is complete.
 */
const LONGEST_QUERY = 4096

/**
 * Cuts a stream into messages, each with its length in two octets in front (RFC 1035, 4.2.2). Holds
 * octets only between a message's first and last, and about as many as have come, whatever length was announced.
 */
export class Framing {
  /** Where the message lies that `next` found; good until anything else is called. */
  view: DataView = NO_VIEW
  at = 0
  end = 0
  #octets: Uint8Array = NONE
  #from = 0
  #to = 0

  /** Octets not yet handed out. */
  get held(): number {
    return this.#to - this.#from
  }

  /** Whether a whole message is here. */
  get ready(): boolean {
    return this.held >= 2 && this.held >= 2 + this.#length()
  }

  /** Whether the message that is here, or to come, was announced as longer than any query. */
  get tooLong(): boolean {
    return this.held >= 2 && this.#length() > LONGEST_QUERY
  }

  /** Takes the chunk over: it is read in place. */
  push(chunk: Uint8Array): void {
    if (this.held === 0) this.#take(chunk, chunk.length)
    else this.#append(chunk)
  }

  /** Moves on to the next whole message, if there is one. */
  next(): boolean {
    if (!this.ready) {
      this.#settle()
      return false
    }
    this.at = this.#from + 2
    this.end = this.at + this.#length()
    this.#from = this.end
    return true
  }

  /** Forgets what it holds. */
  clear(): void {
    this.#take(NONE, 0)
  }

  #length(): number {
    return this.view.getUint16(this.#from)
  }

  #take(octets: Uint8Array, to: number): void {
    this.#octets = octets
    this.view = octets === NONE ? NO_VIEW : new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
    this.#from = 0
    this.#to = to
  }

  #append(chunk: Uint8Array): void {
    const held = this.held
    if (this.#to + chunk.length > this.#octets.length) this.#grow(Math.max(held + chunk.length, 2 * held))
    this.#octets.set(chunk, this.#to)
    this.#to += chunk.length
  }

  /** A large chunk is not kept alive for the few octets at its end. */
  #settle(): void {
    if (this.#from > 0) this.#grow(this.held)
  }

  #grow(capacity: number): void {
    const held = this.#octets.subarray(this.#from, this.#to)
    const octets = capacity === 0 ? NONE : new Uint8Array(capacity)
    octets.set(held)
    this.#take(octets, held.length)
  }
}
