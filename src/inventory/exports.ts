import { admits, type ClusterId, isReach, REACHES, type Reach } from '../clusterset/index.ts'
import { type Address, type Family, familyOf, type Prefix, printAddress, unusable } from '../dns/index.ts'
import {
  type EndpointSlice,
  EXPORT,
  GKE_EXPORT,
  IMPORT,
  type Ingress,
  MANAGED_BY,
  printable,
  SERVICE,
  type Service,
  type ServiceExport,
  type ServiceKey,
  SLICE,
  shareFamilies,
} from '../kube/index.ts'
import { trimmed } from '../packed/index.ts'
import { bearingOn, type ClusterView, listIn, objectIn } from '../source/index.ts'
import { byAge } from './age.ts'
import { mirroredEndpoints, ownEndpoints } from './endpoints.ts'
import { Allowance, fairShares, MOST_PORTS } from './limits.ts'
import { isRefused, objectionToBalancer, StrayCount } from './outside.ts'
import { NONE_READY } from './pack-ready.ts'
import type { Export, Exported, ExportHead, Flaws, Holdings, InventoryRules, LocalImport } from './types.ts'

/**
 * What each cluster holds under a service's name, in order of precedence (KEP-1645 "Conflict Resolution"). `before`:
 * what was held; of the clusters that are not among `views` it is what they hold still.
 */
export function holdingsOf(
  key: ServiceKey,
  views: ReadonlyMap<ClusterId, ClusterView>,
  rules: ReadonlyMap<ClusterId, InventoryRules>,
  before: Pick<Holdings, 'exports' | 'imports' | 'flaws'> = NOTHING,
): Holdings {
  const isKept = (cluster: ClusterId) => !views.has(cluster) && rules.has(cluster)
  const exports = before.exports.filter(({ cluster }) => isKept(cluster))
  const imports = [...before.imports].filter(([cluster]) => isKept(cluster))
  const flaws = [...before.flaws].filter(([cluster]) => isKept(cluster))
  let faults = NO_FAULTS
  for (const [cluster, view] of views) {
    const rule = rules.get(cluster)
    if (rule === undefined) continue
    const { exported, imported, fault } = heldBy(key, cluster, view, rule, before)
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
    flaws: flaws.length === 0 ? NO_FLAWS : new Map(flaws.sort(byCluster)),
    faults,
  }
}

interface Held {
  readonly exported: Export | undefined
  readonly imported: LocalImport | undefined
  readonly fault?: unknown
}

/** One cluster's share. A mistake of ours about it costs the other clusters nothing: the last that was known remains. */
function heldBy(
  key: ServiceKey,
  cluster: ClusterId,
  view: ClusterView,
  rules: InventoryRules,
  before: Pick<Holdings, 'exports' | 'imports'>,
): Held {
  try {
    return { exported: exportOf(key, cluster, view, rules), imported: importOf(key, view, rules) }
  } catch (fault) {
    const known = before.exports.find((one) => one.cluster === cluster)
    return { exported: known ?? failedOf(key, cluster, view), imported: before.imports.get(cluster), fault }
  }
}

/** What stands for a cluster's share of which nothing is known: nobody may say that it does not exist. */
export const failedOf = (key: ServiceKey, cluster: ClusterId, view: ClusterView): Export | undefined =>
  declaredIn(view, key) === undefined ? undefined : { kind: 'failed', cluster, createdAt: 0 }

/** What says that a service is exported. */
const declaredIn = (view: ClusterView, key: ServiceKey): Declared | undefined =>
  objectIn(view, EXPORT, key) ?? objectIn(view, GKE_EXPORT, key)

type Declared = Omit<ServiceExport, 'kind'>

const NO_FAULTS: ReadonlyMap<ClusterId, unknown> = new Map()

/** Most services have none: one map for all of them. */
const NO_IMPORTS: ReadonlyMap<ClusterId, LocalImport> = new Map()

/** Nearly none has any. */
export const NO_FLAWS: Flaws = new Map()

const NOTHING = { exports: [], imports: NO_IMPORTS, flaws: NO_FLAWS } as const

const byCluster = ([a]: readonly [ClusterId, unknown], [b]: readonly [ClusterId, unknown]): number =>
  a < b ? -1 : 1

const byPrecedence =
  (rules: ReadonlyMap<ClusterId, InventoryRules>) =>
  (a: Export, b: Export): number =>
    (rules.get(a.cluster)?.rank ?? 0) - (rules.get(b.cluster)?.rank ?? 0) ||
    byAge(a, b) ||
    (a.cluster < b.cluster ? -1 : a.cluster > b.cluster ? 1 : 0)

