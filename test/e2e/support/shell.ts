/** A shell that has kubectl and meridian in its PATH, in which what Meridian prints for people is run as it stands. */

import { execFile } from 'node:child_process'
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { MERIDIAN } from '../../support/server.ts'
import { build, newDirectory } from '../ground/index.ts'

const RUN_MS = 60_000

const run = promisify(execFile)

/** Runs a script, and returns what it printed; throws with what it complained of if any command of it fails. */
export type Shell = (script: string) => Promise<string>

/** `kubeconfigs` as in KUBECONFIG: the first one's context is the current one. */
export async function startShell(kubeconfigs: readonly string[]): Promise<Shell> {
  const directory = newDirectory('shell')
  const kubectl = await build('kubectl')
  for (const name of ['kubectl', 'oc']) symlinkSync(kubectl, join(directory, name))
  const meridian = join(directory, 'meridian')
  writeFileSync(meridian, `#!/bin/sh\nexec '${process.execPath}' '${MERIDIAN}' "$@"\n`)
  chmodSync(meridian, 0o755)
  const env = {
    ...process.env,
    PATH: [directory, process.env['PATH']].join(delimiter),
    KUBECONFIG: kubeconfigs.join(delimiter),
  }
  return async (script) => {
    const options = { cwd: directory, env, timeout: RUN_MS }
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], options)
    return stdout
  }
}

/** The commands in the comments of a text: those indented below a line that begins so, or below none in particular. */
export function commandsIn(text: string, heading = ''): string {
  const lines = text.split('\n').filter((line) => line.startsWith('#'))
  const from = lines.findIndex((line) => line.startsWith(`# ${heading}`)) + 1
  const indented = lines.slice(from).findIndex((line) => line.startsWith('#   '))
  const first = from + indented
  const count = lines.slice(first).findIndex((line) => !line.startsWith('#   '))
  return lines
    .slice(first, first + count)
    .map((line) => line.slice(2))
    .join('\n')
}
