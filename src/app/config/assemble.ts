import { resolve } from 'node:path'
import { SOURCES } from '../../sources/kinds/index.ts'
import { parseGeoPlace } from '../../words/clusterset/index.ts'
import type { ClientPlace, ClusterConfig, Config, DeclaredCluster, Local, RoutingConfig } from './config.ts'
import type { Path } from './problems.ts'
import type { WrittenCluster, WrittenConfig, WrittenDeclaration } from './schema.ts'
import { registryOf } from './schema-registries.ts'
import { chosenBy } from './schema-sources.ts'

/** What the values of a document are relative to. */
interface ConfigContext {
  /** The document's. */
  readonly directory: string
  readonly home: string
  readonly hostname: string
  readonly place: (path: Path) => string
}

/** The configuration that a document without problems says. */
export function assemble(written: WrittenConfig, context: ConfigContext): Omit<Config, 'file' | 'warnings'> {
  const { dns, state, execs: _execs, ...rest } = written
  const clusters = written.clusters.map((cluster) => clusterOf(cluster, context))
  const local = localOf(written, clusters)
  return {
    ...rest,
    dns: { ...dns, id: dns.id === 'none' ? null : dns.id === 'hostname' ? context.hostname : dns.id },
    local,
    clusters,
    registries: written.registries.map((one) =>
      registryOf(one, written.execs, (path) => pathOf(path, context)),
    ),
    clients: {
      ...written.clients,
      map: written.clients.map.map((entry) => clientPlaceOf(entry, local, clusters)),
      geo: geoOf(written.clients.geo, context),
    },
    routing: routingOf(written.routing),
    state: { dir: state.dir === null ? null : pathOf(state.dir, context) },
  }
}

function pathOf(path: string, { directory, home }: ConfigContext): string {
  return path === '~' || path.startsWith('~/') ? resolve(home, `.${path.slice(1)}`) : resolve(directory, path)
}

const clusterOf = ({ source, ...declared }: WrittenCluster, context: ConfigContext): ClusterConfig => ({
  ...declaredOf(declared),
  source: chosenBy(source, (path) => pathOf(path, context)),
})

export const declaredOf = ({ exports, allow, labels, ...cluster }: WrittenDeclaration): DeclaredCluster => ({
  ...cluster,
  labels: new Map(Object.entries(labels)),
  exportNamespaces: { allow: exports.namespaces.allow, deny: exports.namespaces.deny },
  exportGroups: exports.groups,
  ...exportingOf(exports),
  ...(allow.includes('policies') ? { mayRoute: true } : {}),
})

/** Nothing where all that it says is as it is without. */
function exportingOf({
  annotations,
  defaultGlobalNamespace,
  all,
  services,
  namespaces: { selector },
}: WrittenDeclaration['exports']): Pick<DeclaredCluster, 'exporting'> {
  if (annotations === null && !all && services === null && selector === null) return {}
  return { exporting: { annotations, defaultGlobalNamespace, all, services, namespaces: selector } }
}

function localOf({ local }: WrittenConfig, clusters: readonly ClusterConfig[]): Local {
  const here = clusters.find(({ source }) => SOURCES.of(source).isHere) ?? clusters[0]
  const cluster = local.cluster ?? here?.id ?? null
  return { ...local, cluster, locality: local.locality ?? localityOf(cluster, clusters) }
}

const localityOf = (id: string | null, clusters: readonly ClusterConfig[]) =>
  clusters.find((cluster) => cluster.id === id)?.locality ?? null

function clientPlaceOf(
  { cidr, ...entry }: WrittenConfig['clients']['map'][number],
  local: Local,
  clusters: readonly ClusterConfig[],
): ClientPlace {
  const cluster = entry.cluster ?? local.cluster
  return { prefix: cidr, cluster, locality: entry.locality ?? localityOf(cluster, clusters) }
}

const geoOf = (geo: WrittenConfig['clients']['geo'], context: ConfigContext): Config['clients']['geo'] =>
  geo && {
    database: pathOf(geo.database, context),
    map:
      geo.map &&
      new Map(Object.entries(geo.map).map(([place, locality]) => [parseGeoPlace(place) ?? place, locality])),
  }

const routingOf = ({ services, ...general }: WrittenConfig['routing']): RoutingConfig => ({
  ...general,
  services: new Map(
    Object.entries(services).map(([name, { prefer, weights, ...policy }]) => [
      name,
      { ...policy, prefer: mapOf(prefer), weights: mapOf(weights) },
    ]),
  ),
})

const mapOf = <T>(written: Readonly<Record<string, T>> | null): ReadonlyMap<string, T> | null =>
  written === null ? null : new Map(Object.entries(written))
