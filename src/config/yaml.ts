import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
} from 'yaml'
import type { Finding, Path } from './problems.ts'

/** A document's plain data, and where in the text its parts stand. */
export interface Yaml {
  readonly data: Readonly<Record<string, unknown>>
  /** The line, from 1, of the deepest part of a path that is there; undefined when nothing of it is. */
  readonly lineOf: (path: Path) => number | undefined
}

/** Why a text is no document; `line` from 1. */
export interface Unreadable {
  readonly flaws: readonly (Omit<Finding, 'path'> & { readonly line: number })[]
}

/** One YAML 1.2 document that is a mapping, or why the text is none. */
export function readYaml(text: string): Yaml | Unreadable {
  const lines = new LineCounter()
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line)
  const broken = [...doc.errors, ...doc.warnings]
  if (broken.length > 0)
    return { flaws: broken.map((error) => ({ line: lineAt(error.pos[0]), ...describe(error) })) }
  if (!isMap(doc.contents)) return { flaws: [{ line: 1, ...notAMapping(isNothing(doc.contents)) }] }
  const data = plainData(doc)
  if (typeof data === 'string')
    return { flaws: [{ line: 1, problem: data, remedy: 'write out what the aliases stand for' }] }
  return {
    data,
    lineOf: (path) => {
      const offset = offsetOf(doc, path)
      return offset === undefined ? undefined : lineAt(offset)
    },
  }
}

const MINIMAL =
  'name a cluster at least: {clusters: [{id: cluster-east, source: {manifests: ./cluster-east}}]}'

const isNothing = (node: unknown): boolean => node === null || (isScalar(node) && node.value === null)

const notAMapping = (empty: boolean) => ({
  problem: empty ? 'the document is empty' : 'the document is not a mapping of keys',
  remedy: MINIMAL,
})

/** Codes of the parser that deserve better words than its own; what it says otherwise is good enough. */
const WORDS: Readonly<Record<string, readonly [problem: string | undefined, remedy: string]>> = {
  DUPLICATE_KEY: ['the same key a second time in one mapping', 'keep one of the two'],
  MULTIPLE_DOCS: ['a second document begins here', 'keep one: remove all from the second `---` on'],
  TAB_AS_INDENT: [undefined, 'indent with spaces'],
  TAG_RESOLVE_FAILED: [undefined, 'remove the tag: plain values are all it takes'],
}

function describe({ code, message }: YAMLError): Omit<Finding, 'path'> {
  const [problem, remedy = 'check indentation, quotes and brackets here and just above'] = WORDS[code] ?? []
  return {
    problem: problem ?? `not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
    remedy,
  }
}

/** The document without anchors and positions; or why its aliases make none. */
function plainData(doc: Document.Parsed): Record<string, unknown> | string {
  try {
    const data: unknown = doc.toJS({ maxAliasCount: 100 })
    return isRecord(data) && !isEndless(data, []) ? data : 'an alias stands inside what its own anchor marks'
  } catch (error) {
    return `its aliases cannot be followed: ${error instanceof Error ? error.message : 'unknown reason'}`
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether a value holds itself: an alias inside what its own anchor marks. */
function isEndless(value: unknown, around: readonly unknown[]): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (around.includes(value)) return true
  return Object.values(value).some((part) => isEndless(part, [...around, value]))
}

function offsetOf(doc: Document.Parsed, path: Path): number | undefined {
  let node: unknown = doc.contents
  let offset: number | undefined
  for (const part of path) {
    const next = isAlias(node) ? step(node.resolve(doc), part) : step(node, part)
    if (next === undefined) return offset
    offset = next.offset ?? offset
    node = next.node
  }
  return offset
}

/** The node that one part of a path leads to, and where it begins: at its key, if it has one. */
function step(
  node: unknown,
  part: string | number,
): { node: unknown; offset: number | undefined } | undefined {
  if (isSeq(node)) {
    const item = typeof part === 'number' ? node.items[part] : undefined
    return item === undefined ? undefined : { node: item, offset: startOf(item) }
  }
  const pair = isMap(node) ? node.items.find(({ key }) => keyText(key) === String(part)) : undefined
  return pair === undefined ? undefined : { node: pair.value, offset: startOf(pair.key) }
}

const keyText = (key: unknown): string => String(isScalar(key) ? key.value : key)

const startOf = (node: unknown): number | undefined =>
  isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? rangeStart(node) : undefined

const rangeStart = (node: Node): number | undefined => node.range?.[0]
