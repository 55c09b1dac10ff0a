import type { z } from 'zod'
import { closest } from './closest.ts'
import { allKeys, knownKeys } from './keys.ts'
import { type Finding, type Path, printPath } from './problems.ts'
import { quote } from './text.ts'
import { readExpectation } from './values.ts'

type Issue = z.core.$ZodIssue

/** The keys that the mapping at a path may have. */
type Known = (path: Path) => readonly string[]

/** What zod found wrong with the document, in sentences; one per place. */
export function findingsOf(error: z.ZodError, data: unknown, known: Known = knownKeys): readonly Finding[] {
  const findings = error.issues.flatMap((issue) => sentences(issue, data, known))
  return [
    ...new Map(findings.toReversed().map((finding) => [printPath(finding.path), finding])).values(),
  ].toReversed()
}

function sentences(issue: Issue, data: unknown, known: Known): readonly Finding[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key, known(path)))
  const { noun, remedy } = readExpectation(issue.message)
  if (issue.code === 'invalid_key') return [{ path, ...ofKey(issue, path.at(-1)) }]
  const value = valueAt(data, path)
  const told: unknown = issue.code === 'custom' ? issue.params?.['problem'] : undefined
  if (typeof told === 'string') return [{ path, problem: told, remedy }]
  if (issue.code === 'too_small' && issue.origin === 'array')
    return [{ path, problem: 'the list is empty', remedy }]
  return [{ path, problem: value === undefined ? 'is missing' : `${quote(value)} is not ${noun}`, remedy }]
}

/** The key of a mapping that names its own keys, as its schema judged it. */
function ofKey(issue: z.core.$ZodIssueInvalidKey, key: string | number | undefined): Omit<Finding, 'path'> {
  const { noun, remedy } = readExpectation(issue.issues[0]?.message ?? '')
  return { problem: `the key ${quote(key)} is not ${noun}`, remedy }
}

function unknownKey(parent: Path, key: string, known: readonly string[]): Finding {
  return { path: [...parent, key], problem: `unknown key ${quote(key)}`, remedy: whichKey(key, known) }
}

function whichKey(key: string, known: readonly string[]): string {
  const near = closest(key, known)
  if (near !== undefined) return `did you mean ${near}?`
  const elsewhere = allKeys().filter(({ path }) => path.endsWith(`.${key}`))
  const here = `the keys here are ${known.join(', ')}`
  if (elsewhere.length === 0 || elsewhere.length > 3) return here
  return `did you mean ${elsewhere.map(({ path }) => path).join(' or ')}? ${here}`
}

function valueAt(data: unknown, path: Path): unknown {
  let value = data
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Object.getOwnPropertyDescriptor(value, part)?.value
  }
  return value
}
