import { bugSentence } from './bug.ts'
import { keyOf } from './keys.ts'
import { type Kinds, USUAL } from './kinds.ts'
import { metaOf } from './meta.ts'
import {
  at,
  type Fields,
  isAbsent,
  isBlank,
  isFields,
  type Left,
  MOST_LEFT,
  NarrowingError,
  show,
} from './narrow.ts'
import type { KubeObject, UnreadableObject } from './object-types.ts'
import { type Other, otherKind } from './others.ts'
import { briefly } from './printable.ts'
import type { KindRow } from './row.ts'

/** What a value turned out to be. */
export type ParsedObject =
  | { readonly outcome: 'object'; readonly object: KubeObject }
  /** Of a kind, or a version of it, that Meridian does not read; `other`: somebody may think that it does. */
  | {
      readonly outcome: 'skipped'
      readonly kind: string
      readonly apiVersion: string
      readonly other?: Other
      /** The object's `namespace/name`, as far as it says so much. */
      readonly title?: string
    }
  /** `problem` says which object, where in it, and what would be right; `of` is null if even its name is wrong. */
  | { readonly outcome: 'problem'; readonly problem: string; readonly of: UnreadableObject | null }

/**
 * An object as `kubectl get -o yaml` prints it, or an API server sends it, narrowed to what Meridian reads. A value in
 * it that is wrong costs no more than it must: one of a list itself, one that says what the object is the object.
 * `kinds`: those that are read.
 */
export function parseObject(value: unknown, kinds: Kinds = USUAL): ParsedObject {
  if (!isFields(value)) return faulty(`${show(value)} is not a Kubernetes object`)
  const { apiVersion, kind, items } = value
  if (typeof kind !== 'string') return faulty(`${title('an object', value)}: kind is missing or not text`)
  if (typeof apiVersion !== 'string')
    return faulty(`${title(kind, value)}: apiVersion is missing or not text`)
  if (isListKind(kind) && !isAbsent(items))
    return faulty(`${briefly(kind)}: items: ${show(items)} is not a list`)
  const row = kinds.of(apiVersion, kind)
  if (row !== undefined) return parseAs(row, value)
  const meant = kinds.meant(apiVersion, kind)
  if (meant === undefined) return skipped(briefly(apiVersion), briefly(kind), value)
  return faulty(`${title(kind, value)}: there is no such kind in ${briefly(apiVersion)}; write ${meant}`)
}

function skipped(apiVersion: string, kind: string, value: Fields): ParsedObject {
  const other = otherKind(apiVersion, kind)
  const head = { outcome: 'skipped', kind, apiVersion } as const
  return other === undefined ? head : { ...head, other, title: nameOf(value) }
}

/** `List`, `ServiceList`, …: the objects inside, lists in them unpacked too; any other value alone. */
export function unpackList(value: unknown): readonly unknown[] {
  return isFields(value) ? [...unpacked(value, new Set())] : [value]
}

/** The same of a value that is known to be of a kind, whatever it says of itself: an API server sent it as one. */
export function parseAs(row: KindRow, fields: Fields): Exclude<ParsedObject, { outcome: 'skipped' }> {
  try {
    const left: Left = []
    const value = row.parse(metaOf(fields, row.identity, left), fields, left)
    if (left.length === 0) return { outcome: 'object', object: value }
    return { outcome: 'object', object: { ...value, flaws: problemsIn(titleOf(row, fields), left) } }
  } catch (error) {
    return refuseAs(row, fields, sentenceOf(error))
  }
}

/** An object that cannot be read, because of what `sentence` says. */
export function refuseAs(
  row: KindRow,
  fields: Fields,
  sentence: string,
): Extract<ParsedObject, { outcome: 'problem' }> {
  const problem = `${titleOf(row, fields)}: ${sentence}`
  return { outcome: 'problem', problem, of: unreadable(row, fields, problem) }
}

function problemsIn(title: string, left: readonly NarrowingError[]): readonly string[] {
  const flaws = left.slice(0, MOST_LEFT).map(({ sentence }) => `${title}: ${sentence}; it is left out`)
  const more = left.length > MOST_LEFT ? [`${title}: more of it is wrong, and left out too`] : []
  return [...new Set([...flaws, ...more])]
}

/** Any other error is ours: the object that brings it out is one that cannot be read, and no more. */
const sentenceOf = (error: unknown): string =>
  error instanceof NarrowingError ? error.sentence : bugSentence(error)

const faulty = (problem: string): ParsedObject => ({
  outcome: 'problem',
  problem,
  of: null,
})

function unreadable(
  { kind, identity, servicesIn }: KindRow,
  fields: Fields,
  problem: string,
): UnreadableObject | null {
  // What is wrong with it is told already.
  const left: Left = []
  const named = orNull(() => at(fields, 'metadata', identity, left))
  if (named === null) return null
  const [service = null, ...others] = orNull(() => servicesIn(fields, named, left)) ?? []
  const head = { kind, key: keyOf(named), service, problem }
  return others.length === 0 ? head : { ...head, others }
}

function orNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}

/** `Service shop/cart`, as far as the object says so much. */
const title = (kind: string, fields: Fields): string => `${briefly(kind)} ${nameOf(fields)}`

const titleOf = ({ kind, served: { namespaced } }: KindRow, fields: Fields): string =>
  `${kind} ${nameOf(fields, namespaced)}`

function nameOf(fields: Fields, isNamespaced = true): string {
  const metadata = isFields(fields['metadata']) ? fields['metadata'] : {}
  const { name } = metadata
  const namespace = isBlank(metadata['namespace']) ? 'default' : metadata['namespace']
  if (typeof name !== 'string') return 'without a name'
  if (!isNamespaced) return briefly(name)
  return typeof namespace === 'string' ? `${briefly(namespace)}/${briefly(name)}` : briefly(name)
}

const isListKind = (kind: string): boolean => kind.endsWith('List')

/** `seen`: YAML aliases can put a list inside itself. */
function* unpacked(value: Fields, seen: Set<unknown>): Generator<unknown> {
  const { kind, items } = value
  const isList = typeof kind === 'string' && isListKind(kind) && (Array.isArray(items) || items === null)
  if (!isList) return yield value
  if (seen.has(value)) return
  seen.add(value)
  for (const item of items ?? []) {
    if (isFields(item)) yield* unpacked(named(item, value, kind.slice(0, -'List'.length)), seen)
    else yield item
  }
}

/** API servers leave kind and apiVersion out of the items of a `ServiceList`. */
function named(item: Fields, { apiVersion }: Fields, kind: string): Fields {
  return item['kind'] === undefined && kind !== '' ? { apiVersion, kind, ...item } : item
}
