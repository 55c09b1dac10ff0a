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

/** One that no version of this format writes: nothing else in the file is to be believed. */
function checkKind(object: KubeObject, kinds: Kinds): KubeObject {
  if (kinds.named(object.kind) !== undefined) return object
  throw new StateFileError(`it holds an object of kind ${printable(String(object.kind))}, which no view has`)
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
