import { type Document, isMap, isNode, isScalar, parseDocument, type Scalar } from 'yaml'
import { Failure } from '../failure.ts'

/** A Kubernetes object as somebody wrote it: YAML or JSON, whose comments and layout are worth keeping. */
export interface Written {
  readonly text: string
  readonly isJson: boolean
  readonly document: Document
}

type Path = readonly (string | number)[]

export function parseWritten(text: string): Written {
  if (text.trim() === '') refuse('there is nothing on it', 'pipe in what `kubectl get … -o yaml` prints')
  const isJson = text.trimStart().startsWith('{')
  const document = parse(text, isJson)
  const [error] = document.errors
  if (error !== undefined || !isMap(document.contents))
    refuse(
      `it is not one object in YAML or JSON${error === undefined ? '' : `: ${error.message.split('\n')[0]}`}`,
      'pipe in what `kubectl get … -o yaml` prints',
    )
  return { text, isJson, document }
}

/** Plain scalars of YAML stay as they are written: `yes`, `0x1F` and `1e3` are nobody's numbers here. */
const parse = (text: string, isJson: boolean): Document =>
  parseDocument(text, isJson ? { logLevel: 'error' } : { schema: 'failsafe', logLevel: 'error' })

export function refuse(problem: string, remedy: string): never {
  throw new Failure(`standard input: ${problem}\n    ${remedy}`)
}

/** Throws a Failure unless the object is of that kind, and has that name where only one will do. */
export function expectObject(written: Written, kind: string, name?: string): void {
  const [found, named] = [textAt(written, ['kind']), textAt(written, ['metadata', 'name'])]
  if (found === kind && (name === undefined || named === name)) return
  const wanted = name === undefined ? `a ${kind}` : `the ${kind} ${name}`
  refuse(
    `it is ${found === undefined ? 'no Kubernetes object' : `the ${found} ${named}`}, not ${wanted}`,
    `pipe in what \`kubectl get\` prints of ${wanted}`,
  )
}

export function textAt({ document }: Written, path: Path): string | undefined {
  const value = document.getIn(path)
  return typeof value === 'string' ? value : undefined
}

export function valueAt({ document }: Written, path: Path): unknown {
  const node = document.getIn(path, true)
  return isNode(node) ? node.toJS(document) : undefined
}

/** The text with this in place of what stands there. Where text replaces text, all else is kept octet by octet. */
export function put(written: Written, path: Path, value: unknown): Written {
  const node = written.document.getIn(path, true)
  return parseWritten(
    isScalar(node) && typeof value === 'string'
      ? spliced(written, node, value)
      : rewritten(written, (document) => document.setIn(path, document.createNode(value))),
  )
}

/** The text without it, and without what held nothing besides. */
export function drop(written: Written, path: Path): Written {
  return parseWritten(
    rewritten(written, (document) => {
      document.deleteIn(path)
      const parent = document.getIn(path.slice(0, -1), true)
      if (typeof parent === 'object' && parent !== null && 'items' in parent && isEmpty(parent.items))
        document.deleteIn(path.slice(0, -1))
    }),
  )
}

const isEmpty = (items: unknown): boolean => Array.isArray(items) && items.length === 0

function rewritten({ text, isJson }: Written, edit: (document: Document) => void): string {
  const document = parse(text, isJson)
  edit(document)
  if (isJson) return `${JSON.stringify(document.toJS(), null, 4)}\n`
  // kubectl's lists stand below their key without an indent.
  return document.toString({ lineWidth: 0, indentSeq: !/^( *)[\w.-]+:\n\1- /m.test(text) })
}

function spliced({ text }: Written, { range, type }: Scalar, value: string): string {
  const [start, end] = range ?? [0, 0]
  const old = text.slice(start, end)
  const quoted = old.endsWith('\n') ? `${JSON.stringify(value)}\n` : JSON.stringify(value)
  const by = type === 'BLOCK_LITERAL' ? (literal(value, indentOf(old)) ?? quoted) : quoted
  return text.slice(0, start) + by + text.slice(end)
}

const indentOf = (block: string): string => /\n( +)\S/.exec(block)?.[1] ?? ''

/** A block scalar; undefined for what cannot be one: control characters, and beginnings that look like an indent. */
function literal(value: string, indent: string): string | undefined {
  if (indent === '' || !/^[^\s]/.test(value) || /[^\P{Cc}\t\n]|[\u2028\u2029\ufeff]/u.test(value))
    return undefined
  const chomping = value.endsWith('\n') ? (/\n\s*\n$/.test(value) ? '+' : '') : '-'
  const lines = value.replace(/\n$/, '').split('\n')
  return `|${chomping}\n${lines.map((line) => `${line === '' ? '' : indent + line}\n`).join('')}`
}
