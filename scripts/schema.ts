// Writes what is derived from the configuration's schema: the JSON Schema for editors and for the chart, and the
// tables of the reference. `npm run schema`; a test holds both current.
import { readFileSync, writeFileSync } from 'node:fs'
import { allKeys, jsonSchema, type Key, OVERRIDES } from '../src/config/index.ts'

export const SCHEMA_FILE = new URL('../docs/meridian.schema.json', import.meta.url)
export const REFERENCE_FILE = new URL('../docs/reference/configuration.md', import.meta.url)

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
      const isList = top.schema.type === 'array'
      const rows = table(['key', 'default', 'meaning'], (isList ? [top, ...below] : below).map(row))
      return [`### ${top.path}`, ...(isList ? [] : [top.schema.description]), rows].join('\n\n')
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
  return typeof value === 'string' && /^[\w./~-]+$/.test(value) ? value : JSON.stringify(value)
}

const code = (text: string): string => `\`${text}\``

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')

if (import.meta.main) {
  writeFileSync(SCHEMA_FILE, schemaText())
  writeFileSync(REFERENCE_FILE, referenceText(readFileSync(REFERENCE_FILE, 'utf8')))
}
