import type { Scalar } from 'yaml'

/** Where the parts of a scalar's value stand in the text that was written for it, in each of YAML's styles. */

/** Some of the value, and what stands for it. */
interface Piece {
  readonly value: string
  readonly from: number
  readonly to: number
}

/** A place of a value, and what comes there. */
export interface Splice {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** Of the text around a scalar: how its lines end, and the indent of the line that it begins on. */
interface Around {
  readonly eol: string
  readonly indent: string
}

/**
 * What is written for a scalar with that change in its value, all else byte by byte. Undefined where its style
 * leaves no place for it; what its style cannot say comes out as another value.
 */
export function spliced(source: string, scalar: Scalar, splice: Splice, around: Around): string | undefined {
  const value = String(scalar.value)
  const style = styleOf(source, scalar, around)
  const place = placeOf(style.pieces, value, splice)
  if (place === undefined) return undefined
  const rest = value.slice(splice.to)
  return source.slice(0, place.from) + style.write(splice.text, rest, place.isLines) + source.slice(place.to)
}

interface Style {
  readonly pieces: readonly Piece[]
  readonly write: (text: string, rest: string, isLines: boolean) => string
}

function styleOf(source: string, { type, value }: Scalar, around: Around): Style {
  const { eol } = around
  const flow = writeFlow(eol, around.indent)
  switch (type) {
    case 'BLOCK_LITERAL':
    case 'BLOCK_FOLDED': {
      const indent = indentOf(source, String(value)) ?? around.indent
      const pieces = type === 'BLOCK_LITERAL' ? literalPieces(source, indent) : foldedPieces(source, indent)
      return {
        pieces,
        write: type === 'BLOCK_LITERAL' ? writeLiteral(eol, indent) : writeFolded(eol, indent),
      }
    }
    case 'QUOTE_DOUBLE':
      return {
        pieces: flowPieces(source.slice(0, -1), 1, DOUBLE, unescapedDouble),
        write: (text) => JSON.stringify(text).slice(1, -1),
      }
    case 'QUOTE_SINGLE':
      return {
        pieces: flowPieces(source.slice(0, -1), 1, SINGLE, (token) => (token === "''" ? "'" : token)),
        write: (text, rest) => flow(text.replaceAll("'", "''"), rest),
      }
    default:
      return { pieces: flowPieces(source, 0, PLAIN, (token) => token), write: flow }
  }
}

/** Whole lines go with their indents, so that putting in and taking out are each other's opposite. */
function placeOf(
  pieces: readonly Piece[],
  value: string,
  { from, to, text }: Splice,
): { readonly from: number; readonly to: number; readonly isLines: boolean } | undefined {
  const written = pieces.map((piece) => piece.value).join('')
  if (!written.startsWith(value)) return undefined
  const isStart = (at: number) => at === 0 || value[at - 1] === '\n'
  const isLines = isStart(from) && (isStart(to) || to === value.length) && /(^|\n)$/.test(text)
  const [start, end] = [positionOf(pieces, from, isLines), positionOf(pieces, to, isLines)]
  return start === undefined || end === undefined ? undefined : { from: start, to: end, isLines }
}

/** At the end of the piece before, or at the beginning of the one behind: between them may be an indent. */
function positionOf(pieces: readonly Piece[], at: number, isLines: boolean): number | undefined {
  let over = 0
  for (const [i, { value, from, to }] of pieces.entries()) {
    const [previous, isVerbatim] = [pieces[i - 1], value.length === to - from]
    if (at === over) return isLines && previous !== undefined ? previous.to : from
    over += value.length
    if (at < over) return isVerbatim ? to - (over - at) : undefined
    if (at === over && (isLines || i === pieces.length - 1)) return to
  }
  return undefined
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ 0: '\0', a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r', e: '\x1b' },
  ...{ N: '\x85', _: '\xa0', L: '\u2028', P: '\u2029' },
}

/** Words, and blanks with the ends of lines in or behind them: each once, however long it is. */
const FOLD = String.raw`[ \t]+(?:\r?\n[ \t]*)*|(?:\r?\n[ \t]*)+`
const ESCAPE = String.raw`\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8})|\\(?:\r?\n[ \t]*)+|\\[\s\S]`
const DOUBLE = new RegExp(String.raw`${ESCAPE}|${FOLD}|[^\\\s]+|[\s\S]`, 'g')
const SINGLE = new RegExp(String.raw`''|${FOLD}|[^'\s]+|[\s\S]`, 'g')
const PLAIN = new RegExp(String.raw`${FOLD}|\S+|[\s\S]`, 'g')

/** `unescaped`: what a token says that is no blank. */
function flowPieces(
  source: string,
  start: number,
  tokens: RegExp,
  unescaped: (token: string) => string,
): readonly Piece[] {
  return [...source.slice(start).matchAll(tokens)].flatMap(({ 0: token, index }) => {
    const from = start + index
    const to = from + token.length
    if (!token.includes('\n')) return [{ value: unescaped(token), from, to }]
    const ends = [...token.matchAll(/\n/g)].map((newline) => from + newline.index + 1)
    if (ends.length > 2) return foldPieces(from, ends, to)
    return [{ value: ends.length === 2 ? '\n' : token.startsWith('\\') ? '' : ' ', from, to }]
  })
}

/** Of several breaks each is a newline, but the last two are one. */
const foldPieces = (start: number, ends: readonly number[], end: number): readonly Piece[] =>
  ends.slice(1).map((_, i) => ({
    value: '\n',
    from: ends[i - 1] ?? start,
    to: i === ends.length - 2 ? end : (ends[i] ?? end),
  }))

function unescapedDouble(token: string): string {
  if (!token.startsWith('\\')) return token
  const letter = token.slice(1, 2)
  if (token.length > 2) return String.fromCodePoint(Number.parseInt(token.slice(2), 16))
  return ESCAPES[letter] ?? letter
}

interface Line {
  readonly value: string
  readonly from: number
  readonly to: number
  /** With the end of the line. */
  readonly over: number
}

/** Below the header, without the indent. */
function linesOf(source: string, indent: string): readonly Line[] {
  const body = source.indexOf('\n') + 1
  if (body === 0) return []
  return [...source.slice(body).matchAll(/([^\r\n]*(?:\r(?!\n)[^\r\n]*)*)(\r?\n|$)/g)]
    .filter(({ 0: whole }) => whole !== '')
    .map(({ 0: whole, 1: line = '', index }) => {
      const from = body + index + (line.startsWith(indent) ? indent.length : line.length)
      const to = body + index + line.length
      return { value: source.slice(from, to), from, to, over: body + index + whole.length }
    })
}

/** The first line that is not empty tells it, whatever the header says. */
function indentOf(source: string, value: string): string | undefined {
  const first = value.split('\n').find((line) => line.trim() !== '')
  const [, ...lines] = source.split(/\r?\n/)
  const line = lines.find((one) => one.trim() !== '')
  return first === undefined || line === undefined ? undefined : line.slice(0, line.length - first.length)
}

/** Each line, and the end of it, which is one newline however it is written. */
const literalPieces = (source: string, indent: string): readonly Piece[] => [
  headOf(source),
  ...linesOf(source, indent).flatMap(({ value, from, to, over }) => [
    { value, from, to },
    { value: '\n', from: to, to: over },
  ]),
]

/** Nothing of the value, but the end of what comes before it. */
const headOf = (source: string): Piece => {
  const body = source.indexOf('\n') + 1 || source.length
  return { value: '', from: body, to: body }
}

/** Between two lines without further indent one newline is a space, and of several one is lost. */
function foldedPieces(source: string, indent: string): readonly Piece[] {
  const pieces: Piece[] = [headOf(source)]
  let [from, before, ends]: [number, string, number[]] = [headOf(source).to, '', []]
  for (const { value, from: start, to, over } of linesOf(source, indent)) {
    if (value !== '') {
      for (const piece of breakPieces(breaksBetween(before, value, ends.length), from, ends))
        pieces.push(piece)
      pieces.push({ value, from: start, to })
      ;[from, before, ends] = [to, value, []]
    }
    ends.push(over)
  }
  return [...pieces, ...breakPieces('\n'.repeat(ends.length), from, ends)]
}

/** What of the breaks leaves no newline goes with the first that does. */
function breakPieces(value: string, start: number, ends: readonly number[]): readonly Piece[] {
  const silent = ends.length - value.length
  return [...value].map((newline, i) => ({
    value: newline,
    from: i === 0 ? start : (ends[i + silent - 1] ?? start),
    to: ends[i + silent] ?? start,
  }))
}

const isFurther = (line: string): boolean => /^[ \t]/.test(line)

function breaksBetween(before: string, after: string, breaks: number): string {
  if (before === '' || isFurther(before) || isFurther(after)) return '\n'.repeat(breaks)
  return breaks === 1 ? ' ' : '\n'.repeat(breaks - 1)
}

const writeLiteral =
  (eol: string, indent: string) =>
  (text: string, _rest: string, isLines: boolean): string =>
    isLines ? text.replace(/^(?=.)/gm, indent).replaceAll('\n', eol) : text.replaceAll('\n', eol + indent)

const writeFolded =
  (eol: string, indent: string) =>
  (text: string, rest: string): string => {
    const lines = text.replace(/\n$/, '').split('\n')
    const following = [...lines.slice(1), /^.+$/m.exec(rest)?.[0] ?? ' ']
    const broken = lines.map((line, i) => {
      const isOne = isFurther(line) || isFurther(following[i] ?? ' ')
      return indent + line + (isOne ? eol : eol + eol)
    })
    return text === '' ? '' : broken.join('')
  }

/** An empty line for each newline; the one before another is a part of that. */
const writeFlow =
  (eol: string, indent: string) =>
  (text: string, rest: string): string => {
    const folded = eol + eol + indent
    return rest.startsWith('\n') && text.endsWith('\n')
      ? text.slice(0, -1).replaceAll('\n', folded) + eol
      : text.replaceAll('\n', folded)
  }
