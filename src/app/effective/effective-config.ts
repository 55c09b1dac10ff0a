import { isDeepStrictEqual } from 'node:util'
import type { ServerIdentity } from '../../answer/records/index.ts'
import type { ClientRules } from '../../server/replies/index.ts'
import { type Credentials, type CredentialsChoice, credentialsFrom } from '../../sources/apiserver/index.ts'
import { SOURCES, type Sources } from '../../sources/kinds/index.ts'
import type { WorldPlan } from '../../world/zone/index.ts'
import {
  type AnyCluster,
  type ClusterConfig,
  type Config,
  clientRulesOf,
  planOf,
  type Suffixes,
} from '../config/index.ts'
import { type Configured, clustersWith, type Found, NONE_FOUND } from '../registry/index.ts'

/** One configuration and the clusters found beside it, as the parts of the server take them. Never changes. */
export interface EffectiveConfig extends Found {
  readonly config: Config
  /** Those of the configuration, then those that were found. */
  readonly clusters: readonly AnyCluster[]
  readonly plan: WorldPlan
  readonly clients: ClientRules
  readonly identity: ServerIdentity
  readonly suffixes: Suffixes
  /** The configuration's clusters, for whoever finds others. */
  readonly configured: readonly Configured[]
  /** Of the cluster that this server stands in. */
  readonly home: Credentials
  /** How that is reached. */
  readonly homeChoice: CredentialsChoice
  /** The same configuration with other clusters found. */
  readonly with: (found: Found) => EffectiveConfig
}

/** `before`: the one whose found clusters stay, and the credentials of those configured as they were. */
export function effectiveConfigOf(
  config: Config,
  version: string,
  before?: EffectiveConfig,
  sources = SOURCES,
): EffectiveConfig {
  const known = knownBefore(before)
  const configured = config.clusters.map((cluster) => ({
    id: cluster.id,
    credentials: credentialsOf(cluster, known.get(cluster.id), sources),
  }))
  const own = configured.find(({ id }) => id === config.local.cluster)?.credentials
  const local = config.clusters.find(({ id }) => id === config.local.cluster)
  const homeChoice = (local && sources.of(local.source).access) ?? { kind: 'inCluster' }
  const home = { home: own ?? credentialsFrom({ kind: 'inCluster' }), homeChoice }
  return make(config, version, configured, home, before ?? NONE_FOUND)
}

/** A cluster as it was configured, and what it had. */
interface Known {
  readonly source: ClusterConfig['source']
  readonly credentials: Credentials | null
}

/** By id. */
function knownBefore(before: EffectiveConfig | undefined): ReadonlyMap<string, Known> {
  const credentials = new Map(before?.configured.map((one) => [one.id, one.credentials]))
  return new Map(
    before?.config.clusters.map(({ id, source }) => [
      id,
      { source, credentials: credentials.get(id) ?? null },
    ]),
  )
}

function credentialsOf(
  { source }: ClusterConfig,
  known: Known | undefined,
  sources: Sources,
): Credentials | null {
  const isSame = isDeepStrictEqual(known?.source, source)
  return (isSame ? known?.credentials : null) ?? sources.of(source).credentials
}

function make(
  config: Config,
  version: string,
  configured: readonly Configured[],
  home: Pick<EffectiveConfig, 'home' | 'homeChoice'>,
  { found, again }: Found,
): EffectiveConfig {
  const clusters: readonly AnyCluster[] = clustersWith(config.clusters, { found, again })
  const plan = planOf(config, clusters)
  return {
    config,
    clusters,
    found,
    again,
    plan,
    clients: clientRulesOf(config, plan.clusterset.local, clusters),
    identity: { version, id: config.dns.id },
    suffixes: { ...config.zones, clusterDomain: config.local.clusterDomain },
    configured,
    ...home,
    with: (others) => make(config, version, configured, home, others),
  }
}

/** Those of some clusters that are not among others, by id. */
export function without(
  clusters: EffectiveConfig['clusters'],
  others: readonly Pick<AnyCluster, 'id'>[],
): EffectiveConfig['clusters'] {
  const ids = new Set(others.map(({ id }) => id))
  return clusters.filter(({ id }) => !ids.has(id))
}
