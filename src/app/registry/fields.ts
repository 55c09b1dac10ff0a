import { isScalar, parseDocument } from 'yaml'
import { encodingProblemIn, whyNotYaml, withoutMark } from '../../sources/texts/index.ts'
import type { Labels } from '../../words/clusterset/index.ts'
import { isFields } from '../../words/kube/index.ts'
import { isEndless } from '../config/index.ts'
import type { Flaw } from './row.ts'

/** A field of an entry of `clusters` as an object has it: in its data, or in an annotation. */
export type Field = readonly [name: string, text: string]

const ANNOTATION = 'meridian-dns.io/'

/** Those that annotations `meridian-dns.io/<field>` are. */
export const annotatedFields = (annotations: Readonly<Record<string, string>>): readonly Field[] =>
  Object.entries(annotations)
    .filter(([name]) => name.startsWith(ANNOTATION))
    .map(([name, text]) => [name.slice(ANNOTATION.length), text])

/** The fields' values, and what of them cannot be read. `ifSource`: what is said of a `source`, which is none of theirs. */
export function fieldsIn(
  fields: readonly Field[],
  ifSource: string,
): { readonly values: Readonly<Record<string, unknown>>; readonly flaws: readonly Flaw[] } {
  const values = fields.map(([name, text]) => parseValue(name, text, ifSource))
  const entries = values.flatMap((value) => ('flaw' in value ? [] : [[value.name, value.value] as const]))
  return {
    values: Object.fromEntries(entries),
    flaws: values.flatMap((value) => ('flaw' in value ? [value.flaw] : [])),
  }
}

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
    const document = parseDocument(withoutMark(text), { logLevel: 'error', prettyErrors: false })
    for (const error of document.errors) throw error
    const value: unknown = document.toJS()
    if (isEndless(value)) return flawed('an alias stands inside what its own anchor marks', 'write it out')
    const meant = TEXTS.has(name) && (typeof value === 'number' || typeof value === 'boolean')
    return { name, value: meant ? sourceOf(document.contents) : value }
  } catch (error) {
    return flawed(`is not YAML: ${whyNotYaml(error)}`, 'write it as in an entry of clusters')
  }
}

/** A number or a truth value as it stands there: `0120` is no 80. */
const sourceOf = (contents: unknown): string | undefined => (isScalar(contents) ? contents.source : undefined)
