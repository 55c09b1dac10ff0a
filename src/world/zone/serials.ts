import { isNewer, type Name, nextSerial, type Serial } from '../../values/dns/index.ts'
import { reuse } from '../../values/table/index.ts'
import type {
  AddressRules,
  Cluster,
  ClusterId,
  Networks,
  ShareRoute,
  Site,
} from '../../words/clusterset/index.ts'
import { type Export, isContested } from '../inventory/index.ts'
import { entryIn } from './entry-in.ts'
import { hostsZones, isOfHost, zoneOfHost } from './hosts.ts'
import { agreeing, hasForeignImport } from './published.ts'
import { TALLY } from './tally.ts'
import type { Entry, Snapshot, Zone, ZoneSettings } from './types.ts'
import { federationZones } from './zones.ts'

/**
 * Whose records may be others now: a zone's serial moves with what it may answer, to whomever, and with nothing else.
 * What only `_explain` tells is in no zone that is transferred.
 */
export class Moves {
  /** Of the clusterset and global zones. */
  #shared = false
  readonly #clusters = new Set<ClusterId>()
  /** Of the global zone alone. */
  #global = false
  readonly #settings: ZoneSettings
  /** Of federations and hosts, by the zone's name. */
  readonly #names = new Set<Name>()

  constructor(settings: ZoneSettings) {
    this.#settings = settings
  }

