import { isFields, unpackList } from '../../words/kube/index.ts'
import { hasMoreValues, jsonReason } from '../texts/index.ts'
import { type Broken, type Document, overlong, UNTIL_MENDED, type Value } from './documents.ts'
import { type LongJsonList, longJsonListIn } from './json-lists.ts'
import { isJsonStream, jsonPartsOf } from './json-parts.ts'
import { newlinesIn, type YamlPart } from './yaml-parts.ts'

/** Those of a text of JSON: one value, or several one after the other. */
export function* jsonDocuments(text: string): Generator<Document> {
  const list = jsonListOf(text)
  if (list !== undefined) return yield* list
  if (hasMoreValues(text, MOST_VALUES)) return yield* jsonStream(text, Number.POSITIVE_INFINITY)
  const whole = parseJson(text)
  if (whole.kind === 'value' || !isJsonStream(text, /\S/)) yield whole
  else yield* jsonStream(text, Number.POSITIVE_INFINITY)
}

/** Of JSON that is parsed in one go it is the values that take memory. */
export function oneObject(text: string, mostWhole: number): Value | undefined {
  if (!/^\s*\{/.test(text) || hasMoreValues(text, Math.min(mostWhole, MOST_VALUES))) return undefined
  const whole = parseJson(text)
  return whole.kind === 'value' ? whole : undefined
}

export function* jsonStream(text: string, mostWhole: number): Generator<Document> {
  let count = 0
  for (const part of jsonPartsOf(text)) {
    if (part.text.length > mostWhole) return yield overlong(part, mostWhole)
    count += 1
    const [name, line] = [`document ${count}`, part.above + 1]
    const documents: Iterable<Document> = jsonListOf(part.text, part.above) ?? [oneOfStream(part)]
    for (const document of documents) {
      yield document.kind === 'broken' ? document : { ...document, name, line }
      if (document.kind === 'broken') return
    }
  }
}

function oneOfStream({ text, above }: YamlPart): Document {
  if (hasMoreValues(text, MOST_VALUES)) return { ...tooMany(`a document`), line: above + 1 }
  const document = parseJson(text)
  return document.kind === 'value' ? document : brokenBehind(document, above)
}

/** What is wrong with a part of a text, so many lines down in it. */
const brokenBehind = (broken: Broken, above: number): Broken => ({
  ...broken,
  message: broken.message.replace(/(?: in JSON)? at position \d+ \(.*?\)/, ''),
  line: above + (broken.line ?? 1),
})

/** Parsed in one go, each takes some 250 bytes where it has a key of its own. */
const MOST_VALUES = 200_000

const tooMany = (what: string): Broken => ({
  kind: 'broken',
  message: `JSON: ${what} has more than the ${MOST_VALUES} values that are read in one go: split it; ${UNTIL_MENDED}`,
  line: null,
})

/** The items of a long List, some at a time; undefined: it is none. */
export function jsonListOf(text: string, above = 0): Iterable<Document> | undefined {
  const list = longJsonListIn(text)
  if (list === undefined || hasMoreValues(list.head, MOST_VALUES)) return undefined
  const head = parseJson(list.head)
  return head.kind === 'value' && isFields(head.value) && unpackList(head.value).length === 0
    ? jsonItems(list, head.value, text, above)
    : undefined
}

function* jsonItems({ runs }: LongJsonList, head: object, text: string, above: number): Generator<Document> {
  for (const { text: run, from, before } of runs) {
    if (hasMoreValues(run, MOST_VALUES)) return yield tooMany(`item ${before + 1}`)
    const items = parseJson(run)
    if (items.kind === 'broken') return yield brokenBehind(items, above + newlinesIn(text.slice(0, from)))
    yield { ...items, value: { ...head, items: items.value }, before }
  }
}

function parseJson(text: string): Document {
  try {
    return { kind: 'value', value: JSON.parse(text), name: '', line: null }
  } catch (error) {
    const line = /\(line (\d+) /.exec(messageOf(error))?.[1]
    return {
      kind: 'broken',
      message: `JSON: ${jsonReason(error)}; ${UNTIL_MENDED}`,
      line: line === undefined ? null : Number(line),
    }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
