import { isLabel, joinNames, type Name } from '../../values/dns/index.ts'
import { rememberedLately } from '../../values/table/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import { BEYOND_ENDPOINTS, type Export, Ready } from '../inventory/index.ts'
import { entryIn } from './entry-in.ts'
import { hostsZones, isOfHost, zoneOfHost } from './hosts.ts'
import {
  contributors,
  cutsFrom,
  namesOf,
  type Offer,
  offerIn,
  offerOfCluster,
  publishedIn,
} from './published.ts'
import type { Entry, Node, Zone, ZoneSettings } from './types.ts'
import { baseOf, clusterZone, federationZones } from './zones.ts'

/** Names of the sums that World keeps for the metrics. */
export const GAUGE = {
  /** Services, by type of their import. */
  imports: 'imports',
  /** Services whose exports disagree, by reason. */
  conflicts: 'conflicts',
  /** Services that no cluster has a ready endpoint for, by type of their import. */
  unanswered: 'unanswered',
  /** ServiceExports that do not count, by cluster and reason. */
  invalid: 'invalid',
  /** Endpoints left out, by cluster and rule. */
  ignored: 'ignored',
  /** Addresses that are not their cluster's, by cluster, rule and what becomes of them. */
  strays: 'strays',
  /** Objects of other systems, each counted for each service that it was read for, by kind and outcome. */
  objects: 'objects',
  /** Names that hold records, by zone (`clusterset`, `global`, or another kind and which). */
  records: 'records',
  /** Names that would have broken a limit of the DNS. */
  omitted: 'omitted',
} as const

/** A gauge's key: its name, then its labels. */
const keyOf = (...parts: readonly string[]): string => parts.join('\0')

/** The labels in a key of a gauge of that name; undefined for another gauge's key. */
export const gaugeLabels = (name: string, key: string): readonly string[] | undefined => {
  const [first, ...labels] = key.split('\0')
  return first === name ? labels : undefined
}

type Amounts = Generator<readonly [key: string, amount: number]>

/** What a service adds to the gauges. */
export function* gaugesOf(entry: Entry, settings: ZoneSettings): Amounts {
  if (isOfHost(entry)) return yield* gaugesOfHost(entry, settings)
  yield* gaugesOfImport(entry)
  const shared = widestView(entry)
  if (shared !== undefined) yield* gaugesOfClusterset(shared, settings)
  const wide = viewOfSites(entry) ?? shared
  if (wide !== undefined) yield* gaugesOfGlobal(wide, settings)
  yield* gaugesOfFederations(entry, settings)
  yield* gaugesOfObjects(entry)
  for (const one of entry.exports) yield* gaugesOfExport(one, entry, settings)
  for (const [cluster, cut] of cutsFrom(entry)) yield [keyOf(GAUGE.ignored, cluster, BEYOND_ENDPOINTS), cut]
}

function* gaugesOfObjects({ objects }: Entry): Amounts {
  for (const { kind, outcome, count } of objects?.counts ?? [])
    yield [keyOf(GAUGE.objects, kind, OUTCOMES[outcome]), count]
}

function* gaugesOfHost(entry: Entry, settings: ZoneSettings): Amounts {
  yield* gaugesOfObjects(entry)
  const zone = zoneOfHost(entry.name, hostsZones(settings))
  if (zone !== undefined) yield* gaugesIn(zone, zone.name, entry)
}

/**
 * From where a service has the most names. What a cluster exports is the same from everywhere; of the rest each cluster
 * has what its own ServiceImport says.
 */
function widestView(entry: Entry): Seen | undefined {
  const viewers = entry.import === null ? [...entry.imports.keys()] : [EVERYWHERE]
  let widest: Seen | undefined
  for (const from of viewers) {
    const offer = offerIn(CLUSTERSET, entry, from)
    if (offer === undefined) continue
    const seen = seenIn(offer, entry, from)
    if (widest === undefined || countNames(widest.found) < countNames(seen.found)) widest = seen
  }
  return widest
}

