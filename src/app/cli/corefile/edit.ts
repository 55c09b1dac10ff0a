import { isDeepStrictEqual } from 'node:util'
import { isCollection, isMap, isScalar, isSeq, type Scalar } from 'yaml'
import { dropped } from './drop.ts'
import { inserted, prepended, withNodeReplaced } from './insert.ts'
import { eolOf, lineStart, rangeOf } from './nodes.ts'
import { type Splice, spliced } from './scalar.ts'
import {
  type NodePath,
  refuse,
  type WrittenObject,
  withText,
  writtenNodeAt,
  writtenValueAt,
} from './written.ts'

/**
 * Changes of an object in the text that somebody wrote, byte by byte but for what is meant: every change is read
 * again, and holds only if it says what it should, and all else what it said.
 */

/** A change of one text: the first of these that it can be written with, and the text that it makes. */
export function splice(written: WrittenObject, path: NodePath, splices: readonly Splice[]): WrittenObject {
  const node = writtenNodeAt(written, path)
  if (!isScalar(node)) return refuseEdit(path)
  const value = String(node.value)
  const after = ({ from, to, text }: Splice) => value.slice(0, from) + text + value.slice(to)
  const attempts = splices.flatMap((one) => {
    const by = spliced(sourceOf(written, node), node, one, aroundOf(written, node))
    return by === undefined ? [] : [{ by, value: after(one) }]
  })
  const [first] = splices
  const whole = first === undefined ? [] : [{ by: quoted(written, node, after(first)), value: after(first) }]
  for (const { by, value } of [...attempts, ...whole]) {
    const changed = checked(written, path, withSource(written, node, by), SAME)
    if (changed !== undefined && writtenValueAt(changed, path) === value) return changed
  }
  return refuseEdit(path)
}

/** The text with this in place of what stands there; or with it, and with what has to hold it. */
export function put(written: WrittenObject, path: NodePath, value: unknown): WrittenObject {
  const node = writtenNodeAt(written, path)
  if (isScalar(node) && typeof value === 'string')
    return splice(written, path, splicesBetween(String(node.value), value))
  const isThere = isCollection(node) && node.items.length > 0
  const texts = isThere ? [withNodeReplaced(written, node, value)] : inserted(written, path, value)
  return firstGood(written, path, texts, { before: isThere, after: true }, value)
}

/** What differs, or all of it. */
function splicesBetween(before: string, after: string): readonly Splice[] {
  const most = Math.min(before.length, after.length)
  const from = countWhile(most, (i) => before[i] === after[i])
  const same = countWhile(most - from, (i) => before.at(-1 - i) === after.at(-1 - i))
  return [
    { from, to: before.length - same, text: after.slice(from, after.length - same) },
    { from: 0, to: before.length, text: after },
  ]
}

function countWhile(most: number, holds: (i: number) => boolean): number {
  let i = 0
  while (i < most && holds(i)) i += 1
  return i
}

/** The text with this as the first of a list. */
export function prepend(written: WrittenObject, path: NodePath, value: unknown): WrittenObject {
  const list = writtenNodeAt(written, path)
  if (isMap(list) && list.items.length > 0) return refuseEdit(path)
  if (!isSeq(list) || list.items.length === 0) return put(written, path, [value])
  const texts = [prepended(written, list, value)]
  return firstGood(written, [...path, 0], texts, { before: false, after: true }, value)
}

/** The text without it, and without what was made to hold it. */
export const drop = (written: WrittenObject, path: NodePath): WrittenObject =>
  firstGood(written, path, [dropped(written, path)], { before: true, after: false }, undefined)

/** Whether something stands in the place that is changed. */
interface There {
  readonly before: boolean
  readonly after: boolean
}

function firstGood(
  written: WrittenObject,
  path: NodePath,
  texts: readonly (string | undefined)[],
  there: There,
  value: unknown,
): WrittenObject {
  for (const text of texts) {
    const changed = text === undefined ? undefined : checked(written, path, text, there)
    if (changed !== undefined && (!there.after || isDeepStrictEqual(writtenValueAt(changed, path), value)))
      return changed
  }
  return refuseEdit(path)
}

const SAME: There = { before: true, after: true }

const refuseEdit = (path: NodePath): never =>
  refuse(
    `${path.join('.')} cannot be changed without changing more`,
    'write what holds it as plain maps and lists, without anchors, aliases and tags',
  )

const sourceOf = ({ text }: WrittenObject, node: Scalar): string => text.slice(...rangeOf(node))

const aroundOf = ({ text }: WrittenObject, node: Scalar) => {
  const [start] = rangeOf(node)
  const [, lead = ''] = /^([ -]*)/.exec(text.slice(lineStart(text, start), start)) ?? []
  return { eol: eolOf(text), indent: `${' '.repeat(lead.length)}  ` }
}

function withSource({ text }: WrittenObject, node: Scalar, by: string): string {
  const [start, end] = rangeOf(node)
  return text.slice(0, start) + by + text.slice(end)
}

const quoted = (written: WrittenObject, node: Scalar, value: string): string => {
  const source = sourceOf(written, node)
  const [before] = source === '' ? [' '] : ['']
  return before + JSON.stringify(value) + (source.endsWith('\n') ? eolOf(written.text) : '')
}

/** Undefined if the text is not one of such objects any more, or if more than that place is different. */
function checked(
  written: WrittenObject,
  path: NodePath,
  text: string,
  there: There,
): WrittenObject | undefined {
  const changed = withText(written, text)
  if (changed === undefined) return undefined
  const [before, after] = [restOf(written, path, there.before), restOf(changed, path, there.after)]
  return before !== undefined && isDeepStrictEqual(before, after) ? changed : undefined
}

/** What all documents say but for that place; undefined for aliases without an end. */
function restOf({ documents, document, base }: WrittenObject, path: NodePath, isThere: boolean): unknown {
  try {
    return documents.map((one) =>
      one === document ? without(one.toJS(), [...base, ...path], isThere) : one.toJS(),
    )
  } catch {
    return undefined
  }
}

/** Nor with what holds nothing. */
function without(value: unknown, [key, ...rest]: NodePath, isThere: boolean): unknown {
  if (key === undefined) return isThere ? undefined : value
  if (Array.isArray(value) && (rest.length > 0 || isThere)) {
    const [inner] = value.slice(Number(key), Number(key) + 1).map((item) => without(item, rest, isThere))
    return value.toSpliced(Number(key), 1, ...(isEmpty(inner) ? [] : [inner]))
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const inner = new Map<string, unknown>(Object.entries(value))
  const held = without(inner.get(String(key)), rest, isThere)
  if (isEmpty(held)) inner.delete(String(key))
  else inner.set(String(key), held)
  return Object.fromEntries(inner)
}

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === 'string' && ['', '~', 'null', 'Null', 'NULL'].includes(value)) ||
  (typeof value === 'object' && Object.keys(value).length === 0)
