import { type Document, isScalar, parseDocument, visit } from 'yaml'
import {
  encodingProblemIn,
  FIELDS_BOUND,
  marksIn,
  whyNotYaml,
  withoutMark,
} from '../../sources/texts/index.ts'
import { remembered } from '../../values/table/index.ts'
import type { Labels } from '../../words/clusterset/index.ts'
import { briefly, isFields, type KubeObject, type RowOf } from '../../words/kube/index.ts'
import { isEndless } from '../config/index.ts'
import type { Flaw } from './row.ts'

/** A field of an entry of `clusters` as an object has it: in its data, or in an annotation. */
export type Field = readonly [name: string, text: string]

const ANNOTATION = 'meridian-dns.io/'

/** Those that annotations `meridian-dns.io/<field>` are. */
const annotatedFields = (annotations: Readonly<Record<string, string>>): readonly Field[] =>
  Object.entries(annotations)
    .filter(([name]) => name.startsWith(ANNOTATION))
    .map(([name, text]) => [name.slice(ANNOTATION.length), text])

/** What fields of one cluster say. */
export interface FieldValues {
  readonly values: Readonly<Record<string, unknown>>
  /** What of them cannot be read. */
  readonly flaws: readonly Flaw[]
}

/**
 * The fields' values. Together they are parsed as far as `FIELDS_BOUND` allows, since a whole object of YAML would hold up
 * everybody. `ifSource`: what is said of a `source`, which is none of theirs.
 */
export function fieldsIn(fields: readonly Field[], ifSource: string): FieldValues {
  const { taken, flaws } = withinBound(fields)
  const values = taken.map(([name, text]) => parseValue(name, text, ifSource))
  const entries = values.flatMap((value) => ('flaw' in value ? [] : [[value.name, value.value] as const]))
  return {
    values: Object.fromEntries(entries),
    flaws: [...values.flatMap((value) => ('flaw' in value ? [value.flaw] : [])), ...flaws],
  }
}

/** Those of an object's annotations, worked out once for each object that is annotated with them. */
export const annotatedWith = (
  ifSource: string,
): ((annotations: Readonly<Record<string, string>>) => FieldValues) =>
  remembered((annotations) => fieldsIn(annotatedFields(annotations), ifSource))

/** A registry's `prepare`, of which each object of a kind is a cluster. */
export const preparing =
  <T extends KubeObject & { readonly annotations: Readonly<Record<string, string>> }>(
    { is }: Pick<RowOf<T>, 'is'>,
    annotated: (annotations: T['annotations']) => FieldValues,
  ) =>
  (object: KubeObject): number => {
    if (!is(object)) return 0
    annotated(object.annotations)
    return 1
  }

/** The first fields that are not too much together; a flaw for the first that is, beyond which none is looked at. */
function withinBound(fields: readonly Field[]): {
  readonly taken: readonly Field[]
  readonly flaws: readonly Flaw[]
} {
  let { characters, marks } = FIELDS_BOUND
  for (const [i, [name, text]] of fields.entries()) {
    characters -= name.length + text.length
    if (characters >= 0) marks -= 1 + marksIn(text, marks)
    if (characters < 0 || marks < 0) return { taken: fields.slice(0, i), flaws: [excessive(name)] }
  }
  return { taken: fields, flaws: [] }
}

const excessive = (name: string): Flaw => ({
  problem: `${briefly(name)}: is too long: the fields of a cluster have ${FIELDS_BOUND.characters} characters and ${FIELDS_BOUND.marks} values and lines at most, all of its object together`,
  remedy: 'leave what an entry of clusters needs',
})

/** With labels of the object itself, of which those written as a field win. */
export function withLabels(
  written: Readonly<Record<string, unknown>>,
  own: Labels,
): Readonly<Record<string, unknown>> {
  const { labels = {} } = written
  if (own.size === 0 || !isFields(labels)) return written
  return { ...written, labels: { ...Object.fromEntries(own), ...labels } }
}

/** What objects call a cluster is said where it is annotated with another id than that. */
export const calledIn = (
  values: Readonly<Record<string, unknown>>,
  name: string,
): { readonly name?: string } => (values['id'] === undefined || values['id'] === name ? {} : { name })

/** Fields that are texts, though YAML might take theirs for a number or a truth value. */
const TEXTS: ReadonlySet<string> = new Set(['id', 'locality', 'network', 'reach'])

type Value = { readonly name: string; readonly value: unknown } | { readonly flaw: Flaw }

function parseValue(name: string, text: string, ifSource: string): Value {
  const flawed = (problem: string, remedy: string): Value => ({
    flaw: { problem: `${name}: ${problem}`, remedy },
  })
  if (name === 'source') return flawed(ifSource, 'leave it out')
  const strange = encodingProblemIn(text)
  if (strange !== undefined) return flawed(strange.problem, strange.remedy)
  try {
    const document = parseDocument(withoutMark(text), AS_FIELD)
    for (const error of document.errors) throw error
    if (hasRepeatedKey(document)) return flawed(REPEATED, 'write it as in an entry of clusters')
    const value: unknown = document.toJS()
    if (isEndless(value)) return flawed('an alias stands inside what its own anchor marks', 'write it out')
    const meant = TEXTS.has(name) && (typeof value === 'number' || typeof value === 'boolean')
    return { name, value: meant ? sourceOf(document.contents) : value }
  } catch (error) {
    return flawed(`is not YAML: ${whyNotYaml(error)}`, 'write it as in an entry of clusters')
  }
}

/** Whether keys repeat is seen to here: the parser compares each with all before it. */
const AS_FIELD = { logLevel: 'error', prettyErrors: false, uniqueKeys: false } as const

const REPEATED = 'is not YAML: Map keys must be unique'

function hasRepeatedKey(document: Document): boolean {
  let isRepeated = false
  visit(document, {
    Map: (_key, { items }) => {
      const keys = items.flatMap(({ key }) => (isScalar(key) ? [key.value] : []))
      isRepeated ||= new Set(keys).size < keys.length
      return isRepeated ? visit.BREAK : undefined
    },
  })
  return isRepeated
}

/** A number or a truth value as it stands there: `0120` is no 80. */
const sourceOf = (contents: unknown): string | undefined => (isScalar(contents) ? contents.source : undefined)
