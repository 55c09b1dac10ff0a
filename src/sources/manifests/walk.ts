import type { BigIntStats, Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { SourceProblem } from '../changes/index.ts'
import { bornAs, type EnteredDirectory, Links, nodeOf } from './links.ts'

/** A file of manifests as a walk found it. */
export interface FoundFile {
  /** Below the path that was walked, links not followed: what a person would open. */
  readonly path: string
  /** Another string whenever the file may have other contents. */
  readonly identity: string
  /** Another string for another file in its place, the same for one that was written in place. */
  readonly node: string
  /** Bytes. */
  readonly size: number
}

interface Walked {
  readonly files: readonly FoundFile[]
  /** What is there but could not be looked into. `place` is its path. */
  readonly unread: readonly SourceProblem[]
}

/** How much there may be of what is kept by path, in bytes, and who is told how much there is. */
interface Room {
  readonly most: number
  readonly holds: (bytes: number) => void
}

const ANY_ROOM: Room = { most: Number.POSITIVE_INFINITY, holds: () => undefined }

/** What is kept of a directory and of a file beside their paths, those several times: a watch, how it was when it was read. */
const BYTES = { directory: 2048, file: 1024 } as const
const TIMES_KEPT = 4

/** Files and directories in all: someone who names `/` by mistake should read of it. */
const MAX_ENTRIES = 100_000

/**
 * Every `*.yaml`, `*.yml` and `*.json` below a directory. Links are followed; what can be reached by several
 * paths, or by a loop, counts once. `enter` is told of each directory before it is listed, and of those in which
 * a link on the way is before that is followed, so that a watch set there misses nothing. Rejects when the directory itself cannot be read.
 */
export async function walk(
  root: string,
  enter?: (directory: EnteredDirectory) => void,
  room: Room = ANY_ROOM,
): Promise<Walked> {
  const links = new Links(enter)
  const state: State = { links, files: [], unread: [], seen: new Set(), entries: 0, bytes: 0, room }
  await links.leadTo(root)
  await walkDirectory(state, root, await realpath(root))
  return state
}

/** Whether `path` is, or is below, one of the places a walk could not look into. */
export const isUnread = ({ unread }: Walked, path: string): boolean =>
  unread.some(({ place }) => path === place || path.startsWith(`${place}${sep}`))

/** The identity that a walk would find now. */
export const identityNow = async (path: string): Promise<string> =>
  identityOf(await stat(path, { bigint: true }), await realpath(path))

/** What went wrong with a file or directory, and what to do. */
export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? String(error.code) : ''
  return REMEDIES.get(code) ?? error.message
}

const REMEDIES: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'does not exist: create it or correct the path'],
  ['ENOTDIR', 'is not a directory: name the directory that holds the manifests'],
  ['EACCES', 'may not be read: grant this process permission to read it'],
  ['ELOOP', 'is a symbolic link that leads back to itself: mend or remove it'],
  ['EMFILE', 'was not read, for want of open files: raise their limit (ulimit -n)'],
])

interface State {
  readonly links: Links
  readonly files: FoundFile[]
  readonly unread: SourceProblem[]
  readonly seen: Set<string>
  entries: number
  bytes: number
  readonly room: Room
}

async function walkDirectory(state: State, path: string, real: string): Promise<void> {
  const stats = await stat(real, { bigint: true })
  if (isSeen(state, stats)) return
  keep(state, 'directory', real)
  state.links.enterWhole(real, bornAs(stats))
  const entries = await readdir(real, { withFileTypes: true })
  for (const entry of entries.sort(byName)) {
    if (isIgnored(entry.name)) continue
    state.entries += 1
    if (state.entries > MAX_ENTRIES)
      throw new TooMuch(`holds more than ${MAX_ENTRIES} files: is it the right one?`)
    if (isCandidate(entry)) await walkEntry(state, join(path, entry.name), join(real, entry.name), entry)
  }
}

class TooMuch extends Error {}

function keep(state: State, kind: keyof typeof BYTES, path: string): void {
  state.bytes += BYTES[kind] + TIMES_KEPT * path.length
  state.room.holds(state.bytes)
  if (state.bytes <= state.room.most) return
  const room = `${(state.room.most / 2 ** 20).toFixed(1)} MiB`
  throw new TooMuch(
    `has more directories and files than ${room} have room for (budgets.octets): is it the right one? Leave out those that hold no manifests`,
  )
}

const byName = (a: Dirent, b: Dirent): number => (a.name < b.name ? -1 : 1)

/**
 * Dot files, editors' temporary files, and the entries behind a mounted ConfigMap: `..data` and what it
 * points to, which the visible files are links through.
 */
const isIgnored = (name: string): boolean => name.startsWith('.') || name.endsWith('~') || /^#.*#$/.test(name)

const isManifest = (name: string): boolean => /\.(yaml|yml|json)$/.test(name)

const isCandidate = (entry: Dirent): boolean =>
  entry.isDirectory() || entry.isSymbolicLink() || isManifest(entry.name)

async function walkEntry(state: State, path: string, real: string, entry: Dirent): Promise<void> {
  const isLink = entry.isSymbolicLink()
  try {
    if (isLink) await state.links.follow(real)
    const target = isLink ? await realpath(real) : real
    const stats = await stat(target, { bigint: true })
    if (stats.isDirectory()) await walkDirectory(state, path, target)
    else if (isManifest(entry.name)) foundFile(state, path, target, stats)
  } catch (error) {
    if (error instanceof TooMuch) throw error
    if (isGone(error) && !isLink) return
    const message = isGone(error) ? 'is a link that leads nowhere: mend or remove it' : explainError(error)
    state.unread.push({ place: path, message })
  }
}

/** Removed since the directory was listed, or the other end of a link. */
const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

function foundFile(state: State, path: string, real: string, stats: BigIntStats): void {
  if (isSeen(state, stats)) return
  if (stats.isFile()) {
    keep(state, 'file', path)
    const [identity, node, size] = [identityOf(stats, real), nodeOf(stats), Number(stats.size)]
    state.files.push({ path, identity, node, size })
  } else {
    state.unread.push({ place: path, message: 'is neither a file nor a directory: remove or rename it' })
  }
}

function isSeen({ seen }: State, stats: BigIntStats): boolean {
  const before = seen.size
  return seen.add(nodeOf(stats)).size === before
}

/** The change time as well: contents can change within one tick of the modification time, or be set back. */
const identityOf = (stats: BigIntStats, real: string): string =>
  `${nodeOf(stats)}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}:${real}`
