import { isWithin } from '../../values/dns/index.ts'
import { remembered, rememberedLately } from '../../values/table/index.ts'
import type { ClusterId, SaidPolicies, SaidPolicy } from '../../words/clusterset/index.ts'
import type { ValidExport } from '../inventory/index.ts'
import { synthesize } from '../synthesis/index.ts'
import { isOfHost } from './hosts.ts'
import { publishedIn } from './published.ts'
import type { Entry, FederationZone, ServiceNode, Zone } from './types.ts'
import { baseOf } from './zones.ts'

/**
 * A service as a zone has it: that of a federation has it of the federation's clusters, and hosts are in zones of theirs
 * alone. Undefined: it is not there.
 */
export function entryIn(zone: Zone, entry: Entry): Entry | undefined {
  if (isOfHost(entry)) return zone.kind === 'entries' && isWithin(entry.name, zone.name) ? entry : undefined
  if (zone.kind === 'federation') return OF_FEDERATION(zone)(entry) ?? undefined
  return zone.kind === 'entries' ? undefined : entry
}

const OF_FEDERATION = remembered((zone: FederationZone) =>
  rememberedLately((entry: Entry) => ofFederation(zone, entry)),
)

/** As if there were no other clusters, and nothing outside of them. ServiceImports stand for all: they say nothing of some. */
function ofFederation({ clusters }: FederationZone, entry: Entry): Entry | null {
  const exports = entry.exports.filter(({ cluster }) => clusters.includes(cluster))
  const valid = exports.filter((one): one is ValidExport => one.kind === 'valid')
  const made = synthesize(valid, entry.import?.precedence)
  if (made === undefined) return null
  const { external: _, ...own } = entry
  return { ...own, exports, imports: NONE, import: made, policies: nearestFirst(entry.policies) }
}

const NONE: Entry['imports'] = new Map()

/** Whoever uses a federation's name means the own cluster first, and whatever else only where that has nobody. */
const nearestFirst = (said: SaidPolicies): SaidPolicies => [
  NEAREST_FIRST,
  ...said.map((one) => ({ ...one, prefer: null })),
]

/** What holds by a federation's name in place of all that is said of how draws spread. */
export const NEAREST_FIRST: SaidPolicy = {
  by: 'zones.federations',
  viewpoints: null,
  prefer: null,
  weights: null,
  distribute: [],
  failover: null,
  minHealthy: null,
}

/** A service's own name in a zone, with what stands there; undefined: nothing does. */
export function serviceIn(
  zone: Zone,
  entry: Entry,
  from: ClusterId,
): Pick<ServiceNode, 'kind' | 'zone' | 'entry' | 'published' | 'base'> | undefined {
  const own = entryIn(zone, entry)
  const published = own && publishedIn(zone, own, from)
  return published && { kind: 'service', zone, entry: own, published, base: baseOf(own, zone) }
}
