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
    const paths = parsed.error.issues.flatMap(refused).map(dense.original)
    const edits = paths.map((path) => replacement(rest, path, standIn))
    if (edits.some(([gone]) => gone.length === 0)) return undefined
    for (const path of [...paths, ...edits.map(([gone]) => gone)]) lost.push(path)
    rest = replaced(rest, edits)
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
function replacement(rest: unknown, path: Path, standIn: StandIn): Edit {
  const value = valueAt(rest, path)
  if (value !== undefined && value !== GONE) return [path, GONE]
  const other = standIn(path)
  return other === undefined ? [path.slice(0, -1), GONE] : [path, other]
}

/** Another value at a path, or one where none was in a mapping. */
export type Edit = readonly [path: Path, value: unknown]

/** A copy of a document with other values, of which one stands for all that is below it. In one go: there may be many. */
export function replaced(data: unknown, edits: readonly Edit[]): unknown {
  const here = edits.find(([path]) => path.length === 0)
  if (here !== undefined) return here[1]
  const below = Map.groupBy(edits, ([[part]]) => String(part))
  const next = (part: string, value: unknown): unknown => {
    const inside = below.get(part)
    return inside === undefined ? value : replaced(value, inside.map(within))
  }
  if (Array.isArray(data)) return data.map((entry: unknown, i) => next(String(i), entry))
  if (!isRecord(data)) return data
  const keys = new Set([...Object.keys(data), ...below.keys()])
  const entries = Array.from(keys, (key) => [key, next(key, data[key])] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== GONE))
}

const within = ([path, value]: Edit): Edit => [path.slice(1), value]

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
