import { briefly } from './printable.ts'

/** Why a text is not read. */
export class PlainYamlError extends Error {}

/** What JSON knows. */
export type PlainValue = null | boolean | number | string | readonly PlainValue[] | PlainMapping

/** Keys are text as they are written. */
interface PlainMapping {
  readonly [key: string]: PlainValue
}

/**
 * A text of an annotation as a value: JSON, or YAML as configuration is written in, with mappings and lists in lines or
 * in brackets, plain and quoted scalars, and comments. No anchors, aliases, tags or texts of several lines: nothing that
 * stands for more than is there. Throws a PlainYamlError.
 */
export function readPlainYaml(text: string): PlainValue {
  return new PlainYaml(text.replace(/^\uFEFF?(?:---[ \t]*(?=\r?\n|$))?/, '')).read()
}

/** Far deeper than any policy. */
const DEEPEST = 16

/** What a plain scalar may not begin with. */
const SPECIAL = /^[&*!|>%@`]/

/** Nor with these, which are something else there. */
const INDICATOR = /^(?:["'[\]{},]|[-?](?:\s|$)|---|\.\.\.)/

const NUMBER = /^[-+]?(?:0|[1-9]\d*)(?:\.\d+)?$/

class PlainYaml {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  read(): PlainValue {
    const value = this.#node(0)
    this.#skip()
    if (this.#at < this.#text.length) throw this.#unexpected()
    return value
  }

  /** What stands here in lines, if it is as far to the right as `least`; null: nothing does. */
  #node(least: number): PlainValue {
    this.#skip()
    const column = this.#column()
    if (this.#at >= this.#text.length || column < least) return null
    if (this.#isDash()) return this.#within(() => this.#list(column))
    return this.#isKey() ? this.#within(() => this.#mapping(column)) : this.#inline(false)
  }

  #list(column: number): PlainValue {
    const items: PlainValue[] = []
    for (; this.#isAt(column) && this.#isDash(); this.#skip()) {
      this.#at += 1
      items.push(this.#node(column + 1))
    }
    return items
  }

  #mapping(column: number): PlainValue {
    const entries = new Map<string, PlainValue>()
    for (; this.#isAt(column) && !this.#isDash(); this.#skip()) {
      this.#enter(entries, this.#key(false), () => {
        this.#blanks()
        if (!this.#isLineEnd()) return this.#inline(false)
        this.#skip()
        // A list may stand below its key, no further to the right.
        return this.#node(this.#isAt(column) && this.#isDash() ? column : column + 1)
      })
    }
    return Object.fromEntries(entries)
  }

  /** What stands in one line or in brackets. */
  #inline(inBrackets: boolean): PlainValue {
    const first = this.#text[this.#at]
    if (first === '[' || first === '{')
      return this.#within(() => (first === '[' ? this.#bracketList() : this.#bracketMapping()))
    const value = this.#scalar(inBrackets)
    if (!inBrackets && !this.#isLineEnd()) throw this.#unexpected()
    return value
  }

  #bracketList(): PlainValue {
    const items: PlainValue[] = []
    while (this.#goesOn(']', items.length === 0)) items.push(this.#inline(true))
    return items
  }

  #bracketMapping(): PlainValue {
    const entries = new Map<string, PlainValue>()
    while (this.#goesOn('}', entries.size === 0)) {
      this.#enter(entries, this.#key(true), () => {
        this.#skip()
        return ',}'.includes(this.#text[this.#at] ?? '') ? null : this.#inline(true)
      })
    }
    return Object.fromEntries(entries)
  }

  /** Whether another item follows before the closing bracket, which is passed; so is the comma before it. */
  #goesOn(closing: string, isFirst: boolean): boolean {
    if (isFirst && '[{'.includes(this.#text[this.#at] ?? '')) this.#at += 1
    this.#skip()
    if (!isFirst && this.#text[this.#at] === ',') {
      this.#at += 1
      this.#skip()
    } else if (!isFirst && this.#text[this.#at] !== closing) throw this.#unexpected()
    if (this.#text[this.#at] !== closing) return true
    this.#at += 1
    return false
  }

  #enter(entries: Map<string, PlainValue>, key: string, read: () => PlainValue): void {
    if (entries.has(key)) throw new PlainYamlError(`the key ${briefly(key)} is there twice`)
    entries.set(key, read())
  }

  /** A key and its colon. */
  #key(inBrackets: boolean): string {
    const token = this.#token(inBrackets)
    this.#blanks()
    if (token === undefined || this.#text[this.#at] !== ':') throw this.#unexpected()
    this.#at += 1
    return token.text
  }

  /** Whether a key and its colon stand here. */
  #isKey(): boolean {
    const from = this.#at
    if ('[{'.includes(this.#text[from] ?? '')) return false
    const token = this.#token(false)
    this.#blanks()
    const isColon = token !== undefined && this.#text[this.#at] === ':' && this.#isSpaceAt(this.#at + 1)
    this.#at = from
    return isColon
  }

  #scalar(inBrackets: boolean): PlainValue {
    const token = this.#token(inBrackets)
    if (token === undefined) throw this.#unexpected()
    this.#blanks()
    return token.isQuoted ? token.text : plainValue(token.text)
  }

  /** What is quoted, or plain up to what ends it. */
  #token(inBrackets: boolean): Token | undefined {
    const rest = this.#text.slice(this.#at, this.#at + MOST_TOKEN)
    const quoted = /^(?:"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\n]|'')*')/.exec(rest)?.[0]
    if (quoted !== undefined) {
      this.#at += quoted.length
      return { text: unquoted(quoted), isQuoted: true }
    }
    const plain = (inBrackets ? PLAIN_IN_BRACKETS : PLAIN).exec(rest)?.[0].trimEnd() ?? ''
    if (SPECIAL.test(plain))
      throw new PlainYamlError(
        `anchors, aliases, tags and texts of several lines are not read: ${show(plain)}`,
      )
    if (plain === '' || INDICATOR.test(plain)) return undefined
    this.#at += plain.length
    return { text: plain, isQuoted: false }
  }

  #within<T>(read: () => T): T {
    if (this.#depth === DEEPEST) throw new PlainYamlError(`it is more than ${DEEPEST} levels deep`)
    this.#depth += 1
    const value = read()
    this.#depth -= 1
    return value
  }

  #isDash = (): boolean => this.#text[this.#at] === '-' && this.#isSpaceAt(this.#at + 1)
  #isSpaceAt = (at: number): boolean => at >= this.#text.length || /\s/.test(this.#text[at] ?? '')
  #isLineEnd = (): boolean => /[\r\n#]/.test(this.#text[this.#at] ?? '\n')
  #isAt = (column: number): boolean => this.#at < this.#text.length && this.#column() === column
  #column = (): number => this.#at - (this.#text.lastIndexOf('\n', this.#at - 1) + 1)

  #blanks(): void {
    this.#at += /^[ \t]*/.exec(this.#text.slice(this.#at))?.[0].length ?? 0
  }

  /** Over spaces, ends of lines and comments. */
  #skip(): void {
    this.#at += /^(?:\s+|#[^\n]*)*/.exec(this.#text.slice(this.#at))?.[0].length ?? 0
  }

  #unexpected(): PlainYamlError {
    const line = this.#text.slice(0, this.#at).split('\n').length
    const rest = this.#text.slice(this.#at, this.#at + MOST_TOKEN).split('\n')[0] ?? ''
    return new PlainYamlError(
      rest === '' ? 'it ends too early' : `line ${line}: ${show(rest)} is not expected here`,
    )
  }
}

interface Token {
  readonly text: string
  readonly isQuoted: boolean
}

const MOST_TOKEN = 1024
const PLAIN = /^(?:[^\s:#]|:(?=\S)|(?<=\S)#|[ \t](?=[^\s:#]|:\S))+/
const PLAIN_IN_BRACKETS = /^(?:[^\s:#,[\]{}]|:(?=[^\s,[\]{}])|(?<=\S)#|[ \t](?=[^\s:#,[\]{}]))+/

const show = (text: string): string => JSON.stringify(briefly(text, 40))

function unquoted(text: string): string {
  if (text.startsWith("'")) return text.slice(1, -1).replaceAll("''", "'")
  try {
    return String(JSON.parse(text))
  } catch {
    throw new PlainYamlError(`${show(text)} is not quoted as JSON has it`)
  }
}

function plainValue(text: string): PlainValue {
  if (/^(?:null|Null|NULL|~)$/.test(text)) return null
  if (/^(?:true|True|TRUE)$/.test(text)) return true
  if (/^(?:false|False|FALSE)$/.test(text)) return false
  return NUMBER.test(text) ? Number(text) : text
}
