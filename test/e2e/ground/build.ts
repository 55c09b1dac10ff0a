/**
 * Builds the ground's programs, each once: a cache keeps them under a hash of all that went into them. Run as a
 * program, it builds them all and says how long each took.
 *
 * `MERIDIAN_E2E_CACHE` names the cache; else it is meridian-e2e in `XDG_CACHE_HOME`, else in ~/.cache.
 */

import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import {
  folderOf,
  linkerFlagsOf,
  PROGRAMS,
  type Program,
  type ProgramName,
  sourcesOf,
  versionOf,
} from './programs.ts'

/** What the slowest of them may take on two slow cores. */
const DEADLINE_MS = 30 * 60_000
const HEARTBEAT_MS = 30_000

/** The newest toolchain that a go.mod of programs/ asks for. */
const GO_NEEDED = '1.26'

const run = promisify(execFile)
const built = new Map<ProgramName, Promise<string>>()

/** The program's path, built if no run has built it before. */
export function build(name: ProgramName, say: (line: string) => void = console.error): Promise<string> {
  const path = built.get(name) ?? find(PROGRAMS[name], say)
  built.set(name, path)
  return path
}

/** One after another: each build uses every core by itself. */
export async function buildAll(say: (line: string) => void): Promise<void> {
  const start = performance.now()
  for (const { name } of Object.values(PROGRAMS)) await build(name, say)
  say(`e2e programs are ready after ${seconds(start)}: ${cacheFolder()}`)
}

/** Where everything is kept that takes long to build. */
export function cacheFolder(): string {
  const chosen = process.env['MERIDIAN_E2E_CACHE']
  if (chosen !== undefined && chosen !== '') return chosen
  const caches = process.env['XDG_CACHE_HOME']
  return join(caches === undefined || caches === '' ? join(homedir(), '.cache') : caches, 'meridian-e2e')
}

async function find(program: Program, say: (line: string) => void): Promise<string> {
  const path = join(cacheFolder(), `${program.name}-${keyOf(program)}`)
  if (!existsSync(path)) await compile(program, path, say)
  return path
}

function keyOf(program: Program): string {
  const hash = createHash('sha256')
  for (const one of sourcesOf(program)) hash.update(one)
  hash.update(go('version')).update(program.source).update(linkerFlagsOf(program))
  hash.update(program.tags ?? '')
  return hash.digest('hex').slice(0, 12)
}

async function compile(program: Program, path: string, say: (line: string) => void): Promise<void> {
  const title = `${program.name} ${versionOf(program)}`.trim()
  const start = performance.now()
  say(`building ${title} …`)
  const heartbeat = setInterval(() => say(`building ${title}: ${seconds(start)} so far`), HEARTBEAT_MS)
  try {
    // Complete or not there at all, whoever else is building it.
    const unfinished = `${path}.${process.pid}`
    mkdirSync(cacheFolder(), { recursive: true })
    await goBuild(program, unfinished)
    renameSync(unfinished, path)
  } finally {
    clearInterval(heartbeat)
  }
  say(`built ${title} in ${seconds(start)}, ${Math.round(statSync(path).size / 2 ** 20)} MiB`)
}

async function goBuild(program: Program, path: string): Promise<void> {
  try {
    await run(goCommand(), ['build', ...flagsOf(program), '-o', path, program.source], {
      cwd: folderOf(program),
      env: goEnvironment(),
      timeout: DEADLINE_MS,
      maxBuffer: 2 ** 26,
    })
  } catch (error) {
    throw new Error(`cannot build ${program.name}: ${lastLines(error)}`)
  }
}

function flagsOf(program: Program): string[] {
  const tags = program.tags === undefined ? [] : ['-tags', program.tags]
  return ['-trimpath', '-buildvcs=false', '-mod=readonly', ...tags, '-ldflags', linkerFlagsOf(program)]
}

function lastLines(error: unknown): string {
  const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
  return text.trim() === '' ? String(error) : `\n${text.trim().split('\n').slice(-30).join('\n')}`
}

const go = (...command: readonly string[]): string =>
  execFileSync(goCommand(), command, { env: goEnvironment(), encoding: 'utf8' })

/** GOTOOLCHAIN=local: no toolchain is fetched that nobody asked for. Without cgo, no C compiler is needed. */
export const goEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  GOTOOLCHAIN: 'local',
  GOWORK: 'off',
  GOFLAGS: '',
  CGO_ENABLED: '0',
})

export function goCommand(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const found = [...folders, '/usr/local/go/bin'].map((one) => join(one, 'go')).find((one) => existsSync(one))
  if (found !== undefined) return found
  throw new Error(
    `no go command in PATH: the end-to-end tests build their servers with Go ${GO_NEEDED} (go.dev/dl)`,
  )
}

const seconds = (start: number): string => `${((performance.now() - start) / 1000).toFixed(1)} s`

if (import.meta.main) await buildAll(console.log)
