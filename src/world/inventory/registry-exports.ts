import { EMPTY_VIEW, objectIn } from '../../sources/changes/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import { SERVICE, type ServiceKey } from '../../words/kube/index.ts'
import type { Export } from './export-types.ts'
import { exportOfService, isUnreadableOf } from './exported.ts'
import type { ExportSaying, RegistrySeen, RegistryWords } from './registry-types.ts'
import { REGISTRY_WORDS } from './registry-words.ts'
import type { ExportRule, ObjectReader, PolicyProvider, Seen } from './rule-types.ts'
import { withUnread } from './unread-objects.ts'

interface Speaking {
  readonly words: RegistryWords
  readonly registry: RegistrySeen
}

/** The registries that may say something of services, with what they last said. */
function speakingIn({ registries, views }: Seen): readonly Speaking[] {
  if (registries === undefined || registries.length === 0) return NOBODY
  return registries.flatMap((registry) => {
    const objects = views.get(registry.view)
    if (objects === undefined) return []
    return REGISTRY_WORDS.filter(({ word }) => registry.asked.includes(word)).map((words) => ({
      words,
      registry: { ...registry, objects },
    }))
  })
}

const NOBODY: readonly Speaking[] = []

/** The first that says that a cluster exports a service. */
function sayingOf(key: ServiceKey, cluster: ClusterId, some: readonly Speaking[]): ExportSaying | undefined {
  for (const { words, registry } of some) {
    if (!registry.clusters.has(cluster)) continue
    const saying = words.exportOf(key, cluster, registry)
    if (saying !== undefined) return { ...saying, by: `${saying.by} in ${registry.view}` }
  }
  return undefined
}

/** Where every cluster is meant, those that have nothing of the name are not. */
function countsIn({ isNamed }: ExportSaying, key: ServiceKey, cluster: ClusterId, { views }: Seen): boolean {
  const view = views.get(cluster) ?? EMPTY_VIEW
  return isNamed || objectIn(view, SERVICE, key) !== undefined || isUnreadableOf(view, key, [SERVICE])
}

/** An object of a registry says that clusters export a service: in an API server that need be none of theirs. */
export const REGISTRY_EXPORTS: ExportRule = {
  exportOf: (key, cluster, seen) => {
    const saying = sayingOf(key, cluster, speakingIn(seen))
    if (saying === undefined || !countsIn(saying, key, cluster, seen)) return undefined
    const { by, createdAt } = saying
    return exportOfService({ ...SAYS_NO_MORE, createdAt, by }, key, cluster, seen)
  },
  isWanted: (key, cluster, seen) => {
    const saying = sayingOf(key, cluster, speakingIn(seen))
    return saying !== undefined && countsIn(saying, key, cluster, seen)
  },
  bearsOn: (key, by, seen, before) => {
    const some = speakingIn(seen).filter(({ registry }) => registry.view === by)
    if (some.length === 0) return []
    const held = new Map(before.map((one) => [one.cluster, one]))
    const clusters = new Set(some.flatMap(({ registry }) => [...registry.clusters.keys()]))
    return [...clusters].filter((id) => isMoved(held.get(id), sayingOf(key, id, some), id, seen, key))
  },
}

const SAYS_NO_MORE = { weight: null, reach: null, exportedLabels: {}, exportedAnnotations: {} } as const

/** Whether a cluster may export otherwise than it did, by what is said now. */
function isMoved(
  before: Export | undefined,
  saying: ExportSaying | undefined,
  cluster: ClusterId,
  seen: Seen,
  key: ServiceKey,
): boolean {
  const said = saying !== undefined && countsIn(saying, key, cluster, seen) ? saying : undefined
  const was = isOfRegistry(before, seen) ? before : undefined
  return said?.by !== was?.by || (said !== undefined && said.createdAt !== was?.createdAt)
}

const isOfRegistry = (one: Export | undefined, { registries = [] }: Seen): boolean =>
  one?.by !== undefined && registries.some(({ view }) => one.by?.endsWith(` in ${view}`))

/** Weights that the objects of registries say. */
export const REGISTRY_POLICY: PolicyProvider = (key, seen) =>
  speakingIn(seen).flatMap(({ words, registry }) => words.policiesOf(key, registry))

export const REGISTRY_OBJECTS: ObjectReader = (key, seen, exports) =>
  speakingIn(seen).flatMap(({ words, registry }) => {
    const { view } = registry
    const exporting = (by: string): number =>
      exports.filter((one) => one.kind === 'valid' && one.by === `${by} in ${view}`).length
    const objects = words.objectsOf(key, registry, exporting)
    return withUnread(objects, key, words.kinds, view, registry.objects)
  })
