/**
 * The conformance suite as the Go module that it is, at one commit: it has no versions. What comes is checked by Go's
 * checksum database; there is no go.sum of ours, since not everybody can have it to write one.
 */

import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder, goCommand, goEnvironment, newDirectory, PROGRAMS_FOLDER } from '../../ground/index.ts'

const MODULE = 'sigs.k8s.io/mcs-api/conformance'
/** Of kubernetes-sigs/mcs-api: v0.5.0 and one fix. */
const COMMIT = 'ded161a'
export const SUITE = `${MODULE}@${COMMIT}`

const FIND_MS = 2 * 60_000
const BUILD_MS = 30 * 60_000
const REASON_LENGTH = 300

const GO_MOD = join(PROGRAMS_FOLDER, 'mcs-suite', 'go.mod')

const start = promisify(execFile)

/** Its program, kept in the cache; or why it cannot be had, in one line. Never rejects. */
export async function suiteProgram(): Promise<{ readonly program: string } | { readonly reason: string }> {
  try {
    const program = join(cacheFolder(), `mcs-suite-${key()}`)
    if (!existsSync(program)) await compile(program)
    return { program }
  } catch (error) {
    return { reason: reasonOf(error) }
  }
}

const key = (): string =>
  createHash('sha256')
    .update(readFileSync(GO_MOD))
    .update(SUITE)
    .update(goSays('version'))
    .digest('hex')
    .slice(0, 12)

/** Complete or not there at all, whoever else is building it. */
async function compile(program: string): Promise<void> {
  const cwd = newDirectory('mcs-suite')
  copyFileSync(GO_MOD, join(cwd, 'go.mod'))
  const env = { ...goEnvironment(), GOPROXY: proxies() }
  const go = (signal: AbortSignal, ...line: readonly string[]) =>
    start(goCommand(), line, { cwd, env, signal, maxBuffer: 2 ** 26 })
  await go(AbortSignal.timeout(FIND_MS), 'mod', 'download', SUITE)
  console.error(`building ${SUITE} …`)
  const soon = AbortSignal.timeout(BUILD_MS)
  await go(soon, 'get', '-t', SUITE)
  const unfinished = `${program}.${process.pid}`
  mkdirSync(cacheFolder(), { recursive: true })
  await go(soon, 'test', '-c', '-trimpath', '-o', unfinished, MODULE)
  renameSync(unfinished, program)
}

/** Where a proxy has no such module, Go would look for its repository: that is nobody's to wait for. */
function proxies(): string {
  const all = goSays('env', 'GOPROXY').trim().split(/[,|]/)
  return all.filter((one) => one !== 'direct').join(',') || 'off'
}

const goSays = (...line: readonly string[]): string =>
  execFileSync(goCommand(), line, { env: goEnvironment(), encoding: 'utf8' })

const PROGRESS = /^go: (?:downloading|extracting|finding|added|upgraded|downgraded) .*$/gm
const URLS = /\b[a-z][a-z+.-]*:\/\/[^\s"]*?(?=[:;,.")]*(?:\s|"|$))/gi
const HOSTS = /\b(?![\w./-]*\.(?:go|mod|sum)\b)(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?:\/[^\s:@"]*)?/gi
const ADDRESSES = /\[[\da-f:]+\](?::\d+)?|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?/gi

/** What Go said, in one line, without the hosts it asked. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'AbortError') return 'Go took too long'
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
  const text = said.trim() === '' ? String(error) : said
  return text
    .replace(PROGRESS, '')
    .replaceAll(`${SUITE}: `, '')
    .replace(/^go: /gm, '')
    .replace(URLS, '…')
    .replace(HOSTS, '…')
    .replace(ADDRESSES, '…')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, REASON_LENGTH)
}
