// Writes what is derived from the configuration's schema and from the chart's values: the JSON Schemas for editors and
// for Helm, and the tables of the references. `npm run schema`; tests hold them current.
import { readFileSync, writeFileSync } from 'node:fs'
import { allKeys, jsonSchema, type Key, OVERRIDES } from '../src/app/config/index.ts'
import { type Value, valueGroups, valuesSchema } from './chart.ts'

export const SCHEMA_FILE = new URL('../docs/meridian.schema.json', import.meta.url)
export const REFERENCE_FILE = new URL('../docs/reference/configuration.md', import.meta.url)
export const VALUES_FILE = new URL('../chart/values.yaml', import.meta.url)
export const VALUES_SCHEMA_FILE = new URL('../chart/values.schema.json', import.meta.url)
export const CHART_REFERENCE_FILE = new URL('../docs/reference/chart.md', import.meta.url)

/** The JSON Schema as it is shipped. */
export function schemaText(): string {
  const { $schema, ...schema } = jsonSchema()
  const head = {
    $schema,
    $id: 'https://meridian-dns.io/schema/meridian.json',
    title: 'meridian.yaml',
    description: 'Configuration of Meridian, cross-cluster service discovery for Kubernetes.',
  }
  return `${JSON.stringify({ ...head, ...schema }, null, 2)}\n`
}

/** What Helm holds values against. */
export const valuesSchemaText = (): string => `${JSON.stringify(valuesSchema(), null, 2)}\n`

/** The chart's reference with its tables written anew; the rest of it stays. */
export const chartReferenceText = (current: string, values: string): string =>
  between(current, 'values', valueTables(values))

function valueTables(values: string): string {
  const sections = valueGroups(values)
  const single = sections.filter(({ below }) => below.length === 0).map(({ top }) => top)
  const grouped = sections.filter(({ below }) => below.length > 0)
  return [
    ...grouped.map(({ top, below }) =>
      [`### ${top.path}`, ...(top.meaning === '' ? [] : [top.meaning]), valueTable(below)].join('\n\n'),
    ),
    `### The rest\n\n${valueTable(single)}`,
  ].join('\n\n')
}

const valueTable = (values: readonly Value[]): string =>
  table(
    ['value', 'default', 'meaning'],
    values.map(({ path, standard, meaning }) => [
      code(path),
      standard === undefined ? '' : code(flow(standard)),
      meaning,
    ]),
  )

/** The reference with its generated parts written anew; the rest of it stays. */
export const referenceText = (current: string): string =>
  between(between(current, 'overrides', overrideTable()), 'keys', keyTables())

function between(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}: npm run schema -->`, `<!-- /${name} -->`]
  const [before, rest] = text.split(start)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`the reference has lost its mark ${start}`)
  return `${before}${start}\n\n${content}\n\n${end}${after}`
}

const overrideTable = (): string =>
  table(
    ['key', 'environment', 'flag'],
    OVERRIDES.map(({ path, env, flag, argument }) => [
      code(path.join('.')),
      code(env),
      code(`${flag} ${argument}`),
    ]),
  )

function keyTables(): string {
  const keys = allKeys()
  return keys
    .filter(({ path }) => !/[.[]/.test(path))
    .map((top) => {
      const below = keys.filter(
        ({ path }) => path.startsWith(`${top.path}.`) || path.startsWith(`${top.path}[`),
      )
      const isKey = top.schema.type === 'array' || below.length === 0
      const rows = table(['key', 'default', 'meaning'], (isKey ? [top, ...below] : below).map(row))
      return [`### ${top.path}`, ...(isKey ? [] : [top.schema.description]), rows].join('\n\n')
    })
    .join('\n\n')
}

const row = ({ path, schema, required }: Key): readonly string[] => {
  const [example] = schema.examples ?? []
  const meaning = [
    schema.description ?? '',
    rangeOf(schema),
    example === undefined ? '' : `Example: ${code(flow(example))}`,
  ]
  return [code(path), defaultOf(schema.default, required), meaning.filter((part) => part !== '').join(' ')]
}

function rangeOf({ minimum, maximum, enum: values }: Key['schema']): string {
  if (values !== undefined) return `One of ${values.map((value) => code(flow(value))).join(', ')}.`
  return minimum === undefined ? '' : `From ${minimum} to ${maximum}.`
}

function defaultOf(value: unknown, required: boolean): string {
  if (required) return 'required'
  return value === undefined || isEmptyMapping(value) ? '' : code(flow(value))
}

const isEmptyMapping = (value: unknown): boolean => JSON.stringify(value) === '{}'

/** A value as one line of YAML. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([name, inner]) => `${flow(name)}: ${flow(inner)}`)
      .join(', ')}}`
  }
  return typeof value === 'string' && /^(?!\d+$)[\w./~-]+$/.test(value) ? value : JSON.stringify(value)
}

const code = (text: string): string => `\`${text}\``

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')

if (import.meta.main) {
  writeFileSync(SCHEMA_FILE, schemaText())
  writeFileSync(REFERENCE_FILE, referenceText(readFileSync(REFERENCE_FILE, 'utf8')))
  writeFileSync(VALUES_SCHEMA_FILE, valuesSchemaText())
  const [chart, values] = [CHART_REFERENCE_FILE, VALUES_FILE].map((file) => readFileSync(file, 'utf8'))
  writeFileSync(CHART_REFERENCE_FILE, chartReferenceText(chart ?? '', values ?? ''))
}
