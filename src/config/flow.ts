import type { Cluster, ClusterId, Clusterset, Viewpoint } from '../clusterset/index.ts'
import { NEVER } from '../clusterset/index.ts'
import type { InventoryRules } from '../inventory/index.ts'
import type { ClientRules } from '../respond/index.ts'
import type { ClientMapping } from '../routing/index.ts'
import type { ZoneSettings } from '../zone/index.ts'
import type { Config } from './config.ts'

// What each stage needs of the configuration, as the stage's own values: no stage knows of meridian.yaml.

export const settingsOf = ({ zones, global, dns, local }: Config): ZoneSettings => ({
  ...zones,
  clusterDomain: local.clusterDomain,
  defaultNamespace: global.defaultNamespace,
  ttl: dns.ttl,
  negativeTtl: dns.negativeTtl,
  advertise: dns.advertise,
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
