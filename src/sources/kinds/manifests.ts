import { within } from '../../words/threads/index.ts'
import { type Care, NO_CARE, type SealedChange, type StartSource, sealed } from '../changes/index.ts'
import { type DirectoryOptions, readDirectoryOnce, watchDirectory } from '../manifests/index.ts'
import { readAlone, startAlone } from './alone.ts'
import { sourceRow } from './row.ts'
import type { ClusterReading, ReadOnce, Skipped, SourceChoice, WatchedCluster } from './types.ts'

/** A directory of YAML and JSON files. */
interface ManifestsChoice extends SourceChoice {
  readonly kind: 'manifests'
  readonly path: string
}

const isManifests = (choice: SourceChoice): choice is ManifestsChoice => choice.kind === 'manifests'

export const MANIFESTS = sourceRow(isManifests, ({ path }) => ({
  place: path,
  kinds: (all, scope) => all.inManifests(scope),
  files: () => 0,
  ifEmpty: (usual) => `put the output of \`kubectl get ${usual} -A -o yaml\` into ${path}`,
  start: startAlone((cluster) => watchOne(path, cluster)),
  readOnce: readAlone((cluster, ms) => readOne(path, cluster, ms)),
}))

const watchOne = (
  path: string,
  { namespaces, kinds, budget, kept, skipped, care, load, bug }: WatchedCluster,
): StartSource<SealedChange> =>
  sealed(
    watchDirectory(path, {
      namespaces,
      kinds,
      kept: budget.kept,
      onSkipped: skipped,
      care: care('manifests'),
      listenerThrew: bug,
      ...(load === undefined ? {} : { load }),
    }),
    kept,
  )

const ONCE_MS = 20_000

/** Large directories take longer; those that nothing comes of are given up. */
async function readOne(
  path: string,
  { namespaces, kinds, budget }: ClusterReading,
  ms = ONCE_MS,
): Promise<ReadOnce> {
  const passedOver: string[] = []
  const skipped: Skipped[] = []
  let begun = 0
  const hold: Care['hold'] = (_file, read) => {
    begun++
    return read()
  }
  const options: DirectoryOptions = {
    namespaces,
    kinds,
    kept: budget.kept,
    care: { ...NO_CARE, hold },
    onPassedOver: (file) => passedOver.push(file),
    onSkipped: (what, file) => skipped.push({ what, file }),
  }
  const reading = readDirectoryOnce(path, options)
  const message = `could not be read within ${ms / 1000} s; see whether the volume that it is on answers`
  for (let before = 0; !(await within(ms, reading)); before = begun)
    if (begun === before) return { changes: null, problems: [{ place: path, message }] }
  const { changes, problems } = await reading
  // A directory that cannot be read is a cluster never heard, as it is for a server.
  const found = changes.length > 0 || !problems.some(({ place }) => place === path)
  return { changes: found ? changes : null, problems, passedOver, skipped }
}