function exportOf(
  key: ServiceKey,
  cluster: ClusterId,
  view: ClusterView,
  rules: InventoryRules,
): Export | undefined {
  const service = objectIn(view, SERVICE, key)
  const declared = declaredIn(view, key)
  const head: ExportHead = { cluster, createdAt: (declared ?? service)?.createdAt ?? 0 }
  const unreadable = view.unreadable.get(key) ?? []
  const isThere = unreadable.some(({ kind }) => kind === SERVICE.kind)
  if (declared === undefined) {
    if (unreadable.some(({ kind }) => kind === EXPORT.kind || kind === GKE_EXPORT.kind))
      return { kind: 'unreadable', ...head }
    return service !== undefined || isThere ? { kind: 'notExported', ...head } : undefined
  }
  if (service === undefined) return { kind: isThere ? 'unreadable' : 'noService', ...head }
  if (service.type === 'ExternalName') return { kind: 'invalidServiceType', ...head }
  if (service.derived) return { kind: 'derived', ...head }
  if (!admits(rules.exportNamespaces, service.namespace)) return { kind: 'namespaceDenied', ...head }
  return { kind: 'valid', ...head, ...exported(service, declared, listIn(view, SLICE, key), rules) }
}

/** What cannot be read of a cluster's objects of one name, or of parts of them. */
function flawsOf(key: ServiceKey, view: ClusterView): readonly string[] {
  const whole = (view.unreadable.get(key) ?? []).map(({ problem }) => problem)
  const inPart = [...bearingOn(view, key)].flatMap(({ flaws = [] }) => flaws)
  return trimmed([...whole, ...inPart].slice(0, MOST_FLAWS))
}

/** Of one service in one cluster: more cannot be read at a time. */
const MOST_FLAWS = 20

function exported(
  service: Service,
  declared: Declared,
  slices: readonly EndpointSlice[],
  rules: InventoryRules,
): Exported {
  const weight = weightOf(declared.weight)
  const reach = reachOf(declared.reach)
  const strays = new StrayCount()
  return {
    type: service.headless ? 'Headless' : 'ClusterSetIP',
    ports: service.ports.length > MOST_PORTS ? service.ports.slice(0, MOST_PORTS) : service.ports,
    clusterIPs: usableOf(service.clusterIPs, rules.addresses.nat64),
    ipFamilies: familiesOf(service),
    ingress: believedOf(service.ingress, rules, strays),
    sessionAffinity: service.sessionAffinity,
    sessionAffinityTimeout: service.sessionAffinityTimeout,
    internalTrafficPolicy: service.internalTrafficPolicy,
    trafficDistribution: service.trafficDistribution,
    labels: declared.exportedLabels,
    annotations: declared.exportedAnnotations,
    weight: weight ?? null,
    reach: reach ?? null,
    endpoints: ownEndpoints(slices, service.name, service.publishNotReadyAddresses, rules, strays),
    strays: strays.list(),
    remarks: trimmed([
      ...(service.ports.length > MOST_PORTS
        ? [`its Service has ${service.ports.length} ports, of which the first ${MOST_PORTS} count`]
        : []),
      ...(weight === undefined
        ? [`meridian-dns.io/weight: "${printable(declared.weight ?? '')}" is not a whole number from 0 up`]
        : []),
      ...(reach === undefined
        ? [`meridian-dns.io/reach: "${printable(declared.reach ?? '')}" is none of ${REACHES.join(', ')}`]
        : []),
    ]),
  }
}

const familiesOf = ({ ipFamilies, clusterIPs }: Service): readonly Family[] =>
  shareFamilies([...new Set(ipFamilies.length > 0 ? ipFamilies : clusterIPs.map(familyOf))].sort())

function usableOf(addresses: readonly Address[], nat64: readonly Prefix[]): readonly Address[] {
  const isUsable = (address: Address): boolean => unusable(address, nat64) === undefined
  return addresses.every(isUsable) ? addresses : trimmed(addresses.filter(isUsable))
}

/** What a host name resolves to is not known yet: a route heeds that. */
function believedOf(
  ingress: readonly Ingress[],
  rules: InventoryRules,
  strays: StrayCount,
): readonly Ingress[] {
  const isBelieved = (one: Ingress): boolean => {
    if (!('address' in one) || unusable(one.address, rules.addresses.nat64) !== undefined) return true
    const objection = objectionToBalancer(one.address, rules, rules.addresses)
    if (objection === undefined) return true
    const refused = isRefused(objection, rules.addresses)
    strays.add(objection, refused, printAddress(one.address))
    return !refused
  }
  const believed = ingress.filter(isBelieved)
  return believed.length === ingress.length ? ingress : trimmed(believed)
}

/** null: not said; undefined: said, but no weight. */
const weightOf = (text: string | null): number | null | undefined =>
  text === null ? null : /^\d{1,9}$/.test(text) ? Number(text) : undefined

const reachOf = (text: string | null): Reach | null | undefined =>
  text === null ? null : isReach(text) ? text : undefined

function importOf(key: ServiceKey, view: ClusterView, rules: InventoryRules): LocalImport | undefined {
  const found = objectIn(view, IMPORT, key)
  if (found === undefined) return undefined
  const bySource = Map.groupBy(mirrored(view, key, found.name), (slice) => slice.sourceCluster ?? '')
  const allowance = new Allowance()
  const endpoints = [...bySource]
    .map(([cluster, slices]) => ({ cluster, ready: mirroredEndpoints(slices, rules, allowance) }))
    .filter(({ ready }) => ready !== NONE_READY)
    .sort((a, b) => (a.cluster < b.cluster ? -1 : 1))
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
