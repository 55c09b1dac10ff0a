import {
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'

/** Where a node and its entries begin and end in the text. */

export type Collection = YAMLMap | YAMLSeq

/** One of a collection's, with what it begins with: its key, or the dash before it. */
interface NodeEntry {
  readonly start: number
  readonly end: number
}

export function nodeEntriesOf(text: string, node: Collection): readonly NodeEntry[] {
  const dashes = isSeq(node) && node.flow !== true ? dashesOf(node) : []
  return node.items.map((item, i) => ({ start: dashes[i] ?? startOf(item), end: endOf(text, item) }))
}

const dashesOf = ({ srcToken }: YAMLSeq): readonly number[] =>
  srcToken?.type === 'block-seq'
    ? srcToken.items.flatMap(({ start }) =>
        start.flatMap(({ type, offset }) => (type === 'seq-item-ind' ? [offset] : [])),
      )
    : []

const startOf = (item: unknown): number => rangeOf(isPair(item) ? item.key : item)[0]

/** Of the last character that is its own; blank lines behind a block are not. */
export function endOf(text: string, item: unknown): number {
  if (isPair(item)) return Math.max(colonOf(item) ?? 0, endOf(text, item.key), endOf(text, item.value))
  const [start, end] = rangeOf(item)
  if (isCollection(item) && item.flow !== true && item.items.length > 0) return endOf(text, item.items.at(-1))
  return isScalar(item) && item.type?.startsWith('BLOCK')
    ? start + text.slice(start, end).trimEnd().length
    : end
}

/** The place behind the colon. */
export function colonOf({ srcToken }: Pair): number | undefined {
  const colon = srcToken?.sep?.find(({ type }) => type === 'map-value-ind')
  return colon && colon.offset + 1
}

export function rangeOf(node: unknown): readonly [start: number, end: number] {
  const range = isNodeLike(node) ? node.range : undefined
  return [range?.[0] ?? 0, range?.[1] ?? 0]
}

const isNodeLike = (node: unknown): node is Pick<Node, 'range'> =>
  typeof node === 'object' && node !== null && 'range' in node

export const pairOf = (node: unknown, key: string | number): Pair | undefined =>
  isMap(node) ? node.items.find((pair) => isScalar(pair.key) && pair.key.value === key) : undefined

/** -1 if there is none. */
export const indexOf = (parent: Collection, key: string | number): number =>
  typeof key === 'number'
    ? key
    : parent.items.findIndex((pair) => isPair(pair) && isScalar(pair.key) && pair.key.value === key)

export const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1

/** Before what ends the line. */
export function lineEnd(text: string, at: number): number {
  const newline = text.indexOf('\n', at)
  if (newline === -1) return text.length
  return newline > at && text[newline - 1] === '\r' ? newline - 1 : newline
}

/** Of the first line of all. */
export const eolOf = (text: string): string => (/^[^\n]*\r\n/.test(text) ? '\r\n' : '\n')
