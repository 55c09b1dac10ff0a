import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml'
import { plainData, repeatedKeysIn } from '../../sources/texts/index.ts'
import type { Path, PathProblem } from './problems.ts'

/** A document's plain data, and where in the text its parts stand. */
export interface Yaml {
  readonly data: Readonly<Record<string, unknown>>
  /** The line, from 1, of the deepest part of a path that is there; undefined when nothing of it is. */
  readonly lineOf: (path: Path) => number | undefined
  /** A scalar as it is written, without quotes; undefined when there is none at the path. */
  readonly writtenAt: (path: Path) => string | undefined
}

/** Why a text is no document; `line` from 1. */
interface UnreadableYaml {
  readonly flaws: readonly (Omit<PathProblem, 'path'> & { readonly line: number })[]
}

/** One YAML 1.2 document that is a mapping, or why the text is none. */
export function readYaml(text: string): Yaml | UnreadableYaml {
  const lines = new LineCounter()
  const options = {
    merge: true,
    uniqueKeys: false,
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
  } as const
  const doc = parseDocument(text, options)
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line)
  const broken = [...doc.errors, ...doc.warnings].map((error) => ({ at: error.pos[0], ...describe(error) }))
  const repeated = repeatedKeysIn(doc).map((at) => ({ at, ...REPEATED }))
  const flaws = [...broken, ...repeated].toSorted((a, b) => a.at - b.at)
  if (flaws.length > 0) return { flaws: flaws.map(({ at, ...flaw }) => ({ line: lineAt(at), ...flaw })) }
  if (!isMap(doc.contents)) return { flaws: [{ line: 1, ...notAMapping(isNothing(doc.contents)) }] }
  keepKeys(doc)
  const data = dataOf(doc)
  if (typeof data === 'string')
    return { flaws: [{ line: 1, problem: data, remedy: 'write out what the aliases stand for' }] }
  return {
    data,
    lineOf: (path) => {
      const offset = offsetOf(doc, path)
      return offset === undefined ? undefined : lineAt(offset)
    },
    writtenAt: (path) => {
      const node = path.reduce<unknown>((at, part) => step(doc, at, part)?.node, doc.contents)
      return isScalar(node) && typeof node.source === 'string' ? node.source : undefined
    },
  }
}

/** Keys at the top for what is written once and used by aliases. */
const IS_EXTENSION = /^x-/

const MINIMAL =
  'name a cluster at least: {clusters: [{id: cluster-east, source: {manifests: ./cluster-east}}]}'

const isNothing = (node: unknown): boolean => node === null || (isScalar(node) && node.value === null)

const notAMapping = (empty: boolean) => ({
  problem: empty ? 'the document is empty' : 'the document is not a mapping of keys',
  remedy: MINIMAL,
})

const REPEATED = { problem: 'the same key a second time in one mapping', remedy: 'keep one of the two' }

/** Codes of the parser that deserve better words than its own; what it says otherwise is good enough. */
const WORDS: Readonly<Record<string, readonly [problem: string | undefined, remedy: string]>> = {
  MULTIPLE_DOCS: ['a second document begins here', 'keep one: remove all from the second `---` on'],
  TAB_AS_INDENT: [undefined, 'indent with spaces'],
  TAG_RESOLVE_FAILED: [undefined, 'remove the tag: plain values are all it takes'],
}

function describe({ code, message }: YAMLError): Omit<PathProblem, 'path'> {
  const [problem, remedy = 'check indentation, quotes and brackets here and just above'] = WORDS[code] ?? []
  return {
    problem: problem ?? `not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
    remedy,
  }
}

/** Keys are text as they are written: YAML would make 1000 of `1e3`. */
function keepKeys(doc: Document): void {
  visit(doc, {
    Pair: (_, { key }) => {
      if (isScalar(key) && !isMerge(key) && typeof key.source === 'string') key.value = key.source
    },
  })
}

/** The document without anchors and positions; or why its aliases make none. */
function dataOf(doc: Document.Parsed): Record<string, unknown> | string {
  try {
    const data = plainData(doc)
    if (!isRecord(data) || isEndless(data)) return 'an alias stands inside what its own anchor marks'
    return Object.fromEntries(Object.entries(data).filter(([key]) => !IS_EXTENSION.test(key)))
  } catch (error) {
    return `its aliases cannot be followed: ${error instanceof Error ? error.message : 'unknown reason'}`
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether a value holds itself: an alias inside what its own anchor marks. */
export function isEndless(value: unknown, around: readonly unknown[] = []): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (around.includes(value)) return true
  return Object.values(value).some((part) => isEndless(part, [...around, value]))
}

function offsetOf(doc: Document.Parsed, path: Path): number | undefined {
  let node: unknown = doc.contents
  let offset: number | undefined
  for (const part of path) {
    const next = step(doc, node, part)
    if (next === undefined) return offset
    offset = next.offset ?? offset
    node = next.node
  }
  return offset
}

/** The node that one part of a path leads to, and where it begins: at its key, if it has one. */
function step(doc: Document, node: unknown, part: string | number): Step | undefined {
  if (isAlias(node)) return step(doc, node.resolve(doc), part)
  if (isSeq(node)) {
    const item = typeof part === 'number' ? node.items[part] : undefined
    return item === undefined ? undefined : { node: item, offset: startOf(item) }
  }
  if (!isMap(node)) return undefined
  const pair = node.items.find(({ key }) => !isMerge(key) && keyText(key) === String(part))
  if (pair !== undefined) return { node: pair.value, offset: startOf(pair.key) }
  const merged = node.items.filter(({ key }) => isMerge(key)).flatMap(({ value }) => sourcesOf(doc, value))
  return merged.map((source) => step(doc, source, part)).find((found) => found !== undefined)
}

interface Step {
  readonly node: unknown
  readonly offset: number | undefined
}

/** The mappings that `<<` merges: one, or a list of them. */
function sourcesOf(doc: Document, node: unknown): readonly unknown[] {
  const value = isAlias(node) ? node.resolve(doc) : node
  return isSeq(value) ? value.items : [value]
}

/** `<<` as the parser has it. */
const isMerge = (key: unknown): boolean => isScalar(key) && typeof key.value === 'symbol'

const keyText = (key: unknown): string => String(isScalar(key) ? key.value : key)

const startOf = (node: unknown): number | undefined =>
  isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? rangeStart(node) : undefined

const rangeStart = (node: Node): number | undefined => node.range?.[0]
