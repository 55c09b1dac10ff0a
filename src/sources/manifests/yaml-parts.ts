/** A text of YAML, or a part of one that is read by itself. */
export interface YamlPart {
  readonly text: string
  /** How many lines of its file stand before it. */
  readonly above: number
}

/** A List whose items are read one run after the other. */
export interface LongList {
  /** All but the items: they are an empty list there. */
  readonly head: string
  readonly runs: Iterable<Run>
}

/** Items that stand one after the other, as a document of their own. */
interface Run extends YamlPart {
  /** How many of the list stand before them. */
  readonly before: number
}

/** Characters up to which a text is read as it stands. */
export const LONG = 65_536

/** Characters of items that are read at a time, or one item if that is longer: a dozen milliseconds. */
const RUN = 16_384

/** Directives and marks of an end say something of the document after them. */
const UNDIVIDED = /(?:^|\n)(?:%|\.\.\.)/

/** A document each, if the text is long: what is kept of one keeps no more than that one in memory. */
export function* documentsOf(text: string): Generator<YamlPart> {
  if (text.length <= LONG || UNDIVIDED.test(text)) return yield { text, above: 0 }
  let [from, above] = [0, 0]
  for (const { index } of text.matchAll(/\n---(?=[ \t\r\n]|$)/g)) {
    const part = text.slice(from, index + 1)
    yield { text: apart(part), above }
    above += newlinesIn(part)
    from = index + 1
  }
  yield { text: apart(text.slice(from)), above }
}

/** Where the items of a List begin, and how far the first is indented. */
const ITEMS = /(?:^|\n)items:[ \t]*(?:#[^\n]*)?\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*( *)-(?=[ \r\n])/

/**
 * A long document that looks like a List written in blocks, as kubectl prints it: read whole, its nodes would take a
 * hundred times the memory of its text, and seconds without a pause. undefined: it is to be read whole all the same.
 */
export function longListIn({ text, above }: YamlPart): LongList | undefined {
  if (text.length <= LONG) return undefined
  const [opening = '', { length: indent } = ''] = ITEMS.exec(text) ?? []
  const from = text.indexOf(opening) + opening.length - indent - 1
  const starts = opening === '' ? undefined : startsOf(text, from, indent)
  if (starts === undefined) return undefined
  const end = starts.at(-1) ?? from
  const before = text.slice(0, text.indexOf(opening))
  return {
    head: `${before}\nitems: []\n${text.slice(end)}`,
    runs: runsOf(text, starts, above + newlinesIn(text.slice(0, from))),
  }
}

/** Where each item begins, and where the last one ends; undefined where a line stands as in no such list. */
function startsOf(text: string, from: number, indent: number): readonly number[] | undefined {
  const starts = [from]
  const shallow = new RegExp(`\\n( {0,${indent}})([^ \\r\\n#])([ \\r\\n]?)`, 'g')
  shallow.lastIndex = from
  for (let found = shallow.exec(text); found !== null; found = shallow.exec(text)) {
    const [all, spaces = '', first, next = ''] = found
    const isItem = first === '-' && next !== '' && spaces.length === indent
    if (!isItem && (spaces !== '' || first === '\t')) return undefined
    starts.push(found.index + 1)
    if (!isItem) return starts
    // The line's end may be what the next one is found by.
    shallow.lastIndex = found.index + all.length - next.length
  }
  return [...starts, text.length]
}

function* runsOf(text: string, starts: readonly number[], above: number): Generator<Run> {
  let [from, before, lines] = [0, 0, above]
  for (let i = 1; i < starts.length; i++) {
    const [start = 0, end = 0] = [starts[from], starts[i]]
    if (end - start < RUN && i < starts.length - 1) continue
    const run = text.slice(start, end)
    yield { text: apart(run), above: lines, before }
    lines += newlinesIn(run)
    before += i - from
    from = i
  }
}

export function newlinesIn(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++
  return count
}

/** V8 keeps a whole text in memory for a piece of it; this one stands by itself. */
const apart = (piece: string): string => Buffer.from(piece).toString()
