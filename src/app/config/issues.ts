import type { z } from 'zod'
import { closest } from './closest.ts'
import { allKeys, knownKeys } from './keys.ts'
import { type Path, type PathProblem, printPath } from './problems.ts'
import { type Edit, replaced } from './salvage.ts'
import { quote } from './text.ts'
import { readExpectation } from './values.ts'
import { valueAt } from './values-at.ts'

type Issue = z.core.$ZodIssue

/** The keys that the mapping at a path may have. */
type Known = (path: Path) => readonly string[]

/** What was refused, and what is known of it. */
interface Refused {
  readonly schema: z.ZodType
  readonly data: unknown
  /** The keys that the mapping at a path may have. */
  readonly known?: Known
  /** A scalar as it is written. */
  readonly writtenAt?: (path: Path) => string | undefined
}

/** What zod found wrong with a document, in sentences; one per place. */
export function findingsOf(error: z.ZodError, refused: Refused): readonly PathProblem[] {
  const paths = error.issues.map(pathOf)
  const quoted = quotedAmong(paths, refused)
  const findings = error.issues.flatMap((issue) => sentences(issue, refused, quoted))
  return [
    ...new Map(findings.toReversed().map((finding) => [printPath(finding.path), finding])).values(),
  ].toReversed()
}

const pathOf = ({ path }: Issue): Path => path.map((part) => (typeof part === 'number' ? part : String(part)))

function sentences(issue: Issue, refused: Refused, quoted: Quoted): readonly PathProblem[] {
  const { data, known = knownKeys } = refused
  const path = pathOf(issue)
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key, known(path)))
  const { noun, remedy } = readExpectation(issue.message)
  if (issue.code === 'invalid_key') return [{ path, ...ofKey(issue, path.at(-1)) }]
  const value = valueAt(data, path)
  const given: unknown = issue.code === 'custom' ? issue.params?.['problem'] : undefined
  if (typeof given === 'string') return [{ path, problem: given, remedy }]
  if (issue.code === 'too_small' && issue.origin === 'array')
    return [{ path, problem: 'the list is empty', remedy }]
  const text = quoted.get(printPath(path))
  if (text !== undefined) return [{ path, ...ofUnquoted(value, text) }]
  return [{ path, problem: value === undefined ? 'is missing' : `${quote(value)} is not ${noun}`, remedy }]
}

/** The texts of values that would do if they were quoted, by where they stand. */
type Quoted = ReadonlyMap<string, string>

/** YAML takes `2`, `1e3` and `true` for a number or a truth value; whether their text would do is tried, of all at once. */
function quotedAmong(paths: readonly Path[], { schema, data, writtenAt }: Refused): Quoted {
  const texts = paths.flatMap((path): readonly (readonly [Path, string])[] => {
    const value = valueAt(data, path)
    const isOne = typeof value === 'number' || typeof value === 'boolean'
    return isOne ? [[path, writtenAt?.(path) ?? String(value)]] : []
  })
  if (texts.length === 0) return new Map()
  const edits: readonly Edit[] = texts
  const tried = schema.safeParse(replaced(data, edits))
  const wrong = new Set((tried.error?.issues ?? []).map((issue) => printPath(pathOf(issue))))
  const byPlace = texts.map(([path, text]) => [printPath(path), text] as const)
  return new Map(byPlace.filter(([place]) => !wrong.has(place)))
}

function ofUnquoted(value: unknown, text: string): Omit<PathProblem, 'path'> {
  const noun = typeof value === 'number' ? 'a number' : 'true or false'
  return { problem: `${text} is ${noun} to YAML, not text`, remedy: `quote it: ${JSON.stringify(text)}` }
}

/** The key of a mapping that names its own keys, as its schema judged it. */
function ofKey(
  issue: z.core.$ZodIssueInvalidKey,
  key: string | number | undefined,
): Omit<PathProblem, 'path'> {
  const { noun, remedy } = readExpectation(issue.issues[0]?.message ?? '')
  return { problem: `the key ${quote(key)} is not ${noun}`, remedy }
}

function unknownKey(parent: Path, key: string, known: readonly string[]): PathProblem {
  return { path: [...parent, key], problem: `unknown key ${quote(key)}`, remedy: whichKey(key, known) }
}

/** What others call it. */
const ALSO_CALLED: Readonly<Record<string, string>> = {
  name: 'id',
  cluster: 'id',
  region: 'locality',
  zone: 'locality',
}

function whichKey(key: string, known: readonly string[]): string {
  const meant = new Map(Object.entries(ALSO_CALLED)).get(key)
  const near = known.find((one) => one === meant) ?? closest(key, known)
  if (near !== undefined) return `did you mean ${near}?`
  const elsewhere = allKeys().filter(({ path }) => path.endsWith(`.${key}`))
  const here = `the keys here are ${known.join(', ')}`
  if (elsewhere.length === 0 || elsewhere.length > 3) return here
  return `did you mean ${elsewhere.map(({ path }) => path).join(' or ')}? ${here}`
}
