import { Composer, LineCounter, Parser } from 'yaml'
import {
  briefly,
  isFields,
  type Kinds,
  type KubeObject,
  type Other,
  type ParsedObject,
  parseObject,
  type UnreadableObject,
  USUAL,
  unpackList,
} from '../../words/kube/index.ts'
import type { SourceProblem } from '../changes/index.ts'
import { AS_MANIFEST, hasMoreValues, plainData, yamlReason } from '../texts/index.ts'
import { brokenYaml, type Document, overlong, UNTIL_MENDED } from './documents.ts'
import { jsonDocuments, jsonListOf, jsonStream, oneObject } from './json-documents.ts'
import { isJsonStream } from './json-parts.ts'
import { documentsOf, type LongList, longListIn, newlinesIn, type YamlPart } from './yaml-parts.ts'

/** One thing that a file of manifests says. */
export type ManifestEntry =
  | { readonly kind: 'object'; readonly object: KubeObject; readonly place: string }
  /** Of a kind that Meridian does not read, such as `Deployment (apps/v1)`. */
  | { readonly kind: 'skipped'; readonly what: string }
  /** Of one that looks as if it did. */
  | { readonly kind: 'other'; readonly other: Other; readonly place: string; readonly title: string }
  /** One object is wrong; the rest of the file stands. */
  | { readonly kind: 'problem'; readonly problem: SourceProblem; readonly of: UnreadableObject | null }
  /** The file as a whole cannot be trusted, entries before this one included. Always the last. */
  | { readonly kind: 'broken'; readonly problem: SourceProblem }

/**
 * The objects in the text of one file: documents of YAML 1.2, or values of JSON one after the other. Lists are
 * unpacked, empty documents are nothing. Lazy, so that a reader of large files can pause between entries. `mostWhole`:
 * characters of a document of YAML that is read in one go, as all are but Lists in blocks.
 */
export function* readManifests(
  text: string,
  file: string,
  kinds: Kinds = USUAL,
  mostWhole = Number.POSITIVE_INFINITY,
): Generator<ManifestEntry> {
  const documents = file.endsWith('.json') ? jsonDocuments(text) : yamlOrJson(text, mostWhole)
  for (const document of documents) {
    const place = document.line === null ? file : `${file}:${document.line}`
    const message = document.kind === 'broken' ? document.message : cutShort(document.value, place)
    if (message !== null) return yield { kind: 'broken', problem: { place, message } }
    yield* entriesOf(document, place, kinds)
  }
}

function* entriesOf(document: Document, place: string, kinds: Kinds): Generator<ManifestEntry> {
  if (document.kind === 'broken' || document.value === null || document.value === undefined) return
  const values = unpackList(document.value)
  const inList = values[0] !== document.value
  const { before = 0 } = document
  for (const [i, value] of values.entries()) {
    const name = [document.name, inList ? `item ${before + i + 1}` : '']
      .filter((part) => part !== '')
      .join(', ')
    if (!inList && isForeign(value, place)) yield { kind: 'skipped', what: NO_OBJECT }
    else yield entryOf(parseObject(value, kinds), name, place)
  }
}

/** As a kind: what was passed over, and what to do if it should not have been. */
export const NO_OBJECT = 'no Kubernetes object: it says neither apiVersion nor kind, write both if it is one'

/** Files of other programs, by their names: Chart.yaml has an apiVersion of Helm's own. */
const TOOLS_FILE =
  /(?:^|[/\\])(?:kustomization\.ya?ml|Chart\.ya?ml|values[\w.-]*\.(?:ya?ml|json)|package(?:-lock)?\.json)(?::\d+)?$/

/** What does not call itself an object of Kubernetes is none, and no fault of who put it there. */
function isForeign(value: unknown, place: string): boolean {
  if (!isFields(value)) return false
  const said = ['apiVersion', 'kind'].filter((field) => field in value).length
  return said === 0 || (said === 1 && TOOLS_FILE.test(place))
}

/** kubectl writes what a List is behind its items: without that it is half of one, however well-formed. */
function cutShort(value: unknown, place: string): string | null {
  const isCut =
    isFields(value) && 'apiVersion' in value && !('kind' in value) && Array.isArray(value['items'])
  return isCut && !isForeign(value, place) ? HALF_A_LIST : null
}

