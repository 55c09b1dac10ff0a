import { isCollection, isMap, isScalar, stringify, type YAMLMap, type YAMLSeq } from 'yaml'
import {
  type Collection,
  colonOf,
  endOf,
  eolOf,
  indexOf,
  lineEnd,
  lineStart,
  nodeEntriesOf,
  pairOf,
  rangeOf,
} from './nodes.ts'
import { isNull, type NodePath, type WrittenObject, writtenNodeAt } from './written.ts'

/**
 * Behind the colon of what was there and held nothing: the rest of the line is a comment then, and what it holds now
 * stands below. Without it, what was there is there again.
 */
export const WAS_EMPTY = ' # meridian: was empty:'

/** In a flow, what was null begins with two blanks, what was not there with another number of them or a new line. */
export const WAS_NULL = '  '

/** How a value is put where there is none, likeliest first. */
export function inserted(
  written: WrittenObject,
  path: NodePath,
  value: unknown,
): readonly (string | undefined)[] {
  const depth = path.findLastIndex((_, i) => holdsSomething(writtenNodeAt(written, path.slice(0, i))))
  const parent = writtenNodeAt(written, path.slice(0, Math.max(depth, 0)))
  const key = path[Math.max(depth, 0)]
  const held = path.slice(depth + 1).reduceRight<unknown>((inner, one) => ({ [one]: inner }), value)
  if (!isMap(parent) || typeof key !== 'string') return []
  if (pairOf(parent, key) !== undefined) return filled(written, parent, key, held)
  return [withPair(written, parent, key, held, depth === 0)]
}

const holdsSomething = (node: unknown): boolean => isCollection(node) && node.items.length > 0

/** A pair that is there and holds nothing. */
function filled({ text }: WrittenObject, parent: Collection, key: string, held: unknown): readonly string[] {
  const pair = pairOf(parent, key)
  const colon = pair && colonOf(pair)
  if (pair === undefined || colon === undefined) return []
  const inPlace = filledInPlace(text, pair.value, colon, held)
  if (parent.flow === true || !endsOnLine(text, pair.value, colon)) return [inPlace]
  const column = columnOf(text, rangeOf(pair.key)[0])
  const lines = blockLines(held, column + (Array.isArray(held) ? 0 : 2))
  const [over, eol] = [lineEnd(text, colon), eolOf(text)]
  const below = lines.map((line) => eol + line).join('')
  return [text.slice(0, colon) + WAS_EMPTY + text.slice(colon, over) + below + text.slice(over), inPlace]
}

const endsOnLine = (text: string, node: unknown, colon: number): boolean =>
  isScalar(node) ? isNull(node) : isCollection(node) && rangeOf(node)[1] <= lineEnd(text, colon)

function filledInPlace(text: string, node: unknown, colon: number, held: unknown): string {
  const flow = inFlow(held)
  const [open, inner, close] = [flow.slice(0, 1), flow.slice(1, -1).trim(), flow.slice(-1)]
  const [start, end] = isScalar(node) || isCollection(node) ? rangeOf(node) : [colon, colon]
  const by = isCollection(node)
    ? open + inner + text.slice(start + 1, end)
    : `${start === end ? ' ' : ''}${open}${WAS_NULL}${inner}${WAS_NULL}${close}`
  return text.slice(0, start) + by + text.slice(end)
}

/** At the top of an object before its metadata, elsewhere before all others. */
function withPair(
  { text }: WrittenObject,
  parent: YAMLMap,
  key: string,
  held: unknown,
  isTop: boolean,
): string {
  const metadata = indexOf(parent, 'metadata')
  const i = isTop ? Math.max(metadata, 0) : 0
  if (parent.flow !== true) return beforeLine(text, parent, i, { [key]: held })
  return beforeInFlow(text, parent, i, (gap) => `${JSON.stringify(key)}: ${inFlow(held, gap, stepOf(text))}`)
}

export const prepended = ({ text }: WrittenObject, list: YAMLSeq, value: unknown): string =>
  list.flow === true
    ? beforeInFlow(text, list, 0, (gap) => inFlow(value, gap, stepOf(text)))
    : beforeLine(text, list, 0, [value])

function beforeInFlow(text: string, node: Collection, i: number, print: (gap: string) => string): string {
  const at = nodeEntriesOf(text, node)[i]?.start ?? 0
  const gap = text.slice(text.slice(0, at).trimEnd().length, at)
  return `${text.slice(0, at)}${print(gap)},${gap}${text.slice(at)}`
}

/** Above the comments that belong to what it comes before. */
function beforeLine(text: string, node: Collection, i: number, value: unknown): string {
  const entries = nodeEntriesOf(text, node)
  const [at, bound] = [entries[i]?.start ?? 0, entries[i - 1]?.end ?? 0]
  const [column, eol] = [columnOf(text, at), eolOf(text)]
  const lines = blockLines(value, column)
  if (text.slice(lineStart(text, at), at).trim() !== '' || text.startsWith('\ufeff', at - 1))
    return text.slice(0, at) + lines.join(eol).trimStart() + eol + ' '.repeat(column) + text.slice(at)
  const top = aboveComments(text, lineStart(text, at), bound)
  return text.slice(0, top) + lines.map((line) => line + eol).join('') + text.slice(top)
}

function aboveComments(text: string, start: number, bound: number): number {
  const previous = start === 0 ? 0 : lineStart(text, start - 1)
  return previous >= bound && /^ *#/.test(text.slice(previous, start))
    ? aboveComments(text, previous, bound)
    : start
}

/** In place of what stands there, in its layout. */
export function withNodeReplaced({ text }: WrittenObject, node: Collection, value: unknown): string {
  const [start, end] = [rangeOf(node)[0], endOf(text, node)]
  const lead = /^\s*/.exec(text.slice(lineStart(text, start), start))?.[0] ?? ''
  const gap = text.slice(start, end).includes('\n') ? eolOf(text) + lead : ''
  const by =
    node.flow === true
      ? inFlow(value, gap, stepOf(text))
      : blockLines(value, columnOf(text, start)).join(eolOf(text)).trimStart()
  return text.slice(0, start) + by + text.slice(end)
}

const columnOf = (text: string, at: number): number =>
  text.slice(lineStart(text, at), at).replace('\ufeff', '').length

/** As kubectl prints it. */
const blockLines = (value: unknown, column: number): readonly string[] =>
  stringify(value, { lineWidth: 0, indentSeq: false, version: '1.1' })
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : ' '.repeat(column) + line))

/** In lines like those around it where it begins one, else in one. */
function inFlow(value: unknown, gap = '', step = ''): string {
  if (!gap.includes('\n')) return JSON.stringify(value, null, 1).replace(/\n */g, ' ')
  const eol = gap.includes('\r\n') ? '\r\n' : '\n'
  return JSON.stringify(value, null, step).replaceAll('\n', eol + gap.slice(gap.lastIndexOf('\n') + 1))
}

const stepOf = (text: string): string => /[[{]\r?\n([ \t]+)\S/.exec(text)?.[1] ?? '  '
