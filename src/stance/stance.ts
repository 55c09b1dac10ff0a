import { isDeepStrictEqual } from 'node:util'
import type { Identity } from '../answer/index.ts'
import { type Credentials, credentialsFrom } from '../apiserver/index.ts'
import {
  type AnyCluster,
  type ClusterConfig,
  type Config,
  clientRulesOf,
  planOf,
  type Suffixes,
} from '../config/index.ts'
import type { Configured, FoundCluster } from '../registry/index.ts'
import type { ClientRules } from '../respond/index.ts'
import type { Plan } from '../zone/index.ts'

/** One configuration and the clusters found beside it, as the parts of the house take them. Never changes. */
export interface Stance {
  readonly config: Config
  /** Those of the configuration, then those that were found. */
  readonly clusters: readonly AnyCluster[]
  readonly found: readonly FoundCluster[]
  readonly plan: Plan
  readonly clients: ClientRules
  readonly identity: Identity
  readonly suffixes: Suffixes
  /** The configuration's clusters, for whoever finds others. */
  readonly configured: readonly Configured[]
  /** Of the cluster that this server stands in. */
  readonly home: Credentials
  /** The same configuration with other clusters found. */
  readonly with: (found: readonly FoundCluster[]) => Stance
}

/** `before`: the stance whose found clusters stay, and the credentials of those configured as they were. */
export function stanceOf(config: Config, version: string, before?: Stance): Stance {
  const configured = config.clusters.map((cluster) => ({
    id: cluster.id,
    credentials: credentialsOf(cluster, before),
  }))
  const own = configured.find(({ id }) => id === config.local.cluster)?.credentials
  return make(config, version, configured, own ?? credentialsFrom({ kind: 'inCluster' }), before?.found ?? [])
}

function credentialsOf({ id, source }: ClusterConfig, before: Stance | undefined): Credentials | null {
  if (source.kind === 'manifests') return null
  const same = before?.config.clusters.find((one) => one.id === id && isDeepStrictEqual(one.source, source))
  const known = same && before?.configured.find((one) => one.id === id)
  return known?.credentials ?? credentialsFrom(source)
}

function make(
  config: Config,
  version: string,
  configured: readonly Configured[],
  home: Credentials,
  found: readonly FoundCluster[],
): Stance {
  const clusters: readonly AnyCluster[] = [...config.clusters, ...found]
  const plan = planOf(config, clusters)
  return {
    config,
    clusters,
    found,
    plan,
    clients: clientRulesOf(config, plan.clusterset.local, clusters),
    identity: { version, id: config.dns.id },
    suffixes: { ...config.zones, clusterDomain: config.local.clusterDomain },
    configured,
    home,
    with: (others) => make(config, version, configured, home, others),
  }
}