  /** One service was this, and is that. */
  exchange(before: Entry | undefined, after: Entry | undefined): void {
    const entry = before ?? after
    if (entry !== undefined && isOfHost(entry)) {
      const zone = zoneOfHost(entry.name, hostsZones(this.#settings))
      if (zone !== undefined && !isSame(outsideParts(before), outsideParts(after))) this.#names.add(zone.name)
      return
    }
    this.#shared ||= !isSame(sharedParts(before), sharedParts(after))
    this.#global ||= !isSame(outsideParts(before), outsideParts(after))
    for (const zone of federationZones(this.#settings))
      if (!isSame(sharedParts(before && entryIn(zone, before)), sharedParts(after && entryIn(zone, after))))
        this.#names.add(zone.name)
    const [old, now] = [exportsOf(before), exportsOf(after)]
    for (const id of new Set([...old.keys(), ...now.keys()]))
      if (!isSame(ownParts(old.get(id)), ownParts(now.get(id)))) this.#clusters.add(id)
  }

  has(zone: Zone): boolean {
    switch (zone.kind) {
      case 'clusterset':
        return this.#shared
      case 'global':
        return this.#shared || this.#global
      case 'cluster':
        return this.#clusters.has(zone.cluster)
      case 'federation':
      case 'entries':
        return this.#names.has(zone.name)
      case 'reverse':
        return false
    }
  }
}

const exportsOf = (entry: Entry | undefined): ReadonlyMap<ClusterId, Export> =>
  new Map(entry?.exports.map((one) => [one.cluster, one]))

/** Most values have one identity from turn to turn; of those that are made anew only the content says it. */
const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean => reuse(a, b) === a

/** What a cluster's own zone answers of its export is made from these. */
function ownParts(one: Export | undefined): readonly unknown[] {
  if (one?.kind !== 'valid') return []
  const { type, ports, clusterIPs, ingress, reach, nodePorts, endpoints, route } = one
  return [type, ports, clusterIPs, ingress, reach, nodePorts, endpoints.ready, route && partsOfRoute(route)]
}

/** What the clusterset and global zones answer of a service is made from these. */
function sharedParts(entry: Entry | undefined): readonly unknown[] {
  if (entry === undefined) return []
  const { import: made, imports } = entry
  if (made === null) return hasForeignImport(entry) ? [imports, ...policyParts(entry)] : []
  const { type, ports, clusters, internalTrafficPolicy } = made
  const shares = agreeing(entry).flatMap((one) => [
    ...ownParts(one),
    one.weight,
    one.endpoints.count,
    one.endpoints.total,
  ])
  return [
    imports,
    type,
    ports,
    clusters,
    internalTrafficPolicy,
    outsideParts(entry),
    policyParts(entry),
    shares,
  ]
}

/**
 * What ServiceEntries bring into a service's answers: its sites, and which clusters have shares. How those are reached
 * is in the clusters' exports.
 */
function outsideParts(entry: Entry | undefined): readonly unknown[] {
  if (entry?.external === undefined) return []
  const { sites, ports, shares } = entry.external
  const exporting = new Set(agreeing(entry).map(({ cluster }) => cluster))
  const held = shares && exporting.size > 0 ? [...shares].filter(([id]) => exporting.has(id)) : null
  if (sites.length === 0 && held === null) return []
  return [ports, sites.map(partsOfSite), held, policyParts(entry)]
}

const policyParts = ({ policies }: Entry): readonly unknown[] =>
  policies.flatMap(({ by: _by, ...parts }) => Object.values(parts))

const partsOfRoute = ({ parts, ports }: ShareRoute): readonly unknown[] => [ports, parts.map(partsOfSite)]

/** All but which objects list it. */
const partsOfSite = ({ by: _by, ...parts }: Site): Omit<Site, 'by'> => parts

type Ground = Pick<Snapshot, 'settings' | 'clusterset' | 'zones' | 'tally'>

/** Whether the same services may have other records in a zone, under other settings or beside other clusters. */
export function onOtherGround(before: Ground, after: Ground): (name: Name) => boolean {
  // Clusters that came or went are told by the services that did.
  const stay = [...after.clusterset.members.keys()].filter((id) => before.clusterset.members.has(id))
  const isPreferred = (label: string): boolean =>
    [before, after].some(({ tally }) => (tally.get(TALLY.preferred(label)) ?? 0) > 0)
  const old: Beside = { stay, viewers: viewersOf(before), ranges: 'these', isPreferred }
  const viewers = reuse(old.viewers, viewersOf(after))
  const now: Beside = { stay, viewers, ranges: rangesOf(before, after), isPreferred }
  return (name) => {
    const ground = groundOf(name, before, old)
    return reuse(ground, groundOf(name, after, now)) !== ground
  }
}

/** What is the same for all zones, and compared once. */
interface Beside {
  readonly stay: readonly ClusterId[]
  readonly viewers: Viewers
  /** That all clusters declare. */
  readonly ranges: 'these' | 'others'
  /** Whether some service prefers clusters by a label of this key. */
  readonly isPreferred: (label: string) => boolean
}

const rangesOf = (before: Ground, after: Ground): Beside['ranges'] => {
  const { ranges } = before.clusterset.addresses
  return reuse(ranges, after.clusterset.addresses.ranges) === ranges ? 'these' : 'others'
}

function groundOf(name: Name, ground: Ground, beside: Beside): readonly unknown[] {
  const { stay, viewers } = beside
  const { settings, clusterset, zones } = ground
  const { local, policy } = clusterset
  const zone = zones.get(name)
  const every = [zone, settings.clusterset, settings.ttl, settings.negativeTtl, settings.soa]
  switch (zone?.kind) {
    case undefined:
    case 'reverse':
      return every
    case 'cluster':
      return [every, viewers, wayTo(clusterset.members.get(zone.cluster), ground, beside)]
    case 'federation': {
      const own = stay.filter((id) => zone.clusters.includes(id))
      return [every, viewers, local, policy, standingsOf(own, ground, beside)]
    }
    case 'entries':
      return [every, viewers, local, policy, clusterset.addresses.nat64]
    case 'clusterset':
    case 'global': {
      const { advertise, defaultNamespace, global, cluster } = settings
      const shared = [advertise, global, cluster, standingsOf(stay, ground, beside)]
      return [every, viewers, local, policy, zone.kind === 'global' ? defaultNamespace : null, shared]
    }
  }
}

const standingsOf = (
  ids: readonly ClusterId[],
  ground: Ground,
  beside: Beside,
): readonly (readonly unknown[])[] =>
  ids.map((id) => standingOf(ground.clusterset.members.get(id), ground, beside))

/** The clusters that are asked from, with their networks. */
type Viewers = readonly (readonly [ClusterId, Networks])[]

const viewersOf = ({ settings: { mapped }, clusterset: { local, members } }: Ground): Viewers =>
  [local.cluster, ...(mapped ?? [])].map((id) => [id, members.get(id)?.network ?? null] as const)

/** What decides how a cluster is reached from anywhere. */
function wayTo(
  cluster: Cluster | undefined,
  ground: Ground,
  { ranges, viewers }: Beside,
): readonly unknown[] {
  if (cluster === undefined) return []
  const { members, addresses } = ground.clusterset
  return [
    cluster.network,
    cluster.reach,
    cluster.gateway,
    cluster.nodeAddresses,
    cluster.serviceCIDRs,
    cluster.loadBalancerCIDRs,
    addresses.mode,
    addresses.nat64,
    areOthersAsked(cluster, addresses) ? ranges : null,
    viewers.map(([, network]) => isContested(cluster, network, members)),
  ]
}

/** Whether what others declare keeps addresses of its load balancers and its gateway from being answered. */
const areOthersAsked = ({ loadBalancerCIDRs }: Cluster, { mode }: AddressRules): boolean =>
  mode === 'enforce' && loadBalancerCIDRs.length === 0

/** The same, and what decides how near it is and what its share is. */
const standingOf = (cluster: Cluster | undefined, ground: Ground, beside: Beside): readonly unknown[] => [
  wayTo(cluster, ground, beside),
  cluster?.locality,
  new Map([...(cluster?.labels ?? [])].filter(([label]) => beside.isPreferred(label))),
  cluster?.weight,
  cluster?.drain,
]

export type Serials = ReadonlyMap<Name, Serial>

/** Those that a zone which comes back may not begin before; the others the clock has passed. */
export const aheadOf = (now: number, serials: Serials): Serials =>
  new Map([...serials].filter(([, serial]) => isNewer(serial, Math.floor(now / 1000) >>> 0)))

/** The serials with these zones' moved on. `now` in Unix milliseconds. */
export function advance(
  serials: Serials,
  touched: Iterable<Name>,
  now: number,
  next: Map<Name, Serial> = new Map(serials),
): Serials {
  for (const name of touched) next.set(name, nextSerial(serials.get(name), Math.floor(now / 1000)))
  return next
}

/** Serials, and the zones that changed since theirs moved: they move once a second, for whoever changes more often. */
export interface Moving {
  readonly serials: Serials
  readonly moving: ReadonlySet<Name>
}

/** Zones changed: those move whose serial the clock has passed, and the others when it is their time. */
export function moveOn({ serials, moving }: Moving, touched: readonly Name[], now: number): Moving {
  if (touched.length === 0) return { serials, moving }
  const second = Math.floor(now / 1000) >>> 0
  const waiting = new Set(moving)
  const passed: Name[] = []
  for (const name of touched) {
    const serial = serials.get(name)
    if (serial !== undefined && !isNewer(second, serial)) waiting.add(name)
    else {
      waiting.delete(name)
      passed.push(name)
    }
  }
  return { serials: passed.length === 0 ? serials : advance(serials, passed, now), moving: waiting }
}

/** No zone. */
export const STILL: ReadonlySet<Name> = new Set()
