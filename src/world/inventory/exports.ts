import { bearingOn, type ClusterView, listIn, objectIn, objectsOf } from '../../sources/changes/index.ts'
import { fold } from '../../values/dns/index.ts'
import { trimmed } from '../../values/packed/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import {
  type EndpointSlice,
  IMPORT,
  type KindRow,
  MANAGED_BY,
  type ServiceKey,
  SLICE,
  type UnreadableObject,
} from '../../words/kube/index.ts'
import { byAge } from './age.ts'
import { mirroredEndpoints } from './endpoints.ts'
import { exportOf, isWanted } from './export-of.ts'
import type { Export } from './export-types.ts'
import type { Holdings, LocalImport, ObjectProblems } from './holding-types.ts'
import { EndpointAllowance, fairShares, firstSources } from './limits.ts'
import { NONE_READY } from './pack-ready.ts'
import type { Ids, InventoryRules, Seen } from './rule-types.ts'

/**
 * What each cluster holds under a service's name, in order of precedence (KEP-1645, "Conflict Resolution"). `before`:
 * what was held; of the clusters that are not among `those` it is what they hold still.
 */
export function holdingsOf(
  key: ServiceKey,
  those: Ids,
  seen: Seen,
  before: Pick<Holdings, 'exports' | 'imports' | 'flaws'> = NOTHING,
): Holdings {
  const { views, rules } = seen
  const isKept = (cluster: ClusterId) => rules.has(cluster) && !(those.has(cluster) && views.has(cluster))
  const exports = before.exports.filter(({ cluster }) => isKept(cluster))
  const imports = [...before.imports].filter(([cluster]) => isKept(cluster))
  const flaws = [...before.flaws].filter(([cluster]) => isKept(cluster))
  let faults = NO_FAULTS
  for (const cluster of those.keys()) {
    const [view, rule] = [views.get(cluster), rules.get(cluster)]
    if (view === undefined || rule === undefined) continue
    const { exported, imported, fault } = heldBy(key, { cluster, view, rule }, seen, before)
    if (exported !== undefined) exports.push(exported)
    if (imported !== undefined) imports.push([cluster, imported])
    const flawed = flawsOf(key, view)
    if (flawed.length > 0) flaws.push([cluster, flawed])
    if (fault !== undefined) faults = new Map(faults).set(cluster, fault)
  }
  return {
    key,
    exports: trimmed(exports.sort(byPrecedence(rules))),
    imports: imports.length === 0 ? NO_IMPORTS : new Map(imports.sort(byCluster)),
    flaws: flaws.length === 0 ? NO_PROBLEMS : new Map(flaws.sort(byCluster)),
    faults,
  }
}

interface Holder {
  readonly cluster: ClusterId
  readonly view: ClusterView
  readonly rule: InventoryRules
}

interface Held {
  readonly exported: Export | undefined
  readonly imported: LocalImport | undefined
  readonly fault?: unknown
}

/** One cluster's share. A mistake of ours about it costs the other clusters nothing: the last that was known remains. */
function heldBy(
  key: ServiceKey,
  { cluster, view, rule }: Holder,
  seen: Seen,
  before: Pick<Holdings, 'exports' | 'imports'>,
): Held {
  try {
    return { exported: exportOf(key, cluster, seen), imported: importOf(key, view, rule) }
  } catch (fault) {
    const known = before.exports.find((one) => one.cluster === cluster)
    return { exported: known ?? failedOf(key, cluster, seen), imported: before.imports.get(cluster), fault }
  }
}

/** What stands for a cluster's share of which nothing is known: nobody may say that it does not exist. */
export const failedOf = (key: ServiceKey, cluster: ClusterId, seen: Seen): Export | undefined =>
  isWanted(key, cluster, seen) ? { kind: 'failed', cluster, createdAt: 0 } : undefined

const NO_FAULTS: ReadonlyMap<ClusterId, unknown> = new Map()

/** Most services have none: one map for all of them. */
const NO_IMPORTS: ReadonlyMap<ClusterId, LocalImport> = new Map()

/** Nearly none has any. */
export const NO_PROBLEMS: ObjectProblems = new Map()

const NOTHING = { exports: [], imports: NO_IMPORTS, flaws: NO_PROBLEMS } as const

const byCluster = ([a]: readonly [ClusterId, unknown], [b]: readonly [ClusterId, unknown]): number =>
  a < b ? -1 : 1

const byPrecedence =
  (rules: ReadonlyMap<ClusterId, InventoryRules>) =>
  (a: Export, b: Export): number =>
    (rules.get(a.cluster)?.rank ?? 0) - (rules.get(b.cluster)?.rank ?? 0) ||
    byAge(a, b) ||
    (a.cluster < b.cluster ? -1 : a.cluster > b.cluster ? 1 : 0)

/** What cannot be read of a cluster's objects of one name, or of parts of them; of policies whoever reads them tells. */
function flawsOf(key: ServiceKey, view: ClusterView): readonly string[] {
  const whole = (view.unreadable.get(key) ?? []).flatMap((one) =>
    isOfOthers(view.kinds.named(one.kind)?.where) ? [] : [problemOf(one, view)],
  )
  const inPart = bearingOn(view, key, ({ where }) => !isOfOthers(where)).flatMap(({ flaws = [] }) => flaws)
  return trimmed([...whole, ...inPart].slice(0, MOST_FLAWS))
}

/** Whose objects are no cluster's share of a service. */
const isOfOthers = (where: KindRow['where'] | undefined): boolean =>
  where === 'policy' || where === 'registry'

/** What is wrong with an object, and what holds meanwhile. */
const problemOf = ({ kind, key, problem }: UnreadableObject, view: ClusterView): string =>
  objectsOf(view, kind).get(key) === undefined ? problem : `${problem}; what was last read of it holds`

/** Of one service in one cluster: more cannot be read at a time. */
const MOST_FLAWS = 20

function importOf(key: ServiceKey, view: ClusterView, rules: InventoryRules): LocalImport | undefined {
  const found = objectIn(view, IMPORT, key)
  if (found === undefined) return undefined
  const bySource = Map.groupBy(mirrored(view, key, found.name), (slice) => fold(slice.sourceCluster ?? ''))
  const allowance = new EndpointAllowance()
  const endpoints = firstSources(bySource)
    .map(([cluster, slices]) => ({ cluster, ready: mirroredEndpoints(slices, rules, allowance) }))
    .filter(({ ready }) => ready !== NONE_READY)
  return {
    type: found.type,
    ips: found.ips,
    ports: found.ports,
    foreign: found.managedBy !== MANAGED_BY,
    endpoints: fairShares(endpoints) ?? endpoints,
  }
}

/** Slices that another implementation wrote: Meridian's own hold what is known from the clusters themselves. */
const mirrored = (view: ClusterView, key: ServiceKey, name: string): readonly EndpointSlice[] =>
  listIn(view, SLICE, key).filter(
    (slice) =>
      slice.importedService === name && slice.sourceCluster !== null && slice.managedBy !== MANAGED_BY,
  )
