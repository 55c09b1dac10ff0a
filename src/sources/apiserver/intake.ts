import { areCrumbs, Gathered } from '../texts/index.ts'
import { RequestFailure } from './failure.ts'
import type { Fields } from './fields.ts'
import { Skim, type WantedTexts } from './skim.ts'

/** What is known of what was too much to be read. */
export interface Skimmed {
  readonly parts: Fields
  /** `more than 200000 values`. */
  readonly excess: string
}

export const isSkimmed = (taken: string | symbol | Skimmed): taken is Skimmed => typeof taken === 'object'

/** Beyond that, nobody's object is looked through for its name. */
const MOST_SKIMMED = 64 * 2 ** 20

/** JSON that is sent in parts: the text of up to `most` bytes; of an object of more, what is wanted of it. */
export class Intake {
  readonly #most: number
  readonly #wanted: WantedTexts
  readonly #mostSkimmed: number
  readonly #whole: Gathered
  #skim: Skim | undefined
  #bytes = 0
  #parts = 0

  constructor(most: number, wanted: WantedTexts, mostSkimmed = MOST_SKIMMED) {
    this.#most = most
    this.#wanted = wanted
    this.#mostSkimmed = mostSkimmed
    this.#whole = new Gathered(most)
  }

  get isEmpty(): boolean {
    return this.#bytes === 0
  }

  /** How many of those that have come are here: what is looked through is not. */
  get held(): number {
    return this.#skim === undefined ? this.#bytes : 0
  }

  /** How many have come. */
  get bytes(): number {
    return this.#bytes
  }

  /** false: too much even to be looked through, or no object. */
  add(part: Uint8Array): boolean {
    this.#bytes += part.length
    if (areCrumbs(++this.#parts, this.#bytes)) throw crumbs()
    if (this.#skim === undefined && this.#whole.add(part)) return true
    if (this.#bytes > this.#mostSkimmed) return false
    this.#skim ??= this.#begin(part)
    this.#skim?.push(part)
    return this.#skim !== undefined
  }

  /** All that was added since it was last taken; null: part of an object. */
  take(): string | Skimmed | null {
    const skim = this.#skim
    const text = skim === undefined ? decodeText(this.#whole.bytes) : null
    this.#skim = undefined
    this.#whole.clear()
    this.#bytes = 0
    this.#parts = 0
    return skim?.isWhole === true ? { parts: skim.parts, excess: `more than ${this.#most} octets` } : text
  }

  #begin(part: Uint8Array): Skim | undefined {
    const begun = this.#whole.bytes
    if ((begun[0] ?? part[0]) !== BRACE) return undefined
    const skim = new Skim(this.#wanted)
    skim.push(begun)
    this.#whole.clear()
    return skim
  }
}

const BRACE = 0x7b

/** What is sent so keeps the reader busy for others' time, however little it comes to. */
export const crumbs = (): RequestFailure =>
  new RequestFailure(
    'malformed',
    'the API server, or a proxy before it, sends in pieces of less than 16 octets',
  )

/** UTF-8, or a failure: bytes that were damaged on the way must not become other names. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new RequestFailure('malformed', 'the API server sent octets that are not UTF-8')
  }
}

/** What is wanted of a text of too many values, which was read whole; null: it is part of an object. */
export function skimText(text: string, wanted: WantedTexts, mostValues: number): Skimmed | null {
  const skim = new Skim(wanted)
  skim.push(new TextEncoder().encode(text))
  return skim.isWhole ? { parts: skim.parts, excess: `more than ${mostValues} values` } : null
}
