import type { ClientMapping } from '../../answer/routing/index.ts'
import type { Assignment } from '../../controller/index.ts'
import type { ClientRules } from '../../server/replies/index.ts'
import type { AnsweringOptions } from '../../server/workers/index.ts'
import { SOURCES, type SourceChoice } from '../../sources/kinds/index.ts'
import { familyOf } from '../../values/dns/index.ts'
import { Table } from '../../values/table/index.ts'
import {
  type AddressRules,
  type Cluster,
  type ClusterId,
  type Clusterset,
  NEVER,
  type OwnRange,
  type RoutingPolicy,
  type Viewpoint,
} from '../../words/clusterset/index.ts'
import type { InventoryRules } from '../../world/inventory/index.ts'
import type { WorldPlan, ZoneSettings } from '../../world/zone/index.ts'
import type { Config, DeclaredCluster } from './config.ts'
import { geoClustersOf } from './geo.ts'
import { type KnownAs, registryRulesOf } from './registries.ts'
import { LISTEN_KEYS } from './schema-listen.ts'

// What each stage needs of the configuration, as the stage's own values: no stage knows of meridian.yaml.

export const settingsOf = (
  config: Config,
  clusters: readonly AnyCluster[] = config.clusters,
): ZoneSettings => {
  const { zones, global, dns, local, clients } = config
  const { federations: _, entries, ...suffixes } = zones
  return {
    ...suffixes,
    ...federationsOf(config),
    ...(entries.length === 0 ? {} : { entries: { zones: entries, cluster: config.istio.cluster } }),
    clusterDomain: local.clusterDomain,
    defaultNamespace: global.defaultNamespace,
    ttl: dns.ttl,
    negativeTtl: dns.negativeTtl,
    soa: dns.soa,
    advertise: dns.advertise,
    mapped: [
      ...new Set([...clients.map.map(({ cluster }) => cluster ?? ''), ...geoClustersOf(config, clusters)]),
    ],
  }
}

/** The server's own cluster answers by each name. */
function federationsOf({ zones, local }: Config): Pick<ZoneSettings, 'federations'> {
  const all = Object.entries(zones.federations)
  if (all.length === 0) return {}
  const own = local.cluster === null ? [] : [local.cluster]
  return {
    federations: new Map(all.map(([name, { clusters }]) => [name, [...new Set([...own, ...clusters])]])),
  }
}

/** A cluster to be watched: of the configuration, or found at run time. */
export type AnyCluster = DeclaredCluster & {
  readonly source: SourceChoice
  /** Of the registry that found it. */
  readonly registry?: string | undefined
  /** What that one's objects call it; absent: by its id. */
  readonly name?: string | undefined
  /** As other registries have it, in which it is too. */
  readonly also?: readonly KnownAs[] | undefined
}

/** What the world is to be, of the clusters that there are. */
export const planOf = (config: Config, clusters: readonly AnyCluster[] = config.clusters): WorldPlan => ({
  settings: settingsOf(config, clusters),
  clusterset: clustersetOf(config, clusters),
  rules: rulesOf(config, clusters),
  configured: config.routing.services,
  istio: istioRulesOf(config),
  registries: registryRulesOf(config, clusters),
})

function istioRulesOf({ istio, zones, local }: Config): WorldPlan['istio'] {
  const { cluster, rootNamespace, trustedNamespaces, virtualServices, headers, entries } = istio
  if (cluster === null) return null
  return {
    cluster,
    rootNamespace,
    trustedNamespaces,
    gateways: virtualServices.gateways,
    exportsEntries: entries.export,
    headers: new Map(
      Object.entries(headers).map(([name, places]) => [name.toLowerCase(), new Map(Object.entries(places))]),
    ),
    zones: { ...zones, clusterDomain: local.clusterDomain },
  }
}

/** Whose addresses members are believed to name. */
const addressRulesOf = ({ addresses }: Config, clusters: readonly AnyCluster[]): AddressRules => ({
  ...addresses,
  ranges: clusters.flatMap(rangesOf),
})

const rangesOf = ({
  id,
  network,
  podCIDRs,
  serviceCIDRs,
  loadBalancerCIDRs,
}: AnyCluster): readonly OwnRange[] =>
  [...podCIDRs, ...serviceCIDRs, ...loadBalancerCIDRs].map((prefix) => ({ id, network, prefix }))

/** The clusterset before any cluster was heard. */
export function clustersetOf(config: Config, clusters: readonly AnyCluster[] = config.clusters): Clusterset {
  const members = new Map(clusters.map((cluster) => [cluster.id, memberOf(cluster)]))
  return {
    local: localOf(config, clusters),
    members,
    policy: generalOf(config),
    addresses: addressRulesOf(config, clusters),
    resolved: Table.empty(),
    unresolved: Table.empty(),
    resolving: false,
  }
}

/** Of single services it is their entries that say more. */
const generalOf = ({ routing: { distribute, failover, minHealthy } }: Config): RoutingPolicy => ({
  distribute,
  failover,
  minHealthy,
})

