import { type Fields, isFields } from './fields.ts'

/** What is kept of JSON: texts, in members of members. What stands in a list goes by its index. */
export interface Wanted {
  readonly [key: string]: Wanted | 'text'
}

/**
 * A few texts of JSON that is too much to be parsed, while it passes by: it costs the time of its octets, and no memory.
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
  /** The octets of the text that it is in; null: nobody wants it. */
  #text: number[] | null = null
  #isWhole = false

  constructor(wanted: Wanted) {
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

  push(octets: Uint8Array): void {
    for (const octet of octets) {
      if (this.#state === 'outside') this.#step(octet)
      else this.#spell(octet)
    }
  }

  #step(octet: number): void {
    if (octet === QUOTE) {
      this.#state = 'text'
      this.#text = this.#beyond === 0 ? [] : null
    } else if (octet === BRACE || octet === BRACKET) this.#open(octet === BRACKET)
    else if (octet === BRACE + 2 || octet === BRACKET + 2) this.#close()
    else if (octet === COMMA && this.#beyond === 0) this.#inside.at(-1)?.goOn()
  }

  #spell(octet: number): void {
    if (this.#state === 'text' && octet === QUOTE) this.#endText()
    else {
      this.#state = this.#state === 'text' && octet === BACKSLASH ? 'escape' : 'text'
      if (this.#text !== null && this.#text.push(octet) > MOST_OCTETS_OF_TEXT) this.#text = null
    }
  }

  #endText(): void {
    this.#state = 'outside'
    if (this.#beyond === 0) this.#inside.at(-1)?.take(this.#text === null ? null : decode(this.#text))
  }

  #open(isList: boolean): void {
    const inner = this.#beyond === 0 ? this.#inside.at(-1)?.open(isList) : undefined
    if (inner === undefined) this.#beyond++
    else this.#inside.push(inner)
  }

  #close(): void {
    if (this.#beyond > 0) this.#beyond--
    else if (this.#inside.length > 1) this.#inside.pop()
    this.#isWhole = this.#beyond === 0 && this.#inside.length === 1
  }
}

/** Keys and texts that are wanted are shorter; the longest is a token that leads to a list's next page. */
const MOST_OCTETS_OF_TEXT = 4096

const QUOTE = 0x22
const COMMA = 0x2c
const BRACKET = 0x5b
const BACKSLASH = 0x5c
const BRACE = 0x7b

/** Octets between two quotes as the text that they are; null: they are none. */
function decode(octets: readonly number[]): string | null {
  try {
    const text: unknown = JSON.parse(
      `"${new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(octets))}"`,
    )
    return typeof text === 'string' ? text : null
  } catch {
    return null
  }
}

/** An object or a list of which something is wanted, as far as it has been seen. */
class Inside {
  readonly parts: Record<string, unknown> = {}
  readonly #wanted: Wanted
  readonly #isList: boolean
  #awaitsKey: boolean
  #index = 0
  /** Of the value that comes next. */
  #key = '0'

  constructor(wanted: Wanted, isList: boolean) {
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

  get #next(): Wanted[string] | undefined {
    return Object.hasOwn(this.#wanted, this.#key) ? this.#wanted[this.#key] : undefined
  }
}
