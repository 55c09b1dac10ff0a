import type { z } from 'zod'
import type { Path } from './problems.ts'
import { valueAt } from './values-at.ts'
import { isRecord } from './yaml.ts'

/** What is right of a document that its schema refuses, with the defaults in place of what is not. */
export interface Salvaged<T> {
  readonly written: T
  /** What was taken out, in the document as it was. */
  readonly lost: readonly Path[]
  /** A path in what is left, as one in the document: lists may have lost entries. */
  readonly original: (path: Path) => Path
}

/** Something in place of a value that is wrong and may not be left out; undefined: what holds it has to go too. */
export type StandIn = (path: Path) => unknown

/** Each time fewer parts are left: what takes longer has hardly any. */
const MOST_TIMES = 20

/** Takes out of a document what its schema refuses until the rest is accepted; undefined: nothing is left of it. */
export function salvage<S extends z.ZodType>(
  schema: S,
  data: unknown,
  standIn: StandIn = () => undefined,
): Salvaged<z.output<S>> | undefined {
  const lost: Path[] = []
  let rest = data
  for (let times = 0; times < MOST_TIMES; times++) {
    const dense = densely(rest)
    const parsed = schema.safeParse(dense.value)
    if (parsed.success) return { written: parsed.data, lost, original: dense.original }
    for (const path of parsed.error.issues.flatMap(refused).map(dense.original)) {
      const [gone, value] = replacement(rest, path, standIn)
      if (gone.length === 0) return undefined
      lost.push(path, gone)
      rest = replaced(rest, gone, value)
    }
  }
  return undefined
}

function refused(issue: z.core.$ZodIssue): readonly Path[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path]
}

/** Where an entry of a list stood. */
const GONE = Symbol('gone')

/** What goes so that a problem does, and what comes in its place. A value that is gone was needed where it stood. */
function replacement(rest: unknown, path: Path, standIn: StandIn): readonly [Path, unknown] {
  const value = valueAt(rest, path)
  if (value !== undefined && value !== GONE) return [path, GONE]
  const other = standIn(path)
  return other === undefined ? [path.slice(0, -1), GONE] : [path, other]
}

/** A copy of a document with another value at a path that is there. */
export function replaced(data: unknown, [part, ...below]: Path, value: unknown): unknown {
  if (part === undefined) return value
  if (Array.isArray(data)) {
    return data.map((entry: unknown, i) => (i === part ? replaced(entry, below, value) : entry))
  }
  if (!isRecord(data)) return data
  const entries = Object.entries(data).filter(([key]) => key !== part)
  const next = replaced(data[part], below, value)
  return Object.fromEntries(next === GONE ? entries : [...entries, [part, next]])
}

/** A value whose lists have lost what is gone, and how paths in it were before. */
function densely(data: unknown): { readonly value: unknown; readonly original: (path: Path) => Path } {
  const indexes = new Map<unknown, readonly number[]>()
  const value = dense(data, indexes)
  return { value, original: (path) => widely(path, value, indexes) }
}

function dense(data: unknown, indexes: Map<unknown, readonly number[]>): unknown {
  if (Array.isArray(data)) {
    const left = data.flatMap((entry: unknown, i) => (entry === GONE ? [] : [{ entry, i }]))
    const list = left.map(({ entry }) => dense(entry, indexes))
    indexes.set(
      list,
      left.map(({ i }) => i),
    )
    return list
  }
  if (!isRecord(data)) return data
  return Object.fromEntries(Object.entries(data).map(([key, entry]) => [key, dense(entry, indexes)]))
}

function widely(path: Path, value: unknown, indexes: ReadonlyMap<unknown, readonly number[]>): Path {
  return path.map((part, depth) => {
    const within = valueAt(value, path.slice(0, depth))
    return typeof part === 'number' ? (indexes.get(within)?.[part] ?? part) : part
  })
}
