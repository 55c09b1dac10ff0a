import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  parseAllDocuments,
  type Scalar,
} from 'yaml'
import { repeatedKeysIn } from '../../../sources/texts/index.ts'
import { CommandFailure } from '../failure.ts'

/** A Kubernetes object as somebody wrote it: YAML or JSON, alone, in a List or among documents. */
export interface WrittenObject {
  readonly text: string
  readonly documents: readonly Document[]
  /** The document that the object is in, and where in it. */
  readonly document: Document
  readonly base: NodePath
}

export type NodePath = readonly (string | number)[]

/** Which object a filter is for. */
export interface ObjectFilter {
  readonly kind: string
  /** Of its API; empty: Kubernetes' own. */
  readonly group: string
  /** The one name that will do. */
  readonly name?: string
  /** The name it usually has, by which it is told from others. */
  readonly usual?: string
  /** What it must hold to be meant, where there are several. */
  readonly with?: NodePath
}

const REMEDY = 'pipe in what `kubectl get … -o yaml` prints'

export function refuse(problem: string, remedy: string): never {
  throw new CommandFailure(`standard input: ${problem}\n    ${remedy}`)
}

/** Throws a Failure unless there is one object of that kind, and of that name where only one will do. */
export function parseWritten(text: string, wanted: ObjectFilter): WrittenObject {
  if (text.trim() === '') refuse('there is nothing on it', REMEDY)
  const documents = parseDocuments(text)
  const problem = problemOf(text, documents)
  const objects = documents.flatMap((document) => objectsIn({ text, documents, document, base: [] }))
  if (problem !== undefined) refuse(problem, REMEDY)
  if (objects.length === 0) refuse('it is not one object in YAML or JSON', REMEDY)
  return chosen(objects, wanted)
}

/** Plain scalars stay as they are written: `yes`, `0x1F` and `1e3` are nobody's numbers here. */
function parseDocuments(text: string): readonly Document[] {
  const parsed = parseAllDocuments(text, {
    schema: 'failsafe',
    uniqueKeys: false,
    logLevel: 'error',
    keepSourceTokens: true,
  })
  return 'empty' in parsed ? [] : parsed
}

/** The same object after a change of the text that left its place alone. */
export function withText(written: WrittenObject, text: string): WrittenObject | undefined {
  const documents = parseDocuments(text)
  const document = documents[written.documents.indexOf(written.document)]
  if (document === undefined || problemOf(text, documents) !== undefined) return undefined
  return { text, documents, document, base: written.base }
}

const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length

function problemOf(text: string, documents: readonly Document[]): string | undefined {
  const [repeated] = documents.flatMap(repeatedKeysIn)
  const message = documents.flatMap(({ errors }) => errors)[0]?.message.split('\n')[0]
  if (message === undefined)
    return repeated === undefined
      ? undefined
      : `it has the same key twice in one mapping, the second time in line ${lineOf(text, repeated)}`
  return message.includes('flow-map-start at node end')
    ? 'it is several objects in JSON, one after the other'
    : `it is not one object in YAML or JSON: ${message.replace(/:$/, '')}`
}

/** The one object of a document, or those of a List. */
function objectsIn(written: WrittenObject): readonly WrittenObject[] {
  const items = writtenNodeAt(written, ['items'])
  if (!isMap(written.document.contents)) return []
  if (!/List$/.test(kindOf(written) ?? '') || !isSeq(items)) return [written]
  return items.items.map((_, i) => ({ ...written, base: ['items', i] }))
}

function chosen(objects: readonly WrittenObject[], wanted: ObjectFilter): WrittenObject {
  const matching = objects.filter((object) => isWanted(object, wanted))
  const holding = matching.filter((object) => wanted.with && writtenNodeAt(object, wanted.with) !== undefined)
  const likely = holding.length > 0 ? holding : matching
  const usual = likely.filter((object) => nameOf(object) === wanted.usual)
  const [first, ...others] = usual.length === 1 ? usual : likely
  if (first === undefined) return refuseAll(objects, wanted)
  if (others.length === 0) return first
  return refuse(
    `it holds ${likely.length} objects that may be meant: ${likely.map(nameOf).join(', ')}`,
    'pipe in the one that the DNS server reads',
  )
}

function refuseAll(objects: readonly WrittenObject[], wanted: ObjectFilter): never {
  const text = wanted.name === undefined ? `a ${wanted.kind}` : `the ${wanted.kind} ${wanted.name}`
  const api = wanted.group === '' ? "Kubernetes' own" : wanted.group
  const [object] = objects
  const remedy = `pipe in what \`kubectl get\` prints of ${text}${wanted.group === '' ? '' : ` (${api})`}`
  if (object === undefined || objects.length > 1)
    return refuse(`none of the ${objects.length} objects on it is ${text}`, remedy)
  const [kind, group] = [kindOf(object), groupOf(object)]
  if (kind === undefined) return refuse(`it is no Kubernetes object, not ${text}`, remedy)
  if (kind !== wanted.kind || group === wanted.group || group === undefined)
    return refuse(`it is the ${kind} ${nameOf(object)}, not ${text}`, remedy)
  return refuse(`it is the ${kind} ${nameOf(object)} of ${group || "Kubernetes' own"}, not of ${api}`, remedy)
}

/** The API server takes no object without its API; people's excerpts have none. */
const isWanted = (object: WrittenObject, { kind, group, name }: ObjectFilter): boolean =>
  kindOf(object) === kind &&
  (groupOf(object) ?? group) === group &&
  (name === undefined || nameOf(object) === name)

/** Objects of a ConfigMapList may leave theirs out. */
function kindOf(object: WrittenObject): string | undefined {
  const list = object.document.get('kind')
  const outer = object.base.length > 0 && typeof list === 'string' ? list.replace(/List$/, '') : ''
  return textAt(object, ['kind']) ?? (outer === '' ? undefined : outer)
}

const groupOf = (object: WrittenObject): string | undefined =>
  textAt(object, ['apiVersion'])?.replace(/(^|\/)[^/]*$/, '')

const nameOf = (object: WrittenObject): string | undefined => textAt(object, ['metadata', 'name'])

export function writtenNodeAt({ document, base }: WrittenObject, path: NodePath): Node | undefined {
  const node = document.getIn([...base, ...path], true)
  return isNode(node) ? node : undefined
}

/** Undefined for what is not there, and for what is no text; null is none. */
export function textAt(written: WrittenObject, path: NodePath): string | undefined {
  const node = writtenNodeAt(written, path)
  if (!isScalar(node) || typeof node.value !== 'string') return undefined
  return isNull(node) ? '' : node.value
}

export function writtenValueAt(written: WrittenObject, path: NodePath): unknown {
  return writtenNodeAt(written, path)?.toJS(written.document)
}

export const isNull = ({ type, value }: Scalar): boolean =>
  type === 'PLAIN' && typeof value === 'string' && ['', '~', 'null', 'Null', 'NULL'].includes(value)
