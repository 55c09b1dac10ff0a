/**
 * A value as a string of octets: characters 0 to 255. V8 keeps it in 16 octets and one for each character, where an
 * object, an array or a Uint8Array takes 50 to 200 before it holds anything. Equal values are equal strings.
 */
export type Octets = string

/** Octets in the making. */
export class OctetWriter {
  #buffer = Buffer.allocUnsafe(4096)
  #end = 0
  /** Which value is written, counted: one at a time, from its first octet to its last. */
  turn = 0

  get length(): number {
    return this.#end
  }

  begin(): void {
    this.#end = 0
    this.turn++
  }

  octet(value: number): void {
    this.#buffer[this.#room(1)] = value
  }

  /** A whole number from 0 up, seven bits to an octet, the lowest first. */
  number(value: number): void {
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
    this.#buffer.write(value, this.#room(2 * value.length), 'utf16le')
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

/** Octets above which a call out of JavaScript is quicker than a loop. */
const CALL_PAYS = 24

/** Octets from the first to the last. They are what a writer wrote: nothing else is ever read. */
export class OctetReader {
  #octets: Octets = ''
  #at = 0
  turn = 0

  begin(octets: Octets): void {
    this.#octets = octets
    this.#at = 0
    this.turn++
  }

  octet(): number {
    return this.#octets.charCodeAt(this.#at++)
  }

  number(): number {
    let value = 0
    for (let scale = 1; ; scale *= 0x80) {
      const octet = this.octet()
      value += (octet & 0x7f) * scale
      if (octet < 0x80) return value
    }
  }

  octets(length: number): Octets {
    this.#at += length
    return this.#octets.slice(this.#at - length, this.#at)
  }

  wide(length: number): string {
    return Buffer.from(this.octets(2 * length), 'latin1').toString('utf16le')
  }
}