/** Of what stands outside of clusters and nobody exports: the global zone has that, and no ServiceImport that others wrote. */
function viewOfSites(entry: Entry): Seen | undefined {
  if (entry.import !== null || entry.external === undefined) return undefined
  const offer = offerIn(GLOBAL, entry, EVERYWHERE)
  return offer && seenIn(offer, entry, EVERYWHERE)
}

/** No cluster has this id. */
const EVERYWHERE: ClusterId = ''

/** As metrics word them. */
const OUTCOMES = { inForce: 'in force', overridden: 'overridden', leftOut: 'left out' } as const

function* gaugesOfImport(entry: Entry): Amounts {
  if (entry.import === null) return
  const { type, conflicts } = entry.import
  yield [keyOf(GAUGE.imports, type), 1]
  const answered = contributors(entry).some(({ endpoints }) => endpoints.count > 0)
  if (!answered) yield [keyOf(GAUGE.unanswered, type), 1]
  for (const { reason } of conflicts) yield [keyOf(GAUGE.conflicts, reason), 1]
}

function* gaugesOfClusterset(seen: Seen, settings: ZoneSettings): Amounts {
  const made = madeIn(seen, CLUSTERSET, baseIn(CLUSTERSET, seen.entry, settings), countNames(seen.found))
  yield [keyOf(GAUGE.records, 'clusterset'), made.records]
  yield* omittedOf(made)
}

/** The global zone has a name for each of the clusters besides, and short ones. */
function* gaugesOfGlobal(seen: Seen, settings: ZoneSettings): Amounts {
  const all = countNames(seen.found) + seen.offer.clusters.length
  const made = madeIn(seen, GLOBAL, baseIn(GLOBAL, seen.entry, settings), all)
  yield [keyOf(GAUGE.records, 'global'), made.records + shortIn(seen, settings)]
  yield* omittedOf(made)
}

/** Of services of the default namespace: their own names and those of their ports, without the namespace. */
function shortIn(seen: Seen, { global, defaultNamespace }: ZoneSettings): number {
  if (seen.entry.namespace !== defaultNamespace) return 0
  const all = countNames(seen.found) - seen.found.hosts
  const base = global === null ? undefined : joinNames(seen.entry.name, global)
  return madeIn(seen, GLOBAL, base, all, ({ kind }) => kind === 'service' || kind === 'port').records
}

function* omittedOf({ omitted }: Made): Amounts {
  if (omitted > 0) yield [keyOf(GAUGE.omitted), omitted]
}

function* gaugesOfFederations(entry: Entry, settings: ZoneSettings): Amounts {
  for (const zone of federationZones(settings)) yield* gaugesIn(zone, zone.federation, entry)
}

/** A zone with a name for each cluster or place besides. `which`: of those of its kind. */
function* gaugesIn(zone: Zone, which: string, entry: Entry): Amounts {
  const own = entryIn(zone, entry)
  const offer = own && offerIn(zone, own, EVERYWHERE)
  if (own === undefined || offer === undefined) return
  const seen = seenIn(offer, own, EVERYWHERE)
  const made = madeIn(seen, zone, baseOf(own, zone), countNames(seen.found) + offer.clusters.length)
  yield [keyOf(GAUGE.records, zone.kind, which), made.records]
  yield* omittedOf(made)
}

function* gaugesOfExport(one: Export, entry: Entry, settings: ZoneSettings): Amounts {
  const { kind, cluster } = one
  if (kind === 'notExported') return
  if (kind !== 'valid') return yield [keyOf(GAUGE.invalid, cluster, kind), 1]
  const zone: Zone = { kind: 'cluster', name: '', cluster }
  const offer = offerOfCluster(one)
  if (offer !== undefined) {
    const seen = seenIn(offer, entry, cluster)
    const made = madeIn(seen, zone, baseIn(zone, entry, settings), countNames(seen.found))
    yield [keyOf(GAUGE.records, 'cluster', cluster), made.records]
    yield* omittedOf(made)
  }
  for (const { reason, count } of one.endpoints.ignored) yield [keyOf(GAUGE.ignored, cluster, reason), count]
  for (const { reason, count, refused } of one.strays)
    yield [keyOf(GAUGE.strays, cluster, reason, refused ? 'refused' : 'observed'), count]
}

