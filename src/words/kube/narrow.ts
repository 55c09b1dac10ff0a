import { briefly } from './printable.ts'

/** The members of an object, of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>

/**
 * Narrows a value, or throws a NarrowingError; what it leaves out goes onto `left`. Made once, when its file is loaded;
 * there may be a million values.
 */
export type Narrower<T> = (value: unknown, left: Left) => T

/** Narrows a value of which nothing can be left out: a word, a number. */
export type Whole<T> = (value: unknown) => T

/** What is left out of an object while it is read: like a NarrowingError, each gathers its path on the way out. */
export type Left = NarrowingError[]

/**
 * A value that is not what the Kubernetes API says it is. It gathers its path on the way out through `at`
 * and `listOf`, so that values that fit cost nothing for theirs.
 */
export class NarrowingError extends Error {
  readonly #value: unknown
  readonly #wanted: string
  #path = ''

  constructor(value: unknown, wanted: string) {
    super(wanted)
    this.#value = value
    this.#wanted = wanted
  }

  within(step: string): this {
    this.#path = step + this.#path
    return this
  }

  /** `spec.ports[0].port: "eighty" is not a number from 1 to 65535`. */
  get sentence(): string {
    const path = this.#path.startsWith('.') ? this.#path.slice(1) : this.#path
    if (isAbsent(this.#value)) return `${path} is missing: it must be ${this.#wanted}`
    return `${path}: ${show(this.#value)} is not ${this.#wanted}`
  }
}

const MOST_SHOWN = 80

/** A value as a sentence shows it: scalars as JSON, cut short; what holds others by its nature alone. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (value instanceof Date) return 'a date'
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value !== 'string') return briefly(String(value), MOST_SHOWN)
  return briefly(JSON.stringify(value.length > MOST_SHOWN ? value.slice(0, MOST_SHOWN) : value), MOST_SHOWN)
}

/** Nobody mends more of one object at a time. That there are more is still seen. */
export const MOST_LEFT = 10

/** Leaves out what an error is about, with what was left out inside of it. */
function leave(error: unknown, left: Left, before: number, step = ''): void {
  if (!(error instanceof NarrowingError)) throw error
  left.length = before
  if (before <= MOST_LEFT) left.push(error.within(step))
}

/** Something was left out inside of what stands at `step`. */
function stepOut(left: Left, before: number, step: string): void {
  for (const error of left.slice(before)) error.within(step)
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Kubernetes takes a null for an absent field. */
export const isAbsent = (value: unknown): value is undefined | null => value === undefined || value === null

/** The same of a text: the API's own types do not tell '' from one that is not said, and templates leave it of no value. */
export const isBlank = (value: unknown): boolean => isAbsent(value) || value === ''

/** What `read` makes of one field. */
export function at<T>(fields: Fields, key: string, read: Narrower<T>, left: Left): T {
  const before = left.length
  try {
    const value = read(fields[key], left)
    if (left.length > before) stepOut(left, before, stepTo(key))
    return value
  } catch (error) {
    throw error instanceof NarrowingError ? error.within(stepTo(key)) : error
  }
}

/** As `read` makes it; what does not fit is left out and told, and costs nothing else. */
export const lenient =
  <T, const F>(read: Narrower<T>, fallback: F): Narrower<T | F> =>
  (value, left) => {
    const before = left.length
    try {
      return read(value, left)
    } catch (error) {
      leave(error, left, before)
      return fallback
    }
  }

const stepTo = (key: string): string =>
  /^\w{1,80}$/.test(key) ? `.${key}` : `["${briefly(key, MOST_SHOWN)}"]`

/** The same without the elements that do not fit, each of which is told, and without those beyond the first so many. */
export function itemsOf<T>(read: Narrower<T>, most = Number.POSITIVE_INFINITY): Narrower<readonly T[]> {
  const first = listUpTo(most)
  return (value, left) => {
    const items: T[] = []
    for (const [i, element] of first(value, left).entries()) {
      const before = left.length
      try {
        items.push(read(element, left))
        if (left.length > before) stepOut(left, before, `[${i}]`)
      } catch (error) {
        leave(error, left, before, `[${i}]`)
      }
    }
    return items
  }
}

/** The first so many elements of a list; that there are more is told once. An absent one is empty. */
export const listUpTo =
  (most: number): Narrower<readonly unknown[]> =>
  (value, left) => {
    if (isAbsent(value)) return []
    if (!Array.isArray(value)) throw new NarrowingError(value, 'a list')
    if (value.length <= most) return value
    const rest = `one of the first ${most}, which are all that count of ${value.length}`
    leave(new NarrowingError(value[most], rest), left, left.length, `[${most}]`)
    return value.slice(0, most)
  }

const object: Whole<Fields> = (value) => {
  if (isFields(value)) return value
  throw new NarrowingError(value, 'an object')
}

/** All of them or none: what is left of a list without some of its entries would mean something else. */
export function whole<T>(read: Narrower<T>, most: number): Narrower<readonly T[]> {
  return (value, left) => {
    if (isAbsent(value)) return []
    if (!Array.isArray(value)) throw new NarrowingError(value, 'a list')
    if (value.length > most) throw new NarrowingError(value, `a list of at most ${most}`)
    return value.map((one: unknown, i) => {
      try {
        return read(one, left)
      } catch (error) {
        throw error instanceof NarrowingError ? error.within(`[${i}]`) : error
      }
    })
  }
}

/** An object whose fields `read` reads. */
export const objectOf =
  <T>(read: (fields: Fields, left: Left) => T): Narrower<T> =>
  (value, left) =>
    read(object(value), left)

const EMPTY: Fields = {}

/** As `objectOf`; an absent one has no fields. */
export const section =
  <T>(read: (fields: Fields, left: Left) => T): Narrower<T> =>
  (value, left) =>
    read(isAbsent(value) ? EMPTY : object(value), left)

export const or =
  <T, const F>(read: Narrower<T>, fallback: F): Narrower<T | F> =>
  (value, left) =>
    isAbsent(value) ? fallback : read(value, left)

/** As `or`, of a text. */
export const orIfBlank =
  <T, const F>(read: Narrower<T>, fallback: F): Narrower<T | F> =>
  (value, left) =>
    isBlank(value) ? fallback : read(value, left)

export const orNull = <T>(read: Narrower<T>): Narrower<T | null> => or(read, null)

export const anyText: Whole<string> = (value) => {
  if (typeof value === 'string') return value
  throw new NarrowingError(value, 'text (in YAML, numbers and booleans need quotes to be text)')
}

/** The longest word that Kubernetes takes is a qualified name, of 317 characters. */
export const MOST_TEXT = 1024

/** A text that many keep: a name, a word, never a page. */
export const text: Whole<string> = textUpTo(MOST_TEXT)

/** One of at most so many characters. */
export function textUpTo(most: number): Whole<string> {
  return (value) => {
    const written = anyText(value)
    if (written.length <= most) return written
    throw new NarrowingError(value, `text of at most ${most} characters`)
  }
}

export const flag: Whole<boolean> = (value) => {
  if (typeof value === 'boolean') return value
  throw new NarrowingError(value, 'true or false')
}

export const integer =
  (from: number, to: number): Whole<number> =>
  (value) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) return value
    throw new NarrowingError(value, `a number from ${from} to ${to}`)
  }

export function oneOf<T extends string>(...words: readonly T[]): Whole<T> {
  const wanted = words.join(', ').replace(/, ([^,]*)$/, ' or $1')
  return (value) => {
    const word = words.find((candidate) => candidate === value)
    if (word === undefined) throw new NarrowingError(value, wanted)
    return word
  }
}

/** Text that matches `shape`. */
export const shaped =
  (shape: RegExp, wanted: string): Whole<string> =>
  (value) => {
    if (typeof value === 'string' && shape.test(value)) return value
    throw new NarrowingError(value, wanted)
  }

/** A map from text to text without what is none; an absent one is empty. */
export const texts: Narrower<Readonly<Record<string, string>>> = section((fields, left) => {
  const keys = Object.keys(fields)
  if (keys.length === 0) return NO_TEXTS
  const entries = keys.flatMap((key) => {
    const value = at(fields, key, key.length > MOST_TEXT ? misplaced : lenientText, left)
    return value === null ? [] : [[key, value] as const]
  })
  return Object.fromEntries(entries)
})

const lenientText = lenient(anyText, null)
const misplaced = lenient((value): string => {
  throw new NarrowingError(value, `under a key of at most ${MOST_TEXT} characters`)
}, null)

/** Most have none: one map for all of them. */
const NO_TEXTS: Readonly<Record<string, string>> = {}
