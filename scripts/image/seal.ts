/** The last step: nobody but root may write, and nothing tells one build from the next. */

import { chmodSync, chownSync, lchownSync, lstatSync, lutimesSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Run by the kernel: Node, and the command by its first line. */
const PROGRAMS = ['usr/local/bin/node', 'app/bin/meridian.mjs']

/** `epoch`: seconds since 1970, the time of every file. Files belong to root if root builds. */
export function seal(tree: string, epoch: number): void {
  if (!Number.isSafeInteger(epoch) || epoch < 0)
    throw new Error('SOURCE_DATE_EPOCH: seconds since 1970, as digits')
  sealBelow(tree, tree, epoch)
}

function sealBelow(tree: string, path: string, epoch: number): void {
  const status = lstatSync(path)
  if (status.isDirectory()) for (const name of readdirSync(path)) sealBelow(tree, join(path, name), epoch)
  if (process.getuid?.() === 0) (status.isSymbolicLink() ? lchownSync : chownSync)(path, 0, 0)
  const isRun = status.isDirectory() || PROGRAMS.includes(relative(tree, path))
  if (!status.isSymbolicLink()) chmodSync(path, isRun ? 0o755 : 0o644)
  lutimesSync(path, epoch, epoch)
}