const CLUSTERSET: Zone = { kind: 'clusterset', name: '' }
const GLOBAL: Zone = { kind: 'global', name: '' }

/** What is counted of an offer; its endpoints are not read one by one. */
interface Names {
  readonly ports: Ports
  readonly hosts: number
}

type Ports = readonly { readonly name: string; readonly protocol: string }[]

function namesIn({ type, ports, shares }: Offer): Names {
  if (type === 'ClusterSetIP') return { ports, hosts: 0 }
  const all = shares.map(({ ready }) => new Ready(ready))
  const [first, ...others] = all
  return {
    ports:
      first !== undefined && others.length === 0 ? first.ports.all : all.flatMap(({ ports }) => ports.all),
    hosts: all.reduce((sum, { hosts }) => sum + hosts, 0),
  }
}

/** The service's own name, its ports, its endpoints. */
const countNames = ({ ports, hosts }: Names): number => 1 + lookedAt(ports).distinct + hosts

interface LookedAt {
  /** How many names those that have one have. */
  readonly distinct: number
  /** Whether each makes a label. */
  readonly areLabels: boolean
}

/** A list of ports is looked at once: it may be long, and is mostly the same before and after a change. */
const lookedAt = rememberedLately((ports: Ports): LookedAt => {
  const names = new Set(ports.flatMap(({ name, protocol }) => (name === '' ? [] : `${name} ${protocol}`)))
  return { distinct: names.size, areLabels: ports.every(({ name }) => isLabel(`_${name}`)) }
})

/** A service, and what of it is offered where it is looked at from. */
interface Seen {
  readonly offer: Offer
  readonly found: Names
  readonly entry: Entry
  readonly from: ClusterId
}

const seenIn = (offer: Offer, entry: Entry, from: ClusterId): Seen => ({
  offer,
  found: namesIn(offer),
  entry,
  from,
})

/** How many names hold records, and how many would have broken a limit of the DNS. */
interface Made {
  readonly records: number
  readonly omitted: number
}

/**
 * `all`: how many names there would be at `base`. Looks closer only where one could be too long at all: a host name has
 * 63 octets at most, as a port has with its underscore, and behind it stands a cluster's id or a protocol.
 */
function madeIn(
  { offer: { clusters }, found: { ports }, entry, from }: Seen,
  zone: Zone,
  base: Name | undefined,
  all: number,
  holdsRecords = ({ kind }: Node): boolean => kind !== 'empty',
): Made {
  const whole = { records: all, omitted: 0 }
  if (base === undefined) return whole
  const longest = Math.max('_sctp'.length, ...clusters.map(({ length }) => length))
  const areNames = lookedAt(ports).areLabels && (entry.import !== null || clusters.every(isName))
  if (base.length + longest + 65 <= 253 && areNames) return whole
  const published = publishedIn(zone, entry, from)
  if (published === undefined) return whole
  const { nodes, omitted } = namesOf(zone.kind, published, base)
  return { records: [...nodes.values()].filter(holdsRecords).length, omitted: omitted.length }
}

/** Ids of clusters are; what slices say whose endpoints they mirror may be any text. */
const isName = (cluster: ClusterId): boolean => cluster.split('.').every(isLabel)

/** A service's own name in a zone; none where the zone is off. */
function baseIn(zone: Zone, entry: Entry, settings: ZoneSettings): Name | undefined {
  const name = nameOf(zone, settings)
  return name === undefined || name === null ? undefined : baseOf(entry, { kind: zone.kind, name })
}

/** What a zone is called; none where it is off. */
function nameOf(zone: Zone, settings: ZoneSettings): Name | null | undefined {
  switch (zone.kind) {
    case 'clusterset':
      return settings.clusterset
    case 'global':
      return settings.global
    case 'cluster':
      return clusterZone(settings, zone.cluster)
    case 'federation':
    case 'entries':
      return zone.name
    case 'reverse':
      return undefined
  }
}