function entryOf(parsed: ParsedObject, name: string, place: string): ManifestEntry {
  switch (parsed.outcome) {
    case 'object':
      return { kind: 'object', object: parsed.object, place }
    case 'skipped':
      if (parsed.other !== undefined)
        return { kind: 'other', other: parsed.other, place, title: parsed.title ?? '' }
      return { kind: 'skipped', what: `${briefly(parsed.kind)} (${briefly(parsed.apiVersion)})` }
    case 'problem': {
      const message = name === '' ? parsed.problem : `${name}: ${parsed.problem}`
      return { kind: 'problem', problem: { place, message }, of: parsed.of }
    }
  }
}

const HALF_A_LIST = `items without a kind, as of a List that was cut short: write it whole, with kind: List; ${UNTIL_MENDED}`

/** A text of objects of JSON is read as such, whatever its file is called, as by kubectl. */
function* yamlOrJson(text: string, mostWhole: number): Generator<Document> {
  if (isJsonStream(text, /^\s*\{/)) return yield* jsonStream(text, mostWhole)
  const line = newlinesIn(text.slice(0, text.indexOf('{'))) + 1
  const list = hasMoreValues(text, mostWhole) ? undefined : jsonListOf(text, line - 1)
  if (list !== undefined)
    for (const some of list) yield some.kind === 'broken' ? some : { ...some, name: 'document 1', line }
  else {
    const whole = oneObject(text, mostWhole)
    if (whole === undefined) return yield* yamlDocuments(text, mostWhole)
    yield { ...whole, name: 'document 1', line }
  }
}

/** Byte order marks of files that were joined: where a document begins, they say nothing. */
const MARKS = /^\ufeff(?=---(?:\s|$))|(?<=^(?:---|\.\.\.)[ \t]*\r?\n)\ufeff/gm

function* yamlDocuments(text: string, mostWhole: number): Generator<Document> {
  let count = 0
  for (const part of documentsOf(text.replace(MARKS, ''))) {
    const list = longListIn(part)
    const head = list === undefined ? undefined : headOf(list, part)
    const whole = wholeOf(part, mostWhole)
    for (const document of list === undefined || head === undefined ? whole : itemsOf(list, head, whole)) {
      if (document.kind === 'broken') return yield document
      if (document.before === undefined || document.before === 0) count += 1
      yield { ...document, name: `document ${count}` }
    }
  }
}

/** The values of a text's documents, and where each begins. */
function* valuesIn({ text, above }: YamlPart): Generator<Document> {
  const lines = new LineCounter()
  const lineOf = (offset: number): number => above + lines.linePos(offset).line
  let line = above + 1
  try {
    for (const document of new Composer(AS_MANIFEST).compose(new Parser(lines.addNewLine).parse(text))) {
      line = lineOf((document.contents?.range ?? document.range)[0])
      const [error] = document.errors
      if (error !== undefined) return yield brokenYaml(yamlReason(error), lineOf(error.pos[0]))
      yield { kind: 'value', value: plainData(document), name: '', line }
    }
  } catch (error) {
    // Aliases that unfold without end, or go nowhere, are found only when values are made of nodes.
    yield { ...brokenYaml(yamlReason(error), line), isLost: !(error instanceof RangeError) }
  }
}

interface Head {
  readonly value: object
  readonly line: number | null
}

/** A List without its items; undefined: it is none, or is to be read whole to see what is wrong with it. */
function headOf({ head }: LongList, { above }: YamlPart): Head | undefined {
  const [document, ...more] = valuesIn({ text: head, above })
  if (document?.kind !== 'value' || more.length > 0) return undefined
  const { value, line } = document
  const isList = typeof value === 'object' && value !== null && unpackList(value).length === 0
  return isList ? { value, line } : undefined
}

/** What an alias stands for whose anchor is in no item beside it is known only to who reads the `whole`. */
function* itemsOf({ runs }: LongList, { value, line }: Head, whole: Iterable<Document>): Generator<Document> {
  for (const { before, ...run } of runs) {
    for (const document of valuesIn(run)) {
      if (document.kind === 'broken')
        return yield* document.isLost === true ? after(before, whole) : [document]
      yield { kind: 'value', value: { ...value, items: document.value }, name: '', line, before }
    }
  }
}

/** A List without its first items. */
function* after(before: number, whole: Iterable<Document>): Generator<Document> {
  for (const document of whole) {
    if (document.kind === 'broken') return yield document
    const { value } = document
    const items = isFields(value) && Array.isArray(value['items']) ? value['items'].slice(before) : []
    yield { ...document, value: isFields(value) ? { ...value, items } : value, before }
  }
}

function* wholeOf(part: YamlPart, mostWhole: number): Generator<Document> {
  if (part.text.length > mostWhole) yield overlong(part, mostWhole)
  else yield* valuesIn(part)
}
