import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { KubeObject } from '../kube/index.ts'
import type { ClusterView } from '../source/index.ts'

// A last view on disk: a header line, a line per object, and a closing line with their number and checksum. A file
// that was cut short, changed, or written by another version or for another cluster is told by these lines alone.

const FORMAT = 'meridian-view'
const VERSION = 1

/** Larger views are not kept: a disk that fills up takes others down with it. */
export const MAX_OCTETS = 2 ** 30

export interface SavedView {
  /** When the cluster was last heard, Unix milliseconds. */
  readonly heard: number
  readonly objects: readonly KubeObject[]
}

/** Why a file was not written or cannot be believed. */
export class ViewFileError extends Error {}

/** Writes a view in place of the file's last one, whole or not at all. Yields between blocks: a view can be large. */
export async function writeView(
  path: string,
  cluster: string,
  heard: number,
  view: ClusterView,
): Promise<void> {
  const draft = `${path}.draft`
  try {
    const file = await open(draft, 'w', 0o600)
    try {
      for await (const block of blocksOf(cluster, heard, view)) await file.write(block)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

async function* blocksOf(cluster: string, heard: number, view: ClusterView): AsyncGenerator<string> {
  const hash = createHash('sha256')
  let [block, octets, count] = [
    `${JSON.stringify({ format: FORMAT, version: VERSION, cluster, heard })}\n`,
    0,
    0,
  ]
  for (const object of objectsOf(view)) {
    block += `${JSON.stringify(object)}\n`
    count++
    if (block.length < 64 * 1024) continue
    hash.update(block)
    octets += Buffer.byteLength(block)
    if (octets > MAX_OCTETS) throw new ViewFileError(`the view takes more than ${MAX_OCTETS} octets`)
    yield block
    block = ''
  }
  hash.update(block)
  yield `${block}${JSON.stringify({ objects: count, sha256: hash.digest('hex') })}\n`
}

function* objectsOf({ services, exports, imports, sliceNames }: ClusterView): Generator<KubeObject> {
  yield* services.values()
  yield* exports.values()
  yield* imports.values()
  yield* sliceNames.values()
}

/** Reads a view back, or rejects with a ViewFileError that says why it cannot be believed. */
export async function readView(path: string, cluster: string): Promise<SavedView> {
  const hash = createHash('sha256')
  const objects: KubeObject[] = []
  let heard: number | undefined
  let last: string | undefined
  for await (const line of createInterface({
    input: createReadStream(path),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    if (last !== undefined) {
      hash.update(`${last}\n`)
      if (heard === undefined) heard = checkHeader(parse(last), cluster)
      else objects.push(parse(last))
    }
    last = line
  }
  const end = last === undefined ? undefined : parse(last)
  if (heard === undefined || end?.objects !== objects.length || end?.sha256 !== hash.digest('hex')) {
    throw new ViewFileError('it is incomplete, or was changed')
  }
  return { heard, objects }
}

function parse(line: string) {
  try {
    return JSON.parse(line)
  } catch {
    throw new ViewFileError('it is damaged')
  }
}

function checkHeader(
  header: { format?: unknown; version?: unknown; cluster?: unknown; heard?: unknown },
  cluster: string,
): number {
  const { format, version, heard } = header
  if (format !== FORMAT) throw new ViewFileError('it is not a view of Meridian')
  if (version !== VERSION) throw new ViewFileError(`it has version ${version}, this is version ${VERSION}`)
  if (header.cluster !== cluster) throw new ViewFileError(`it is the view of cluster ${header.cluster}`)
  if (typeof heard !== 'number') throw new ViewFileError('it does not say when the cluster was heard')
  return heard
}
