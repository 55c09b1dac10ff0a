import { type Cluster, type ClusterId, type Clusterset, NEVER, type Viewpoint } from '../clusterset/index.ts'
import type { Duty } from '../flow/index.ts'
import type { InventoryRules } from '../inventory/index.ts'
import type { ClientRules } from '../respond/index.ts'
import type { ClientMapping } from '../routing/index.ts'
import type { Plan, ZoneSettings } from '../zone/index.ts'
import type { ClusterConfig, Config } from './config.ts'

// What each stage needs of the configuration, as the stage's own values: no stage knows of meridian.yaml.

export const settingsOf = ({ zones, global, dns, local }: Config): ZoneSettings => ({
  ...zones,
  clusterDomain: local.clusterDomain,
  defaultNamespace: global.defaultNamespace,
  ttl: dns.ttl,
  negativeTtl: dns.negativeTtl,
  advertise: dns.advertise,
})

/** What the world is to be. */
export const planOf = (config: Config): Plan => ({
  settings: settingsOf(config),
  clusterset: clustersetOf(config),
  rules: rulesOf(config),
})

/** The clusterset before any cluster was heard. */
export function clustersetOf(config: Config): Clusterset {
  const members = config.clusters.map(({ probe: _, source: __, ...declared }): [ClusterId, Cluster] => [
    declared.id,
    { ...declared, freshness: NEVER, slow: false },
  ])
  return { local: localOf(config), members: new Map(members), policy: config.routing, resolved: new Map() }
}

const localOf = ({ local }: Config): Viewpoint => ({ cluster: local.cluster ?? '', locality: local.locality })

export const rulesOf = ({ clusters, ignoreManagedBy }: Config): ReadonlyMap<ClusterId, InventoryRules> =>
  new Map(
    clusters.map(({ id, exportNamespaces, podCIDRs }) => [
      id,
      { exportNamespaces, podCIDRs, ignoreManagedBy },
    ]),
  )

/** `clients.map`; equal places are one value, so that whatever is kept by viewpoint is kept once. */
export function clientMapOf(config: Config, local: Viewpoint): readonly ClientMapping[] {
  const places = new Map<string, Viewpoint>([[JSON.stringify(local), local]])
  return config.clients.map.map(({ prefix, cluster, locality }) => {
    const place: Viewpoint = { cluster: cluster ?? '', locality }
    const key = JSON.stringify(place)
    const viewpoint = places.get(key) ?? place
    places.set(key, viewpoint)
    return { prefix, viewpoint }
  })
}

export const clientRulesOf = (config: Config, local: Viewpoint): ClientRules => ({
  local,
  map: clientMapOf(config, local),
  trustClientSubnet: config.clients.trustClientSubnet,
  explainAllow: config.dns.explain.allow,
  transferAllow: config.transfer.allow,
})

/** What it takes to watch each cluster. */
export const dutiesOf = (config: Config): readonly Duty[] =>
  config.clusters.map((cluster) => dutyOf(cluster, config))

function dutyOf({ id, source, probe }: ClusterConfig, { local, clusterStates }: Config): Duty {
  const isLocal = id === local.cluster
  const { failAfter = null, slow = Number.POSITIVE_INFINITY, slowFor = 0 } = probe ?? {}
  return {
    id,
    source,
    isLocal,
    patience: { ...clusterStates, failAfter, slow, slowFor, isLocal },
    probe: probe && { targets: probe.tcp, interval: probe.interval, timeout: probe.timeout },
  }
}
