import { KINDS, type Kinds, type KubeObject, printable } from '../../words/kube/index.ts'
import type { ClusterView } from '../changes/index.ts'
import { checkFormat, parseLine, readSealed, StateFileError, writeSealed } from './sealed-file.ts'

const FORMAT = 'meridian-view'
/** 1 had endpoints as objects; in 2, packed ones could lack bytes. */
const VERSION = 3

/** A cluster's last view. */
export interface SavedView {
  /** When the cluster was last heard, Unix milliseconds. */
  readonly heard: number
  readonly objects: readonly KubeObject[]
}

export const writeView = (path: string, cluster: string, heard: number, view: ClusterView): Promise<void> =>
  writeSealed(path, {
    header: { format: FORMAT, version: VERSION, cluster, heard },
    objects: objectsOf(view),
  })

function* objectsOf({ objects }: ClusterView): Generator<KubeObject> {
  for (const table of objects.values()) yield* table.values()
}

/** Reads a view back, or rejects with a StateFileError that says why it cannot be believed. */
export async function readView(path: string, cluster: string, kinds: Kinds = KINDS): Promise<SavedView> {
  const objects: KubeObject[] = []
  let heard = 0
  await readSealed(
    path,
    (line) => {
      heard = checkHeader(parseLine(line), cluster)
    },
    (line) => objects.push(kinds.shared(checkKind(parseLine(line), kinds))),
  )
  return { heard, objects }
}

/**
 * A kind without a row here: a later version wrote the view, or something that is none of ours. Nothing else in the file is
 * believed: what such an object bears on (a host that it adds, a route that it takes away) is not known, and a part of what
 * was answered is worse than a cluster that is waited for.
 */
function checkKind(object: KubeObject, kinds: Kinds): KubeObject {
  if (kinds.named(object.kind) !== undefined) return object
  const kind = printable(String(object.kind))
  throw new StateFileError(
    `it holds an object of kind ${kind}, which this version does not read, so nothing of it is; it is read again by the version that wrote it, under its own name, and this one reads the cluster itself`,
  )
}

function checkHeader(
  header: { format?: unknown; version?: unknown; cluster?: unknown; heard?: unknown },
  cluster: string,
): number {
  checkFormat(header, FORMAT, VERSION, 'a view')
  if (header.cluster !== cluster) throw new StateFileError(`it is the view of cluster ${header.cluster}`)
  if (typeof header.heard !== 'number') throw new StateFileError('it does not say when the cluster was heard')
  return header.heard
}
