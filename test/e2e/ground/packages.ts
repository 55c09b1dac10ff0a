/** Debian's packages, unpacked and not installed: none of their scripts runs, and nothing of the machine changes. */

import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const DEADLINE_MS = 120_000

const run = promisify(execFile)

/** What they would put into / is in the directory then. Throws where they cannot be had. */
export async function unpackPackages(directory: string, names: readonly string[]): Promise<void> {
  await download(directory, names, []).catch(() => downloadAnew(directory, names))
  await runIn(directory, 'sh', '-ec', 'for one in *.deb; do dpkg-deb -x "$one" .; done')
}

const download = (directory: string, names: readonly string[], options: readonly string[]): Promise<string> =>
  runIn(directory, 'apt-get', ...options, 'download', ...names)

/** Images often come without the lists of packages: with lists of our own. */
async function downloadAnew(directory: string, names: readonly string[]): Promise<string> {
  const lists = join(directory, 'lists')
  mkdirSync(lists)
  const options = ['-o', `Dir::State::Lists=${lists}`, '-o', 'APT::Sandbox::User=root']
  await runIn(directory, 'apt-get', ...options, 'update')
  return download(directory, names, options)
}

async function runIn(directory: string, command: string, ...args: readonly string[]): Promise<string> {
  return (await run(command, args, { cwd: directory, timeout: DEADLINE_MS })).stdout
}