const memberOf = (declared: AnyCluster): Cluster => ({
  id: declared.id,
  locality: declared.locality,
  network: declared.network,
  labels: declared.labels,
  reach: declared.reach,
  gateway: declared.gateway,
  nodeAddresses: declared.nodeAddresses,
  weight: declared.weight,
  drain: declared.drain,
  podCIDRs: declared.podCIDRs,
  serviceCIDRs: declared.serviceCIDRs,
  loadBalancerCIDRs: declared.loadBalancerCIDRs,
  exportNamespaces: declared.exportNamespaces,
  freshness: NEVER,
  slow: false,
})

/** Where the server stands; its cluster may be one that was found, and says then where that is. */
const localOf = ({ local }: Config, clusters: readonly AnyCluster[]): Viewpoint =>
  placeOf({ cluster: local.cluster ?? '', locality: local.locality }, clusters)

const placeOf = ({ cluster, locality }: Viewpoint, clusters: readonly AnyCluster[]): Viewpoint => ({
  cluster,
  locality: locality ?? clusters.find(({ id }) => id === cluster)?.locality ?? null,
})

function rulesOf(
  config: Config,
  clusters: readonly AnyCluster[] = config.clusters,
): ReadonlyMap<ClusterId, InventoryRules> {
  const addresses = addressRulesOf(config, clusters)
  const { ignoreManagedBy, precedence } = config
  return new Map(
    clusters.map((cluster, i) => {
      const { id, network, reach, exportNamespaces, podCIDRs, loadBalancerCIDRs } = cluster
      const home = id === config.istio.cluster ? { locality: cluster.locality } : {}
      const declared = {
        id,
        network,
        reach,
        exportNamespaces,
        podCIDRs,
        loadBalancerCIDRs,
        ...saysOf(cluster),
        ...home,
      }
      return [id, { ...declared, addresses, ignoreManagedBy, rank: precedence === 'declared' ? i : null }]
    }),
  )
}

/** What few clusters have. */
const saysOf = ({ exporting, mayRoute }: AnyCluster): Pick<InventoryRules, 'exporting' | 'mayRoute'> => ({
  ...(exporting === undefined ? {} : { exporting }),
  ...(mayRoute === undefined ? {} : { mayRoute }),
})

/** `clients.map`; equal places are one value, so that whatever is kept by viewpoint is kept once. */
function clientMapOf(
  config: Config,
  local: Viewpoint,
  clusters: readonly AnyCluster[] = config.clusters,
): readonly ClientMapping[] {
  const places = new Map<string, Viewpoint>([[JSON.stringify(local), local]])
  return config.clients.map.map(({ prefix, cluster, locality }) => {
    const place = placeOf({ cluster: cluster ?? '', locality }, clusters)
    const key = JSON.stringify(place)
    const viewpoint = places.get(key) ?? place
    places.set(key, viewpoint)
    return { prefix, viewpoint }
  })
}

export const clientRulesOf = (
  config: Config,
  local: Viewpoint,
  clusters: readonly AnyCluster[] = config.clusters,
): ClientRules => ({
  local,
  map: clientMapOf(config, local, clusters),
  trustClientSubnet: config.clients.trustClientSubnet,
  explainAllow: config.dns.explain.allow,
  transferAllow: config.transfer.allow,
})

/** What the threads that answer are to bear. */
export const threadsOf = ({
  dns,
}: Pick<Config, 'dns'>): Pick<AnsweringOptions, 'udp' | 'udpSize' | 'workers' | 'addresses'> => ({
  udp: dns.udp,
  udpSize: dns.udpSize,
  workers: dns.workers,
  addresses: LISTEN_KEYS.flatMap((key) => dns[key]).length,
})

export const tcpOf = ({ dns }: Config): AnsweringOptions['streams']['tcp'] => {
  const { connections, perClient, idle: idleMs, message: messageMs } = dns.tcp
  return { connections, perClient, idleMs, messageMs, unreadBytes: 256 * 1024, heldBytes: 64 * 2 ** 20 }
}

/** What the controller writes, and where; null: nothing. A cluster without an API server is never written to. */
export function assignmentOf(
  { controller, local }: Config,
  clusters: readonly AnyCluster[],
  sources = SOURCES,
): Assignment | null {
  const { enabled, writes, clusterSetIP, namespaces: importNamespaces, lease, rate } = controller
  if (!enabled) return null
  const written = clusters.filter(({ id }) => writes === 'all' || id === local.cluster)
  return {
    settings: { rules: { clusterSetIP, importNamespaces }, lease, rate },
    targets: written.flatMap(({ id, source, serviceCIDRs }) => {
      const { access } = sources.of(source)
      if (access === null) return []
      return [
        {
          id,
          source: access,
          families: FAMILIES.filter((family) => serviceCIDRs.some((one) => familyOf(one.base) === family)),
        },
      ]
    }),
  }
}

const FAMILIES = [4, 6] as const
