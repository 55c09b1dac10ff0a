/** The image's file tree, built once per state of its sources and kept beside the programs of the ground. */

import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Architecture, architectureOf, buildImage, INPUTS } from '../../../scripts/image/build.ts'
import { cacheFolder } from '../ground/build.ts'

export const CHECKOUT = join(import.meta.dirname, '..', '..', '..')

/** Trees of sources that have changed since are of no use to anybody. */
const KEPT_MS = 3_600_000

const built = new Map<Architecture, string>()

/** Where it stands. It belongs to all tests: whoever runs it must not be able to write there. */
export function imageTree(arch: Architecture = architectureOf(process.arch)): string {
  const tree = built.get(arch) ?? findTree(arch)
  built.set(arch, tree)
  return tree
}

function findTree(arch: Architecture): string {
  const tree = join(cacheFolder(), `image-${arch}-${sourcesHash()}`)
  if (existsSync(tree)) return tree
  mkdirSync(cacheFolder(), { recursive: true })
  dropOld(`image-${arch}-`)
  const unfinished = `${tree}.${process.pid}`
  buildImage({ to: unfinished, arch })
  // Complete or not there at all; somebody else may have been as quick.
  if (existsSync(tree)) rmSync(unfinished, { recursive: true })
  else renameSync(unfinished, tree)
  return tree
}

function dropOld(prefix: string): void {
  for (const name of readdirSync(cacheFolder())) {
    const path = join(cacheFolder(), name)
    if (!name.startsWith(prefix) || Date.now() - statSync(path).ctimeMs < KEPT_MS) continue
    rmSync(path, { recursive: true, force: true })
  }
}

function sourcesHash(): string {
  const hash = createHash('sha256').update(process.version)
  for (const input of [...INPUTS, 'scripts/image'])
    for (const { path, content } of entriesOf(join(CHECKOUT, input))) hash.update(`${path}\0${content}\0`)
  return hash.digest('hex').slice(0, 12)
}

export interface Entry {
  /** From the tree's root on. */
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link'
  /** As chmod takes it. */
  readonly mode: number
  /** Of a link, whatever it leads to. */
  readonly changedMs: number
  readonly owner: string
  /** A digest of the file, the link's target, or nothing. */
  readonly content: string
}

/** Everything in the tree, in one order whatever the file system's. */
export function entriesOf(tree: string, path = ''): readonly Entry[] {
  const whole = join(tree, path)
  const status = lstatSync(whole)
  const kind = status.isDirectory() ? 'folder' : status.isSymbolicLink() ? 'link' : 'file'
  const own: Entry = {
    path,
    kind,
    mode: status.mode & 0o7777,
    changedMs: status.mtimeMs,
    owner: `${status.uid}:${status.gid}`,
    content: contentOf(whole, kind),
  }
  if (kind !== 'folder') return [own]
  const names = readdirSync(whole).sort()
  return [own, ...names.flatMap((name) => entriesOf(tree, join(path, name)))]
}

function contentOf(path: string, kind: Entry['kind']): string {
  if (kind === 'folder') return ''
  return kind === 'link' ? readlinkSync(path) : createHash('sha256').update(readFileSync(path)).digest('hex')
}
