import { checkFormat, parseLine, readSealed, StateFileError, writeSealed } from './sealed-file.ts'

const FORMAT = 'meridian-found'
const VERSION = 1

/** A cluster that was found at run time, as it was declared where it was found. Without credentials. */
export interface SavedCluster {
  /** Where it was found, different for each: `meridian/west`. */
  readonly key: string
  /** The same in a sentence: `Secret meridian/west`. */
  readonly place: string
  /** Of what it was found in, Unix milliseconds. */
  readonly createdAt: number
  /** As in an entry of `clusters`. */
  readonly fields: Readonly<Record<string, unknown>>
  /** Of its namespace kube-system, where that is known and is no other cluster's. */
  readonly uid?: string
  /** The name of the registry that holds it; absent: an older process saved it. */
  readonly registry?: string
  /** What that one's objects call it; absent: by its id. */
  readonly name?: string
  /** It was in already, by the same id: nothing but what that registry knows of it is kept. */
  readonly again?: boolean
}

/** Which cluster answers for one of the configuration: only that is kept of those. */
export interface SavedUid {
  /** Its id. */
  readonly configured: string
  /** Of its namespace kube-system. */
  readonly uid: string
}

/** All that is kept of clusters that are found, and of those that they may be. */
export type SavedFound = readonly (SavedCluster | SavedUid)[]

/** Writes all clusters that are found; none is written too. */
export const writeFound = (path: string, clusters: SavedFound): Promise<void> =>
  writeSealed(path, { header: { format: FORMAT, version: VERSION }, objects: clusters })

/** Reads them back, or rejects with a StateFileError that says why they cannot be believed. */
export async function readFound(path: string): Promise<SavedFound> {
  const clusters: (SavedCluster | SavedUid)[] = []
  await readSealed(
    path,
    (line) => checkFormat(parseLine(line), FORMAT, VERSION, 'a list of clusters'),
    (line) => clusters.push(savedOne(parseLine(line))),
  )
  return clusters
}

function savedOne(saved: { [field in keyof (SavedCluster & SavedUid)]?: unknown }): SavedCluster | SavedUid {
  const { configured, uid } = saved
  return typeof configured === 'string' && typeof uid === 'string' ? { configured, uid } : savedCluster(saved)
}

function savedCluster(saved: { [field in keyof SavedCluster]?: unknown }): SavedCluster {
  const { key, place, createdAt, fields, uid, registry, name, again } = saved
  if (typeof key !== 'string' || typeof place !== 'string' || typeof createdAt !== 'number')
    throw new StateFileError('it does not say where a cluster was found')
  if (typeof fields !== 'object' || fields === null)
    throw new StateFileError(`it does not say what ${place} declares`)
  return {
    key,
    place,
    createdAt,
    fields: { ...fields },
    ...(typeof uid === 'string' && uid !== '' && { uid }),
    ...(typeof registry === 'string' && registry !== '' && { registry }),
    ...(typeof name === 'string' && name !== '' && { name }),
    ...(again === true && { again }),
  }
}
