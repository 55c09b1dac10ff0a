import { Composer, LineCounter, Parser } from 'yaml'
import {
  type ExportGroup,
  type KubeObject,
  type Other,
  type ParsedObject,
  parseObject,
  type Unreadable,
  unpackList,
} from '../kube/index.ts'
import { plainData } from './plain-data.ts'
import type { Problem } from './types.ts'

/** One thing that a file of manifests says. */
export type Entry =
  | { readonly kind: 'object'; readonly object: KubeObject; readonly place: string }
  /** Of a kind that Meridian does not read, such as `Deployment (apps/v1)`. */
  | { readonly kind: 'skipped'; readonly what: string }
  /** Of one that looks as if it did. */
  | { readonly kind: 'other'; readonly other: Other; readonly place: string; readonly title: string }
  /** One object is wrong; the rest of the file stands. */
  | { readonly kind: 'problem'; readonly problem: Problem; readonly of: Unreadable | null }
  /** The file as a whole cannot be trusted, entries before this one included. Always the last. */
  | { readonly kind: 'broken'; readonly problem: Problem }

/**
 * The objects in the text of one file: documents of YAML 1.2, or JSON if `file` ends in `.json`. Lists are
 * unpacked, empty documents are nothing. Lazy, so that a reader of large files can pause between entries.
 */
export function* readManifests(
  text: string,
  file: string,
  groups: readonly ExportGroup[] = [],
): Generator<Entry> {
  for (const document of file.endsWith('.json') ? jsonDocument(text) : yamlDocuments(text)) {
    const place = document.line === null ? file : `${file}:${document.line}`
    if (document.kind === 'broken')
      return yield { kind: 'broken', problem: { place, message: document.message } }
    if (document.value !== null && document.value !== undefined) yield* entriesOf(document, place, groups)
  }
}

type Document =
  | { readonly kind: 'value'; readonly value: unknown; readonly name: string; readonly line: number | null }
  | { readonly kind: 'broken'; readonly message: string; readonly line: number | null }

function* entriesOf(
  document: Document & { kind: 'value' },
  place: string,
  groups: readonly ExportGroup[],
): Generator<Entry> {
  const values = unpackList(document.value)
  const inList = values[0] !== document.value
  for (const [i, value] of values.entries()) {
    const name = [document.name, inList ? `item ${i + 1}` : ''].filter((part) => part !== '').join(', ')
    yield entryOf(parseObject(value, groups), name, place)
  }
}

function entryOf(parsed: ParsedObject, name: string, place: string): Entry {
  switch (parsed.outcome) {
    case 'object':
      return { kind: 'object', object: parsed.object, place }
    case 'skipped':
      if (parsed.other !== undefined)
        return { kind: 'other', other: parsed.other, place, title: parsed.title ?? '' }
      return { kind: 'skipped', what: `${parsed.kind} (${parsed.apiVersion})` }
    case 'problem': {
      const message = name === '' ? parsed.problem : `${name}: ${parsed.problem}`
      return { kind: 'problem', problem: { place, message }, of: parsed.of }
    }
  }
}

const UNTIL_MENDED = 'nothing new is taken from this file until that is mended'

function* jsonDocument(text: string): Generator<Document> {
  try {
    yield { kind: 'value', value: JSON.parse(text), name: '', line: null }
  } catch (error) {
    const message = messageOf(error)
    const line = /\(line (\d+) /.exec(message)?.[1]
    yield {
      kind: 'broken',
      message: `JSON: ${message}; ${UNTIL_MENDED}`,
      line: line === undefined ? null : Number(line),
    }
  }
}

/** `merge`: manifests that people write use `<<`, as kubectl allows. */
// A warning of the parser would quote the text on standard error.
const YAML_OPTIONS = { version: '1.2', merge: true, logLevel: 'error' } as const

function* yamlDocuments(text: string): Generator<Document> {
  const lines = new LineCounter()
  const lineOf = (offset: number): number => lines.linePos(offset).line
  let count = 0
  let line = 1
  try {
    for (const document of new Composer(YAML_OPTIONS).compose(new Parser(lines.addNewLine).parse(text))) {
      count += 1
      line = lineOf((document.contents?.range ?? document.range)[0])
      const [error] = document.errors
      if (error !== undefined) return yield brokenYaml(error.message, lineOf(error.pos[0]))
      yield { kind: 'value', value: plainData(document), name: `document ${count}`, line }
    }
  } catch (error) {
    // Aliases that unfold without end, or go nowhere, are found only when values are made of nodes.
    yield brokenYaml(messageOf(error), line)
  }
}

const brokenYaml = (message: string, line: number): Document => ({
  kind: 'broken',
  message: `YAML: ${message}; ${UNTIL_MENDED}`,
  line,
})

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
