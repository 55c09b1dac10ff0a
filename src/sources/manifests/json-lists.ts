import { endOfJson } from '../texts/index.ts'

/** A List of JSON whose items are parsed some at a time: all at once they take ten times their text, and no turn in between. */
export interface LongJsonList {
  /** The same without items. */
  readonly head: string
  readonly runs: Iterable<JsonRun>
}

/** Items that stand one after the other. */
interface JsonRun {
  /** As a list of their own. */
  readonly text: string
  /** Where they begin in the whole text. */
  readonly from: number
  /** How many items came before. */
  readonly before: number
}

/** Shorter ones are parsed in one go. */
export const LONG_JSON = 2 ** 17

/** Characters of a run, at least, and items, at most: some milliseconds. */
const RUN = 2 ** 16
const MOST_ITEMS = 1000

/** The list that an object of JSON has as its `items`, if it is long; undefined: it is to be parsed in one go. */
export function longJsonListIn(text: string): LongJsonList | undefined {
  if (text.length <= LONG_JSON) return undefined
  const found = itemsOf(text)
  if (found === undefined) return undefined
  const { from, end } = found
  return { head: `${text.slice(0, from)}[]${text.slice(end)}`, runs: runsOf(text, from + 1, end - 1) }
}

/** Where the value of the one `items` of an object stands; undefined: it is no such object. */
function itemsOf(text: string): { readonly from: number; readonly end: number } | undefined {
  let items: { from: number; end: number } | undefined
  let at = past(text, 0)
  if (text[at] !== '{') return undefined
  do {
    const key = past(text, at + 1)
    const colon = text[key] === '"' ? past(text, endOfJson(text, key)) : key
    const from = past(text, colon + 1)
    const end = endOfValue(text, from)
    if (text[colon] !== ':' || end <= from) return undefined
    const name = text.slice(key, colon).trimEnd()
    if (name === ITEMS && items === undefined && text[from] === '[') items = { from, end }
    else if (name === ITEMS || name.includes('\\')) return undefined
    at = past(text, end)
  } while (text[at] === ',')
  return text[at] === '}' && past(text, at + 1) === text.length ? items : undefined
}

const ITEMS = '"items"'

/** Past blanks. */
function past(text: string, from: number): number {
  let at = from
  while (BLANKS.has(text.charCodeAt(at))) at++
  return at
}

const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d])

/** Before what stands behind it in a list or an object. */
function endOfValue(text: string, from: number): number {
  if (/["[{]/.test(text.charAt(from))) return endOfJson(text, from)
  let at = from
  while (at < text.length && !/[\s,\]}]/.test(text.charAt(at))) at++
  return at
}

/** Between a list's brackets. What is no value ends up in a run that cannot be parsed. */
function* runsOf(text: string, first: number, close: number): Generator<JsonRun> {
  let [start, at, before, count] = [first, past(text, first), 0, 0]
  while (at < close) {
    const end = endOfValue(text, at)
    const comma = past(text, end)
    count++
    if (end <= at || comma >= close || text[comma] !== ',') break
    at = past(text, comma + 1)
    if (at >= close || (end - start < RUN && count < MOST_ITEMS)) continue
    yield { text: `[${text.slice(start, end)}]`, from: start, before }
    before += count
    ;[start, count] = [comma + 1, 0]
  }
  yield { text: `[${text.slice(start, close)}]`, from: start, before }
}
