import { type KubeObject, printable, withSharedParts } from '../kube/index.ts'
import type { ClusterView } from '../source/index.ts'
import { checkFormat, parseLine, readSealed, StateFileError, writeSealed } from './sealed-file.ts'

const FORMAT = 'meridian-view'
/** 1 had endpoints as objects; in 2, packed ones could lack octets. */
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

function* objectsOf(view: ClusterView): Generator<KubeObject> {
  const { services, exports, otherExports, imports, sliceNames } = view
  yield* services.values()
  yield* exports.values()
  yield* otherExports.values()
  yield* imports.values()
  yield* sliceNames.values()
}

/** Reads a view back, or rejects with a StateFileError that says why it cannot be believed. */
export async function readView(path: string, cluster: string): Promise<SavedView> {
  const objects: KubeObject[] = []
  let heard = 0
  await readSealed(
    path,
    (line) => {
      heard = checkHeader(parseLine(line), cluster)
    },
    (line) => objects.push(withSharedParts(checkKind(parseLine(line)))),
  )
  return { heard, objects }
}

/** One that no version of this format writes: nothing else in the file is to be believed. */
function checkKind(object: KubeObject): KubeObject {
  if (KINDS.has(object.kind)) return object
  throw new StateFileError(`it holds an object of kind ${printable(String(object.kind))}, which no view has`)
}

const KINDS: ReadonlySet<string> = new Set<KubeObject['kind']>([
  'Service',
  'ServiceExport',
  'ServiceExport.net.gke.io',
  'ServiceImport',
  'EndpointSlice',
])

function checkHeader(
  header: { format?: unknown; version?: unknown; cluster?: unknown; heard?: unknown },
  cluster: string,
): number {
  checkFormat(header, FORMAT, VERSION, 'a view')
  if (header.cluster !== cluster) throw new StateFileError(`it is the view of cluster ${header.cluster}`)
  if (typeof header.heard !== 'number') throw new StateFileError('it does not say when the cluster was heard')
  return header.heard
}
