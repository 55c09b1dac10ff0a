import {
  applyChanges,
  type ClusterView,
  EMPTY_VIEW,
  type SourceProblem,
} from '../../sources/changes/index.ts'
import { readGeo } from '../../sources/geo/index.ts'
import { type ReadOnce, readAllOnce, SOURCES, type ToRead } from '../../sources/kinds/index.ts'
import type { ClusterId, GeoTable, Viewpoint } from '../../words/clusterset/index.ts'
import { KINDS, type ServiceKey } from '../../words/kube/index.ts'
import { emptyWorld, leftOutOf, settle, step, type World, withFreshness } from '../../world/zone/index.ts'
import type { Inspected } from '../admin/index.ts'
import {
  budgetOf,
  type ClusterConfig,
  type Config,
  clientRulesOf,
  geoWorkOf,
  planOf,
  watchScopeOf,
  watchSpecsOf,
} from '../config/index.ts'
import { slicesBehind, withResolvers } from '../effective/index.ts'
import { type OpenSources, openSourcesOf } from './live.ts'
import { goOnWith } from './turns.ts'

/** The world that a configuration's sources make now, without a server; and what is wrong with them. */
export interface Offline {
  readonly config: Config
  readonly world: World
  readonly views: ReadonlyMap<ClusterId, ClusterView>
  readonly problems: ReadonlyMap<ClusterId, readonly SourceProblem[]>
  /** Files of other programs among its manifests. */
  readonly passedOver: ReadonlyMap<ClusterId, readonly string[]>
  /** Kinds among its manifests that are not read there. */
  readonly skipped: ReadonlyMap<ClusterId, NonNullable<ReadOnce['skipped']>>
}

/**
 * Reads every source once, all at the same time; none is waited for longer than 20 s. `now` in Unix milliseconds:
 * worlds of one moment have the same serials, however much they differ otherwise.
 */
export async function readOffline(
  config: Config,
  now = Date.now(),
  open = openSourcesOf(config),
  deadlineMs?: number,
): Promise<Offline> {
  let world = emptyWorld(planOf(config), now)
  const { serials } = world
  const views = new Map<ClusterId, ClusterView>()
  const dirtyOf = new Map<ClusterId, ReadonlySet<ServiceKey>>()
  const problems = new Map<ClusterId, readonly SourceProblem[]>()
  const aside = new Map<ClusterId, Pick<ReadOnce, 'passedOver' | 'skipped'>>()
  const read = await readAllOnce(
    [...config.clusters.flatMap((cluster) => toRead(cluster, config, open)), ...registriesToRead(config)],
    deadlineMs,
  )
  const specs = watchSpecsOf(config)
  for (const { id } of specs) {
    const { changes, problems: found, ...beside } = read.get(id) ?? UNREAD
    await goOnWith(`taking in the objects of ${id}`)
    aside.set(id, beside)
    problems.set(id, found)
    if (changes === null) continue
    const { view, dirty } = applyChanges(EMPTY_VIEW, changes)
    views.set(id, view)
    dirtyOf.set(id, dirty)
  }
  const all = new Map(specs.map(({ id }) => [id, views.get(id) ?? EMPTY_VIEW]))
  for (const [id, dirty] of dirtyOf) {
    await goOnWith(`deriving the services of ${id}`)
    world = withFreshness(step(world, all, dirty, now), id, { kind: 'live', heard: now }, now)
  }
  await goOnWith(null)
  return { config, world: { ...settle(world), serials }, views, problems, ...asideOf(aside) }
}

const asideOf = (
  all: ReadonlyMap<ClusterId, Pick<ReadOnce, 'passedOver' | 'skipped'>>,
): Pick<Offline, 'passedOver' | 'skipped'> => ({
  passedOver: new Map([...all].map(([id, { passedOver = [] }]) => [id, passedOver])),
  skipped: new Map([...all].map(([id, { skipped = [] }]) => [id, skipped])),
})

const UNREAD: ReadOnce = { changes: null, problems: [] }

function toRead(cluster: ClusterConfig, config: Config, open: OpenSources): readonly ToRead[] {
  const { id, namespaces } = cluster
  const source = open.get(id)
  if (source === undefined) return []
  const kinds = source.kinds(KINDS, watchScopeOf(cluster, config))
  return [{ source, reading: { id, namespaces, kinds, budget: budgetOf(config) } }]
}

/** API servers of registries that say something of services, and are no cluster's. */
const registriesToRead = (config: Config): readonly ToRead[] =>
  watchSpecsOf(config).flatMap(({ id, source: choice, namespaces, scope, budget }) => {
    if (config.clusters.some((cluster) => cluster.id === id)) return []
    const source = SOURCES.of(choice)
    return [{ source, reading: { id, namespaces, kinds: source.kinds(KINDS, scope), budget } }]
  })

/** By the GeoIP database that the configuration names, if any; one that cannot be read is told. */
export async function geoOffline(
  { config, world }: Offline,
  complain: (why: string) => void,
): Promise<GeoTable | null> {
  const work = geoWorkOf(config, world.clusterset.local, config.clusters)
  if (work === null) return null
  try {
    return (await readGeo(work.database, work.rules)).table
  } catch (error) {
    complain(`${work.database}: ${error instanceof Error ? error.message : String(error)}`)
    return null
  }
}

export const inspectedOffline = (
  { config, world, views }: Offline,
  version: string,
  geo: GeoTable | null = null,
): Inspected => ({
  snapshot: world,
  map: mapOf(config, world.clusterset.local, views),
  geo,
  identity: { version, id: config.dns.id },
  leftOut: (key) => leftOutOf(key, world, views),
})

function mapOf(config: Config, local: Viewpoint, views: Offline['views']): Inspected['map'] {
  const rules = clientRulesOf(config, local)
  const { fromService } = config.clients
  return fromService === null
    ? rules.map
    : withResolvers(rules, slicesBehind(views.get(local.cluster), fromService)).map
}
