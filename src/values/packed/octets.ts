import type { Branded } from '../branded/index.ts'

/**
 * A value as a string of octets: characters 0 to 255. V8 keeps it in 16 octets and one for each character, where an
 * object, an array or a Uint8Array takes 50 to 200 before it holds anything. Equal values are equal strings.
 */
export type Octets = Branded<'octets'>

/** Octets that no writer wrote, or a value that none can write: a mistake of ours, and of this one value only. */
export class CodecError extends Error {}

/** Octets in the making. */
export class OctetWriter {
  #buffer = Buffer.allocUnsafe(FIRST_OCTETS)
  #end = 0
  /** Which value is written, counted: one at a time, from its first octet to its last. */
  turn = 0

  get length(): number {
    return this.#end
  }

  begin(): void {
    this.#end = 0
    this.turn++
    if (this.#buffer.length > MOST_KEPT) this.#buffer = Buffer.allocUnsafe(FIRST_OCTETS)
  }

  octet(value: number): void {
    // Room first: it may bring another buffer.
    const at = this.#room(1)
    this.#buffer[at] = value
  }

  /** A whole number from 0 up, seven bits to an octet, the lowest first. */
  number(value: number): void {
    if (!(Number.isSafeInteger(value) && value >= 0))
      throw new CodecError(`${value} is no whole number from 0 up`)
    let rest = value
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.octet((rest % 0x80) | 0x80)
    this.octet(rest)
  }

  octets(value: Octets): void {
    const start = this.#room(value.length)
    if (value.length > CALL_PAYS) this.#buffer.write(value, start, 'latin1')
    else for (let i = 0; i < value.length; i++) this.#buffer[start + i] = value.charCodeAt(i)
  }

  /** Any text, two octets to a character. */
  wide(value: string): void {
    const start = this.#room(2 * value.length)
    this.#buffer.write(value, start, 'utf16le')
  }

  since(start: number): Octets {
    return this.#buffer.toString('latin1', start, this.#end)
  }

  /** As if nothing had been written since. */
  rewind(to: number): void {
    this.#end = to
  }

  #room(octets: number): number {
    const start = this.#end
    this.#end += octets
    if (this.#end > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(2 * this.#end)
      this.#buffer.copy(larger, 0, 0, start)
      this.#buffer = larger
    }
    return start
  }
}

const FIRST_OCTETS = 4096

/** A larger buffer is let go before the next value: large ones are rare. */
const MOST_KEPT = 2 ** 20

/** Octets above which a call out of JavaScript is quicker than a loop. */
const CALL_PAYS = 24

/** Octets from the first to the last. Where they are not what a writer wrote, it throws a CodecError at once. */
export class OctetReader {
  #octets: Octets = ''
  #at = 0
  turn = 0

  /** How many are still to be read. */
  get left(): number {
    return this.#octets.length - this.#at
  }

  begin(octets: Octets): void {
    this.#octets = octets
    this.#at = 0
    this.turn++
  }

  octet(): number {
    if (this.#at >= this.#octets.length) throw foreign()
    return this.#octets.charCodeAt(this.#at++)
  }

  number(): number {
    let value = 0
    for (let scale = 1; scale < MOST_SCALE; scale *= 0x80) {
      const octet = this.octet()
      value += (octet & 0x7f) * scale
      if (octet < 0x80) return value
    }
    throw foreign()
  }

  octets(length: number): Octets {
    if (length > this.left) throw foreign()
    this.#at += length
    return this.#octets.slice(this.#at - length, this.#at)
  }

  wide(length: number): string {
    return Buffer.from(this.octets(2 * length), 'latin1').toString('utf16le')
  }
}

export const foreign = (): CodecError => new CodecError('octets that no codec wrote')

/** Eight octets of seven bits hold every safe integer. */
const MOST_SCALE = 0x80 ** 8
