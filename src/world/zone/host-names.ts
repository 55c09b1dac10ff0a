import { isWithin, type Name } from '../../values/dns/index.ts'
import { reuse } from '../../values/table/index.ts'
import type { Cluster, ClusterId, Clusterset, External, Site } from '../../words/clusterset/index.ts'
import { routeTo, type ValidExport } from '../inventory/index.ts'
import { entryIn } from './entry-in.ts'
import { isOfHost } from './hosts.ts'
import { exchangePointers, type PointerIndex, reverseZonesMoved, viewersOf } from './pointers.ts'
import { agreeing } from './published.ts'
import { moveOn } from './serials.ts'
import { sitesIn } from './sites.ts'
import type { Entry, Zone } from './types.ts'
import type { World } from './world-types.ts'
import { federationZones } from './zones.ts'

/** Addresses of host names, and why there are none. */
export type HostNames = Pick<Clusterset, 'resolved' | 'unresolved'>

/** Host names among the load balancer addresses of a service's exports and the endpoints of its sites, and whose those are. */
export const hostnamesOf = (entry: Entry | undefined): readonly WantedHostName[] =>
  entry === undefined
    ? []
    : entry.external === undefined
      ? ofExports(entry)
      : [...ofExports(entry), ...ofSites(entry.external, entry.namespace)]

/** `name`: whose it is, of whom `part` is the namespace. */
interface WantedHostName {
  readonly name: string
  readonly part: string
  readonly hostname: Name
}

const ofExports = ({ exports, namespace }: Entry): readonly WantedHostName[] =>
  exports.flatMap((one) =>
    one.kind === 'valid'
      ? one.ingress.flatMap((at) =>
          'hostname' in at ? [{ name: one.cluster, part: namespace, hostname: at.hostname }] : [],
        )
      : [],
  )

/** Whoever writes a ServiceEntry names what it likes: that is apart from load balancers, which a cloud has to give. */
const ofSites = ({ cluster, sites, routes }: External, part: string): readonly WantedHostName[] =>
  [...sites, ...[...routes.values()].flatMap(({ parts }) => parts)].flatMap(({ hostnames }) =>
    hostnames.map((hostname) => ({ name: `entries of ${cluster}`, part, hostname })),
  )

/** Whose host names those of gateways are. No service is called so. */
export const EVERY_SERVICE = ''

/** The names that have other addresses now, or have or lack them for another reason. */
export const renamed = (before: HostNames, after: HostNames): readonly Name[] => [
  ...new Set(
    [
      ...after.resolved.changesSince(before.resolved),
      ...after.unresolved.changesSince(before.unresolved),
    ].map(([name]) => name),
  ),
]

/**
 * The world with other addresses of host names. `users`: the services whose load balancers have one of those that
 * changed. Their PTR records follow, and the serials of the zones in which they, or a cluster's gateway, are others now.
 */
export function withHostNames(
  world: World,
  hostNames: HostNames,
  users: ReadonlySet<string>,
  now: number,
): World {
  const clusterset = { ...world.clusterset, ...hostNames }
  const next = { ...world, clusterset, renamed: marked(world, users) }
  if (hostNames.resolved === world.clusterset.resolved) return next
  const entries = [...users].flatMap((key) => world.entries.get(key) ?? [])
  const index = reindexed(entries, world, next)
  const reversed = reverseZonesMoved(world.pointers, index.pointers, world.zones)
  const moved = movedBetween(entries, world, next)
  const names = [...world.zones.values()].filter((zone) => isMoved(zone, moved)).map(({ name }) => name)
  return { ...next, ...index, ...moveOn(world, [...names, ...reversed], now) }
}

function marked({ entries, renamed }: World, users: Iterable<string>): World['renamed'] {
  let next = renamed
  for (const key of users)
    if (key === EVERY_SERVICE || entries.get(key) !== undefined) next = next.set(key, {})
  return next
}

