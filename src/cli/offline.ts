import type { Inspected } from '../admin/index.ts'
import type { ClusterId } from '../clusterset/index.ts'
import { type Config, clientMapOf, clustersetOf, rulesOf, settingsOf } from '../config/index.ts'
import {
  applyChanges,
  type ClusterView,
  EMPTY_VIEW,
  type Problem,
  readDirectoryOnce,
} from '../source/index.ts'
import { emptyWorld, settle, step, type World, withFreshness } from '../zone/index.ts'

/** The world that a configuration's sources make now, without a server; and what is wrong with them. */
export interface Offline {
  readonly config: Config
  readonly world: World
  readonly views: ReadonlyMap<ClusterId, ClusterView>
  readonly problems: ReadonlyMap<ClusterId, readonly Problem[]>
}

/** `now` in Unix milliseconds: worlds of one moment have the same serials, however much they differ otherwise. */
export async function readOffline(config: Config, now = Date.now()): Promise<Offline> {
  let world = emptyWorld(settingsOf(config), clustersetOf(config), rulesOf(config), now)
  const { serials } = world
  const views = new Map<ClusterId, ClusterView>()
  const problems = new Map<ClusterId, readonly Problem[]>()
  for (const { id, source } of config.clusters) {
    if (source.kind !== 'manifests') continue
    const read = await readDirectoryOnce(source.path)
    problems.set(id, read.problems)
    if (!wasFound(source.path, read)) continue
    const { view, dirty } = applyChanges(
      EMPTY_VIEW,
      read.objects.map((object) => ({ op: 'put', object })),
    )
    views.set(id, view)
    world = withFreshness(step(world, views, dirty, now), id, { kind: 'live', heard: now }, now)
  }
  return { config, world: { ...settle(world), serials }, views, problems }
}

/** A directory that cannot be read is a cluster never heard, as it is for a server. */
const wasFound = (
  path: string,
  { objects, problems }: Awaited<ReturnType<typeof readDirectoryOnce>>,
): boolean => objects.length > 0 || !problems.some(({ place }) => place === path)

export const inspectedOf = ({ config, world }: Offline, version: string): Inspected => ({
  snapshot: world,
  map: clientMapOf(config, world.clusterset.local),
  identity: { version, id: config.dns.id },
})
