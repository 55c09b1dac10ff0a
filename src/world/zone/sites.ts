import type { Site } from '../../words/clusterset/index.ts'
import { standsForOthers } from './hosts.ts'
import type { Entry, Published } from './types.ts'

/** What a zone offers of a service that nobody exports. */
type SitesOffer = Pick<Published, 'type' | 'ports' | 'clusters'> & { readonly shares: readonly never[] }

/** Of a service that stands outside of all clusters: in the global zone alone, for an export makes one of the clusterset (KEP-1645). */
export function offerOfSites({ external, name }: Entry): SitesOffer | undefined {
  if (external === undefined || external.sites.length === 0) return undefined
  const { ports, sites } = external
  // Nothing stands below a wildcard: SRV records would have nowhere to lead.
  if (standsForOthers(name)) return { type: 'ClusterSetIP', ports: [], clusters: [], shares: [] }
  return { type: 'ClusterSetIP', ports, clusters: sites.map(({ id }) => id), shares: [] }
}

/**
 * The sites that may answer for a service. Beside exports those that have one of the merged ports; a Headless service's
 * endpoints are the clusters' pods.
 */
export function sitesIn({ external, import: made }: Entry): readonly Site[] {
  if (external === undefined) return NO_SITES
  if (made === null) return external.sites
  if (made.type === 'Headless') return NO_SITES
  return external.sites.filter(({ ports }) => haveCommon(ports, made.ports))
}

/** The ports of a service, for whoever looks it up: the merged ones, or all that stands behind it where nobody exports it. */
export const portsIn = ({ import: made, external }: Entry): Published['ports'] =>
  made?.ports ?? external?.ports ?? NO_PORTS

const NO_PORTS: Published['ports'] = []

/** Whether the global zone has more of a service, or less, than its exports say. */
export const isExtended = ({ external }: Pick<Entry, 'external'>): boolean =>
  external !== undefined && (external.sites.length > 0 || external.shares !== null)

const NO_SITES: readonly Site[] = []

const haveCommon = (some: Published['ports'], others: Published['ports']): boolean =>
  some.some(({ protocol, port }) => others.some((one) => one.port === port && one.protocol === protocol))
