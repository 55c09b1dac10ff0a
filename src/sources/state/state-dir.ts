import { lstat, mkdir, readlink, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** `state.dir` cannot be had; one line with the remedy. */
export class StateDirError extends Error {}

/** Makes it, for this user alone, and what is missing above it. Throws a StateDirError. */
export async function makeStateDir(dir: string): Promise<void> {
  const { missing, inTheWay } = await lookAt(dir)
  if (inTheWay !== undefined) throw new StateDirError(`state.dir ${dir}: ${inTheWay}`)
  // One by one: where the system says that a directory is not there, below one that is, Node's own way never ends.
  for (const path of missing)
    await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw new StateDirError(`state.dir ${dir}: ${whyNotMade(error, path)}`)
    })
}

/** What stands where it should be, or above; undefined where nothing does, and nothing was made. */
export const inTheWayOf = async (dir: string): Promise<string | undefined> => (await lookAt(dir)).inTheWay

interface Look {
  /** Those that are to be made, from the top. */
  readonly missing: readonly string[]
  readonly inTheWay?: string
}

async function lookAt(dir: string): Promise<Look> {
  const missing: string[] = []
  for (let at = resolve(dir); ; at = dirname(at)) {
    const found = await look(at)
    if (found === 'directory') return { missing }
    if (found !== 'nothing') return { missing, inTheWay: found }
    missing.unshift(at)
  }
}

async function look(path: string): Promise<string> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : IS_FILE
  } catch {
    return (await lstat(path).catch(() => null))?.isSymbolicLink() ? deadLink(path) : 'nothing'
  }
}

const IS_FILE = 'it is a file, or lies below one: name a directory of this server’s own'

const deadLink = async (path: string): Promise<string> =>
  `${path} is a link to ${await readlink(path)}, which cannot be reached: mount or make that, or name another directory`

const OWN = 'let this user write there, or name another directory'

function whyNotMade({ code, message }: NodeJS.ErrnoException, path: string): string {
  if (code === 'ENOTDIR') return IS_FILE
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `no permission to make it (${code}): ${OWN}`
  return code === 'ENOENT'
    ? `its file system makes no directory ${path}: mount what belongs there, or name another directory`
    : message
}
