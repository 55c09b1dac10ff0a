import type { Name } from '../../values/dns/index.ts'
import type { Table } from '../../values/table/index.ts'
import { entryIn } from './entry-in.ts'
import { hostsZones, isOfHost, namesBelow, zoneOfHost } from './hosts.ts'
import { offerIn } from './published.ts'
import type { Entry, Zone, ZoneSettings } from './types.ts'
import { federationZones } from './zones.ts'

/**
 * How many services stand behind a name that holds nothing itself, kept by difference: it exists while the count is
 * above zero. Keys are made here and nowhere else.
 */
export const TALLY = {
  /** Services of a namespace that exist in the clusterset and global zones. */
  exported: (namespace: string): string => `exported ${namespace}`,
  /** Those that exist in the global zone alone. */
  external: (namespace: string): string => `external ${namespace}`,
  /** Those that exist there for clients of one cluster only, by a ServiceImport that others wrote. */
  imported: (cluster: string, namespace: string): string => `imported ${cluster} ${namespace}`,
  /** Those that exist in one cluster's zone. */
  inCluster: (cluster: string, namespace: string): string => `cluster ${cluster} ${namespace}`,
  /** Those that exist by a federation's name. */
  inFederation: (federation: string, namespace: string): string => `federation ${federation} ${namespace}`,
  /** Services and exports that any cluster holds: what `_explain` can explain. */
  held: (namespace: string): string => `held ${namespace}`,
  /** Services that prefer clusters by a label of this key, whoever says so. */
  preferred: (label: string): string => `preferred ${label}`,
  /** Hosts at or below a name of their zone. */
  host: (name: Name): string => `host ${name}`,
} as const

type Tallied = Generator<readonly [string, number]>

/** What an entry adds to the tally. Federations count whether they are refused or not. */
export function* tallyOf(entry: Entry, settings: ZoneSettings): Tallied {
  if (isOfHost(entry)) return yield* tallyOfHost(entry, settings)
  const { namespace, exports, imports, policies } = entry
  for (const label of new Set(policies.flatMap(({ prefer }) => [...(prefer?.keys() ?? [])])))
    yield [TALLY.preferred(label), 1]
  if (exports.length > 0 || entry.external !== undefined) yield [TALLY.held(namespace), 1]
  if (offerIn(CLUSTERSET, entry, '') !== undefined) yield [TALLY.exported(namespace), 1]
  else {
    if (offerIn(GLOBAL, entry, '') !== undefined) yield [TALLY.external(namespace), 1]
    for (const cluster of imports.keys()) {
      if (offerIn(CLUSTERSET, entry, cluster) !== undefined) yield [TALLY.imported(cluster, namespace), 1]
    }
  }
  for (const one of exports) {
    if (one.kind !== 'valid') continue
    const zone: Zone = { kind: 'cluster', name: '', cluster: one.cluster }
    if (offerIn(zone, entry, '') !== undefined) yield [TALLY.inCluster(one.cluster, namespace), 1]
  }
  for (const zone of federationZones(settings)) {
    const own = entryIn(zone, entry)
    if (own !== undefined && offerIn(zone, own, '') !== undefined)
      yield [TALLY.inFederation(zone.federation, namespace), 1]
  }
}

function* tallyOfHost(entry: Entry, settings: ZoneSettings): Tallied {
  const zone = zoneOfHost(entry.name, hostsZones(settings))
  if (zone === undefined || offerIn(zone, entry, '') === undefined) return
  for (const name of namesBelow(zone.name, entry.name)) yield [TALLY.host(name), 1]
}

const CLUSTERSET: Zone = { kind: 'clusterset', name: '' }
const GLOBAL: Zone = { kind: 'global', name: '' }

type Amounts = Iterable<readonly [key: string, amount: number]>

/** What is still to be counted, by key. */
export type Net = Map<string, number>

/** Adds amounts, or takes them away. */
export function addTo(net: Net, amounts: Amounts, sign: 1 | -1): void {
  for (const [key, amount] of amounts) net.set(key, (net.get(key) ?? 0) + sign * amount)
}

/** The tally with some amounts added, or taken away by a `sign` of -1. */
export function count(tally: Table<number>, amounts: Amounts, sign: 1 | -1 = 1): Table<number> {
  for (const [key, amount] of amounts) {
    if (amount === 0) continue
    const sum = (tally.get(key) ?? 0) + sign * amount
    tally = sum === 0 ? tally.delete(key) : tally.set(key, sum)
  }
  return tally
}
