import type { Inspected } from '../admin/index.ts'
import { within } from '../apiserver/index.ts'
import type { ClusterId } from '../clusterset/index.ts'
import {
  budgetOf,
  type ClusterConfig,
  type Config,
  clientMapOf,
  clustersetOf,
  rulesOf,
  scopeOf,
  settingsOf,
} from '../config/index.ts'
import { KINDS } from '../kube/index.ts'
import {
  applyChanges,
  type Care,
  type ClusterView,
  type DirectoryOptions,
  EMPTY_VIEW,
  NO_CARE,
  type Problem,
  readDirectoryOnce,
} from '../source/index.ts'
import { emptyWorld, settle, step, type World, withFreshness } from '../zone/index.ts'
import { type LiveCluster, liveClustersOf, type ReadOnce, readLive } from './live.ts'
import { goOnWith } from './turns.ts'

/** The world that a configuration's sources make now, without a server; and what is wrong with them. */
export interface Offline {
  readonly config: Config
  readonly world: World
  readonly views: ReadonlyMap<ClusterId, ClusterView>
  readonly problems: ReadonlyMap<ClusterId, readonly Problem[]>
  /** Files of other programs among its manifests. */
  readonly passedOver: ReadonlyMap<ClusterId, readonly string[]>
}

/**
 * Reads every source once, all at the same time; none is waited for longer than 20 s. `now` in Unix milliseconds:
 * worlds of one moment have the same serials, however much they differ otherwise.
 */
export async function readOffline(
  config: Config,
  now = Date.now(),
  live = liveClustersOf(config),
  deadlineMs?: number,
): Promise<Offline> {
  let world = emptyWorld(settingsOf(config), clustersetOf(config), rulesOf(config), now)
  const { serials } = world
  const views = new Map<ClusterId, ClusterView>()
  const problems = new Map<ClusterId, readonly Problem[]>()
  const passedOver = new Map<ClusterId, readonly string[]>()
  const read = await Promise.all(
    config.clusters.map((cluster) => readOnce(cluster, config, live, deadlineMs)),
  )
  for (const { id, changes, problems: found, passedOver: passed } of read) {
    await goOnWith(`taking in the objects of ${id}`)
    passedOver.set(id, passed ?? [])
    problems.set(id, found)
    if (changes === null) continue
    const { view, dirty } = applyChanges(EMPTY_VIEW, changes)
    views.set(id, view)
    world = withFreshness(step(world, views, dirty, now), id, { kind: 'live', heard: now }, now)
  }
  await goOnWith(null)
  return { config, world: { ...settle(world), serials }, views, problems, passedOver }
}

async function readOnce(
  cluster: ClusterConfig,
  config: Config,
  live: readonly LiveCluster[],
  deadlineMs: number | undefined,
): Promise<ReadOnce & { readonly id: ClusterId; readonly passedOver?: readonly string[] }> {
  const { id, source, namespaces } = cluster
  const budget = budgetOf(config)
  if (source.kind === 'manifests') {
    const kinds = KINDS.inManifests(scopeOf(cluster, config))
    return { id, ...(await readManifests(source.path, { namespaces, kinds, kept: budget.kept }, deadlineMs)) }
  }
  const found = live.find((one) => one.id === id)
  return {
    id,
    ...(found === undefined ? { changes: null, problems: [] } : await readLive(found, deadlineMs, budget)),
  }
}

const MANIFESTS_MS = 20_000

/** Large directories take longer; those that nothing comes of are given up. */
async function readManifests(
  path: string,
  options: DirectoryOptions,
  ms = MANIFESTS_MS,
): Promise<ReadOnce & { readonly passedOver?: readonly string[] }> {
  const passedOver: string[] = []
  let begun = 0
  const hold: Care['hold'] = (_file, read) => {
    begun++
    return read()
  }
  const reading = readDirectoryOnce(path, {
    ...options,
    care: { ...NO_CARE, hold },
    onPassedOver: (file) => passedOver.push(file),
  })
  const message = `could not be read within ${ms / 1000} s; see whether the volume that it is on answers`
  for (let before = 0; !(await within(ms, reading)); before = begun)
    if (begun === before) return { changes: null, problems: [{ place: path, message }] }
  const { changes, problems } = await reading
  // A directory that cannot be read is a cluster never heard, as it is for a server.
  const found = changes.length > 0 || !problems.some(({ place }) => place === path)
  return { changes: found ? changes : null, problems, passedOver }
}

export const inspectedOf = ({ config, world }: Offline, version: string): Inspected => ({
  snapshot: world,
  map: clientMapOf(config, world.clusterset.local),
  identity: { version, id: config.dns.id },
})
