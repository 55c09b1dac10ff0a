import { hostname } from 'node:os'
import { dirname } from 'node:path'
import type { z } from 'zod'
import { homeDirectory, readText } from '../../sources/texts/index.ts'
import { assemble } from './assemble.ts'
import { crossChecks } from './checks.ts'
import type { Config } from './config.ts'
import { deepFreeze } from './freeze.ts'
import { findingsOf } from './issues.ts'
import { type Env, type Flags, type OverrideInForce, override, overridesOf, strangers } from './overrides.ts'
import { ConfigError, type ConfigProblem, type Path, type PathProblem, printPath } from './problems.ts'
import { type StandIn, salvage } from './salvage.ts'
import { schema } from './schema.ts'
import { readYaml, type Yaml } from './yaml.ts'

/** What a configuration depends on besides its text. */
export interface Surroundings {
  readonly env?: Env
  readonly flags?: Flags
  /** What `dns.id: hostname` stands for. */
  readonly hostname?: string
  /** What `~` stands for. */
  readonly home?: string
}

/**
 * The configuration of a file, the environment's and the flags' overrides applied. Throws a ConfigError, and
 * nothing else, that names everything it found wrong.
 */
export function loadConfig(from: {
  readonly file: string
  readonly env?: Env
  readonly flags?: Flags
}): Config {
  const { file, env = {}, flags = {} } = from
  return parseConfig(textOf(file), file, {
    env,
    flags,
    hostname: hostname(),
    home: env['HOME'] ?? homeDirectory(),
  })
}

/**
 * The same for a text at hand. `file` is how problems name it, and relative paths are relative to its directory.
 * All problems are told at once: of keys' own values, and of keys held against each other as far as those are right.
 */
export function parseConfig(text: string, file: string, around: Surroundings = {}): Config {
  const { env = {}, flags = {}, hostname = 'localhost', home = '/' } = around
  const yaml = readYaml(text)
  if ('flaws' in yaml) {
    throw new ConfigError(
      yaml.flaws.map(({ line, ...flaw }) => ({ place: `${file}:${line}`, path: '', ...flaw })),
    )
  }
  const said = overridesOf(env, flags)
  const place = (path: Path) => placeOf(path, file, yaml, said)
  const { problems, warnings } = strangers(env)
  const data = said.reduce(override, yaml.data)
  const parsed = schema.safeParse(data)
  const findings = parsed.success ? crossChecks(parsed.data) : problemsOf(parsed.error, data, yaml.writtenAt)
  const line = ({ path }: PathProblem) => yaml.lineOf(path) ?? 0
  const inOrder = findings.toSorted((a, b) => line(a) - line(b))
  const all = [...inOrder.map((finding) => placed(finding, place)), ...problems]
  if (!parsed.success || all.length > 0) throw new ConfigError(all)
  return deepFreeze({
    ...assemble(parsed.data, { directory: dirname(file), home, hostname, place }),
    file,
    warnings,
  })
}

/** What is wrong with values, and between those that are right. */
function problemsOf(error: z.ZodError, data: unknown, writtenAt: Yaml['writtenAt']): readonly PathProblem[] {
  const salvaged = salvage(schema, data, standIn)
  const ofValues = findingsOf(error, { schema, data, writtenAt })
  return [...ofValues, ...(salvaged === undefined ? [] : crossChecks(salvaged.written, salvaged))]
}

/** A cluster whose source is wrong is one all the same. */
const standIn: StandIn = ([list, , part, ...below]) =>
  list === 'clusters' && part === 'source' && below.length === 0 ? { manifests: '.' } : undefined

function placeOf(path: Path, file: string, yaml: Yaml, said: readonly OverrideInForce[]): string {
  const by = said.find((one) => one.path.every((part, i) => part === path[i]))
  if (by !== undefined) return by.place
  const line = yaml.lineOf(path)
  return line === undefined ? file : `${file}:${line}`
}

const placed = ({ path, problem, remedy }: PathProblem, place: (path: Path) => string): ConfigProblem => ({
  place: place(path),
  path: printPath(path),
  problem,
  remedy,
})

function textOf(file: string): string {
  try {
    const text = readText(file)
    if (typeof text === 'string') return text
    throw new ConfigError([{ place: file, path: '', ...text, problem: `it ${text.problem}` }])
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError([
      { place: file, path: '', ...unreadable(error instanceof Error ? error : new Error()) },
    ])
  }
}

const UNREADABLE: Readonly<Record<string, readonly [problem: string, remedy: string]>> = {
  ENOENT: ['there is no such file', 'name the configuration with --config FILE'],
  EISDIR: ['it is a directory', 'name the file in it: --config DIRECTORY/meridian.yaml'],
  EACCES: ['this user may not read it', 'give the user that runs meridian read permission'],
}

function unreadable(error: Error & { readonly code?: string }): Omit<PathProblem, 'path'> {
  const [problem, remedy] = UNREADABLE[error.code ?? ''] ?? [
    `it cannot be read: ${error.message}`,
    'name another file',
  ]
  return { problem, remedy }
}
