import { type Fields, isFields } from './fields.ts'

/** What is kept of JSON: texts, in members of members. What stands in a list goes by its index. */
export interface WantedTexts {
  readonly [key: string]: WantedTexts | 'text'
}

/**
 * A few texts of JSON that is too much to be parsed, while it passes by: it costs the time of its bytes, and no memory.
 * What is no JSON comes to something or other.
 */
export class Skim {
  /** A list of one: what all of it is. */
  readonly #around: Inside
  /** What it is in, innermost last. */
  readonly #inside: Inside[]
  /** How deep it is in what nobody wants. */
  #beyond = 0
  #state: 'outside' | 'text' | 'escape' = 'outside'
  /** The bytes of the text that it is in; null: nobody wants it. */
  #text: number[] | null = null
  #isWhole = false

  constructor(wanted: WantedTexts) {
    this.#around = new Inside({ '0': wanted }, true)
    this.#inside = [this.#around]
  }

  /** Whether what began has ended. */
  get isWhole(): boolean {
    return this.#isWhole
  }

  /** What was met of what is wanted. */
  get parts(): Fields {
    const whole = this.#around.parts['0']
    return isFields(whole) ? whole : {}
  }

  push(bytes: Uint8Array): void {
    let at = 0
    while (at < bytes.length) {
      if (this.#beyond > 0) at = this.#passBeyond(bytes, at)
      else if (this.#state === 'outside') at = this.#step(bytes, at)
      else at = this.#text === null ? this.#passText(bytes, at) : this.#spell(bytes, at)
    }
  }

  #step(bytes: Uint8Array, at: number): number {
    const byte = bytes[at] ?? 0
    if (byte === QUOTE) {
      this.#state = 'text'
      this.#text = []
    } else if (byte === BRACE || byte === BRACKET) this.#open(byte === BRACKET)
    else if (byte === BRACE + 2 || byte === BRACKET + 2) this.#close()
    else if (byte === COMMA) this.#inside.at(-1)?.goOn()
    return at + 1
  }

  /** What nobody wants, up to its end, in one loop: it may be all but a few bytes of it. */
  #passBeyond(bytes: Uint8Array, from: number): number {
    let at = this.#state === 'escape' ? from + 1 : from
    let isText = this.#state !== 'outside'
    let depth = this.#beyond
    while (at < bytes.length && depth > 0) {
      const byte = bytes[at++]
      if (byte === QUOTE) isText = !isText
      else if (isText) at += byte === BACKSLASH ? 1 : 0
      else if (byte === BRACE || byte === BRACKET) depth++
      else if (byte === BRACE + 2 || byte === BRACKET + 2) depth--
    }
    this.#beyond = depth
    this.#state = isText ? stateAt(at, bytes) : 'outside'
    this.#isWhole = depth === 0 && this.#inside.length === 1
    return Math.min(at, bytes.length)
  }

  /** A text that nobody wants, up to its end. */
  #passText(bytes: Uint8Array, from: number): number {
    let at = this.#state === 'escape' ? from + 1 : from
    while (at < bytes.length) {
      const byte = bytes[at++]
      if (byte === QUOTE) {
        this.#endText()
        return at
      }
      if (byte === BACKSLASH) at++
    }
    this.#state = stateAt(at, bytes)
    return bytes.length
  }

  #spell(bytes: Uint8Array, at: number): number {
    const byte = bytes[at] ?? 0
    if (this.#state === 'text' && byte === QUOTE) this.#endText()
    else {
      this.#state = this.#state === 'text' && byte === BACKSLASH ? 'escape' : 'text'
      if (this.#text !== null && this.#text.push(byte) > MOST_BYTES_OF_TEXT) this.#text = null
    }
    return at + 1
  }

  #endText(): void {
    this.#state = 'outside'
    this.#inside.at(-1)?.take(this.#text === null ? null : decode(this.#text))
  }

  #open(isList: boolean): void {
    const inner = this.#inside.at(-1)?.open(isList)
    if (inner === undefined) this.#beyond = 1
    else this.#inside.push(inner)
  }

  #close(): void {
    if (this.#inside.length > 1) this.#inside.pop()
    this.#isWhole = this.#inside.length === 1
  }
}

/** Inside of a text that goes on in the next bytes: whether what it comes to there is taken by a backslash. */
const stateAt = (at: number, bytes: Uint8Array): 'text' | 'escape' => (at > bytes.length ? 'escape' : 'text')

/** Keys and texts that are wanted are shorter; the longest is a token that leads to a list's next page. */
const MOST_BYTES_OF_TEXT = 4096

const QUOTE = 0x22
const COMMA = 0x2c
const BRACKET = 0x5b
const BACKSLASH = 0x5c
const BRACE = 0x7b

/** Bytes between two quotes as the text that they are; null: they are none. */
function decode(bytes: readonly number[]): string | null {
  try {
    const text: unknown = JSON.parse(
      `"${new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes))}"`,
    )
    return typeof text === 'string' ? text : null
  } catch {
    return null
  }
}

/** An object or a list of which something is wanted, as far as it has been seen. */
class Inside {
  readonly parts: Record<string, unknown> = {}
  readonly #wanted: WantedTexts
  readonly #isList: boolean
  #awaitsKey: boolean
  #index = 0
  /** Of the value that comes next. */
  #key = '0'

  constructor(wanted: WantedTexts, isList: boolean) {
    this.#wanted = wanted
    this.#isList = isList
    this.#awaitsKey = !isList
  }

  /** After a comma. */
  goOn(): void {
    if (this.#isList) this.#key = String(++this.#index)
    else this.#awaitsKey = true
  }

  /** null: one that cannot be wanted. */
  take(text: string | null): void {
    if (this.#awaitsKey) this.#key = text ?? ''
    else if (text !== null && this.#next === 'text') this.parts[this.#key] = text
    this.#awaitsKey = false
  }

  /** undefined: nobody wants anything of it. */
  open(isList: boolean): Inside | undefined {
    const wanted = this.#next
    if (wanted === undefined || wanted === 'text') return undefined
    const inner = new Inside(wanted, isList)
    this.parts[this.#key] = inner.parts
    return inner
  }

  get #next(): WantedTexts[string] | undefined {
    return Object.hasOwn(this.#wanted, this.#key) ? this.#wanted[this.#key] : undefined
  }
}
