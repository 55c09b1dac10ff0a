/** `yaml` blocks: what each is, told by its first line or by its shape. */
import { basename } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { allKeys } from '../../src/app/config/index.ts'
import { type Block, blocksOf, type Page, readPage } from './markdown.ts'

export interface YamlBlock {
  /** `foreign`: another program's, named by its title. */
  readonly kind: 'configuration' | 'manifest' | 'values' | 'foreign'
  /** From the comment in the first line: `# fixtures/demo/meridian.yaml, in part`. */
  readonly file: string | null
  /** The keys here stand in a file that has others. */
  readonly partial: boolean
  readonly text: string
  readonly documents: readonly unknown[]
  /** Of the block's first line. */
  readonly line: number
  readonly place: string
}

export const yamlBlocksOf = (page: Page): readonly YamlBlock[] =>
  blocksOf(page)
    .filter(({ language }) => language === 'yaml' || language === 'yml')
    .map((block) => read(page, block))

const TITLE = /^#\s*(\S+\.ya?ml)(?:(,\s*in part)|\s.*)?$/

function read({ path }: Page, { lines, line }: Block): YamlBlock {
  const place = `${path}:${line}`
  const text = `${lines.join('\n')}\n`
  const [, file = null, part] = TITLE.exec(lines[0] ?? '') ?? []
  const documents = parseAllDocuments(text, { merge: true })
  const [error] = documents.flatMap(({ errors }) => errors)
  if (error !== undefined) throw new Error(`${place}: ${error.message}`)
  const values = documents.map((document): unknown => document.toJS()).filter((value) => value !== null)
  const kind = kindOf(values, file, place)
  const partial = part !== undefined || (file === null && kind === 'configuration')
  return { kind, file, partial, text, documents: values, line, place }
}

const KEYS = new Set(allKeys().map(({ path }) => path.split(/[.[]/)[0]))

/** A title that promises configuration of Meridian. */
const OURS = /^(?:meridian|new)\b/

function kindOf(values: readonly unknown[], file: string | null, place: string): YamlBlock['kind'] {
  if (file !== null && basename(file).startsWith('values')) return 'values'
  if (values.every((value) => isRecord(value) && 'apiVersion' in value)) return 'manifest'
  const isConfiguration = values.every(
    (value) =>
      Array.isArray(value) ||
      (isRecord(value) && Object.keys(value).every((key) => KEYS.has(key) || key.startsWith('x-'))),
  )
  if (isConfiguration) return 'configuration'
  if (file !== null && !OURS.test(basename(file))) return 'foreign'
  throw new Error(
    `${place}: neither configuration nor manifests: its first line must be \`# values.yaml\` or so`,
  )
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const DEMO = 'fixtures/demo'

const demoConfiguration = (): Readonly<Record<string, unknown>> =>
  parse(readPage(`${DEMO}/meridian.yaml`).text)

/** A whole configuration that has what the block has: a part is laid over the demo's, key by key at the top. */
export function wholeConfiguration({
  partial,
  documents,
  place,
}: YamlBlock): Readonly<Record<string, unknown>> {
  const [value, ...more] = documents
  if (more.length > 0) throw new Error(`${place}: a configuration is one document`)
  const written = Array.isArray(value) ? { clusters: value } : value
  if (!isRecord(written)) throw new Error(`${place}: a configuration has keys`)
  if (!partial) return written
  const demo = demoConfiguration()
  const clusters = mergeById(demo['clusters'], written['clusters'])
  return { ...demo, ...written, clusters }
}

/** The demo's clusters with what a page says of them laid over, and those that only the page has. */
function mergeById(demo: unknown, written: unknown): readonly unknown[] {
  const old = listOf(demo)
  const own = listOf(written)
  const merged = old.map((one) => ({ ...one, ...own.find(({ id }) => id === one['id']) }))
  const more = own.filter(({ id }) => old.every((one) => one['id'] !== id))
  return [...merged, ...more.map((one) => ({ source: { manifests: './cluster-central' }, ...one }))]
}

const listOf = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isRecord) : []
