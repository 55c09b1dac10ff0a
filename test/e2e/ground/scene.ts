/**
 * What a run leaves behind: nothing. Its files are in one directory of its own, its servers are killed with it.
 * `MERIDIAN_E2E_KEEP=1` keeps the files, the logs among them.
 */

import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A process is alive or dead to those of its own PID namespace alone: whoever runs in a container sees none of ours. */
const PREFIX = `meridian-e2e-n${/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? ''}-`

const endings = new Set<() => void>()
let root: string | undefined

/** A new directory that ends with this process. */
export function newDirectory(name: string): string {
  root ??= newRoot()
  mkdirSync(root, { recursive: true })
  return mkdtempSync(join(root, `${name}-`))
}

export const removeDirectory = (path: string): void => {
  if (!keepsFiles()) rmSync(path, { recursive: true, force: true, maxRetries: 5 })
}

/** Called when the process ends, however it ends, but for SIGKILL. Returns how to call it off. */
export function atExit(ending: () => void): () => void {
  endings.add(ending)
  return () => endings.delete(ending)
}

function newRoot(): string {
  removeRootsOfTheDead()
  process.once('exit', endScene)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => endBy(signal))
  return mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`))
}

function endScene(): void {
  for (const ending of endings) ending()
  endings.clear()
  if (root !== undefined) removeDirectory(root)
}

/** The listener is gone by now, so that the signal does what it does to everybody. */
function endBy(signal: NodeJS.Signals): void {
  endScene()
  process.kill(process.pid, signal)
}

/** Of runs that were killed: their servers ended with them (tether), their files did not. */
function removeRootsOfTheDead(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? /^\d+/.exec(name.slice(PREFIX.length))?.[0] : undefined
    if (pid !== undefined && !isAlive(Number(pid))) removeDirectory(join(tmpdir(), name))
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const keepsFiles = (): boolean => process.env['MERIDIAN_E2E_KEEP'] === '1'
