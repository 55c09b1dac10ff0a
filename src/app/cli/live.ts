import { type Credentials, type CredentialsChoice, credentialsFrom } from '../../sources/apiserver/index.ts'
import { type ClusterSource, SOURCES } from '../../sources/kinds/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import { memberScope, type Scope } from '../../words/kube/index.ts'
import { askedOf, type ClusterConfig, type Config, watchScopeOf } from '../config/index.ts'

/** A cluster that has an API server, which can be asked about itself. */
export interface LiveCluster {
  readonly id: ClusterId
  /** Where its objects are read; none: everywhere. */
  readonly namespaces: readonly string[]
  /** What of it is read. */
  readonly scope: Scope
  readonly credentials: Credentials
}

/** Less than all that is asked of one cluster may take, so that the plugin is named and not the cluster. */
const PLUGIN_MS = 8_000

/** The sources of a configuration's clusters, for a command: whoever asks an API server and reads it has it from here once. */
export type OpenSources = ReadonlyMap<ClusterId, ClusterSource>

/** Nothing is read yet. */
export const openSourcesOf = ({ clusters }: Pick<Config, 'clusters'>, sources = SOURCES): OpenSources =>
  new Map(clusters.map(({ id, source }) => [id, sources.of(source, { pluginMs: PLUGIN_MS })]))

/** The clusters of a configuration that have an API server. */
export const liveClustersOf = (
  config: Config,
  open: OpenSources = openSourcesOf(config),
): readonly LiveCluster[] =>
  config.clusters.flatMap((cluster) => {
    const { id, namespaces } = cluster
    const credentials = open.get(id)?.credentials ?? null
    return credentials === null ? [] : [{ id, namespaces, scope: watchScopeOf(cluster, config), credentials }]
  })

type Known = Pick<LiveCluster, 'id' | 'namespaces'> &
  Partial<Pick<ClusterConfig, 'exportGroups' | 'exporting'>>

export const liveClusterOf = (
  { source, exportGroups = [], exporting, ...cluster }: Known & { readonly source: CredentialsChoice },
  isLocal: boolean,
): LiveCluster => ({
  ...cluster,
  scope: memberScope(isLocal, askedOf({ exportGroups, exporting })),
  credentials: credentialsFrom(source, { pluginMs: PLUGIN_MS }),
})

/** The cluster that has the objects of registries without an API server of their own: the server's own, which need not be one of the configuration's. */
export function homeOf(config: Config, live: readonly LiveCluster[]): LiveCluster {
  const own = ownOf(config)
  const id = own?.id ?? config.local.cluster ?? 'registries'
  const home = own === undefined ? undefined : live.find((one) => one.id === own.id)
  return home ?? liveClusterOf({ id, source: { kind: 'inCluster' }, namespaces: [] }, true)
}

/** How that is reached. */
export const homeChoiceOf = (config: Config): CredentialsChoice => {
  const own = ownOf(config)
  return (own && SOURCES.of(own.source).access) ?? { kind: 'inCluster' }
}

const ownOf = ({ clusters, local }: Config): ClusterConfig | undefined =>
  clusters.find(({ id, source }) => id === local.cluster && !SOURCES.of(source).isFound)