function reindexed(entries: readonly Entry[], before: World, after: World): PointerIndex {
  let index: PointerIndex = { pointers: before.pointers, rivals: before.rivals }
  for (const entry of entries)
    index = exchangePointers(index, { entry, ground: before }, { entry, ground: after })
  return index
}

interface Moved {
  /** Clusters that are reached at other addresses. */
  readonly clusters: ReadonlySet<ClusterId>
  /** Whether that is so of a share that the clusterset and global zones answer. */
  readonly shared: boolean
  /** Whether it is of sites, which may be in the global zone alone. */
  readonly external: boolean
  /** The zones of federations that answer such a share: who counts there may count in no other. */
  readonly federations: ReadonlySet<Name>
  /** Whole names that lead there. */
  readonly hosts: readonly Name[]
}

function isMoved(zone: Zone, { clusters, shared, external, federations, hosts }: Moved): boolean {
  switch (zone.kind) {
    case 'clusterset':
      return shared
    case 'global':
      return shared || external
    case 'cluster':
      return clusters.has(zone.cluster)
    case 'federation':
      return federations.has(zone.name)
    case 'entries':
      return hosts.some((name) => isWithin(name, zone.name))
    case 'reverse':
      return false
  }
}

function movedBetween(entries: readonly Entry[], before: World, after: World): Moved {
  const gateways = gatewaysMoved(before, after)
  const clusters = new Set(gateways)
  const federations = new Set(
    federationZones(after.settings)
      .filter((zone) => gateways.some((id) => zone.clusters.includes(id)))
      .map(({ name }) => name),
  )
  let shared = gateways.length > 0
  let external = false
  const hosts: Name[] = []
  for (const entry of entries) {
    const isOtherwise = sitesIn(entry).some((site) => isSiteOtherwise(site, before, after))
    if (isOfHost(entry)) {
      if (isOtherwise) hosts.push(entry.name)
      continue
    }
    external ||= isOtherwise
    shared ||= isOtherwise && entry.import !== null
    const otherwise = entry.exports.filter(
      (one): one is ValidExport => one.kind === 'valid' && isReachedOtherwise(one, before, after),
    )
    if (otherwise.length === 0) continue
    for (const { cluster } of otherwise) clusters.add(cluster)
    shared ||= haveAny(entry, otherwise)
    for (const zone of federationZones(after.settings))
      if (haveAny(entryIn(zone, entry), otherwise)) federations.add(zone.name)
  }
  return { clusters, shared, external, federations, hosts }
}

/** Whether one of some shares is answered: those that have no common port are by their clusters' names. */
const haveAny = (entry: Entry | undefined, shares: readonly ValidExport[]): boolean =>
  entry !== undefined && agreeing(entry).some((one) => shares.includes(one))

const isSiteOtherwise = ({ hostnames }: Site, before: World, after: World): boolean =>
  hostnames.some((name) => before.clusterset.resolved.get(name) !== after.clusterset.resolved.get(name))

function isReachedOtherwise(exported: ValidExport, before: World, after: World): boolean {
  const cluster = after.clusterset.members.get(exported.cluster)
  return (
    cluster !== undefined &&
    viewersOf(after).some((from) => {
      const old = routeTo(cluster, exported, from, before.clusterset)
      return reuse(old, routeTo(cluster, exported, from, after.clusterset)) !== old
    })
  )
}

/** Any service of a cluster may be reached by its gateway: whether one is would take a look at all of them. */
const gatewaysMoved = (before: World, after: World): readonly ClusterId[] =>
  [...after.clusterset.members.values()]
    .filter((cluster) => viewersOf(after).some((from) => from.cluster !== cluster.id))
    .filter((cluster) => gatewayOf(cluster, before).join() !== gatewayOf(cluster, after).join())
    .map(({ id }) => id)

const gatewayOf = ({ gateway }: Cluster, { clusterset }: World): readonly string[] =>
  gateway.addresses.flatMap((one) =>
    typeof one === 'string' ? [] : (clusterset.resolved.get(one.hostname) ?? []),
  )
