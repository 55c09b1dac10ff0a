import { type Metric, type MetricOf, metricsFrom } from '../../words/observe/index.ts'
import { GAUGE } from '../../world/zone/index.ts'
import {
  clustersLeftOut,
  eachCluster,
  failedServices,
  federationsRefused,
  known,
  namesOfZones,
  objectsByOutcome,
  objectsHeld,
  ofContacts,
  ofWriters,
  only,
  secondsOfContacts,
  statesOfClusters,
  summed,
} from './readings.ts'
import { readinessOf, type WatchedServer } from './state.ts'

/** Metrics that are read off the world when somebody looks. */
export const worldMetrics = (watched: WatchedServer): readonly Metric[] => metricsFrom(watched, METRICS)

const METRICS: readonly MetricOf<WatchedServer>[] = [
  gauge(
    'ready',
    '1 while the server is ready: every cluster was heard, or waited for long enough.',
    [],
    (all) => only(readinessOf(all).ready ? 1 : 0),
  ),
  gauge(
    'cluster_state',
    "1 for the state that a cluster's view is in.",
    ['cluster', 'state'],
    statesOfClusters,
  ),
  gauge(
    'cluster_last_contact_timestamp_seconds',
    'When a cluster was last heard from.',
    ['cluster'],
    secondsOfContacts(({ heard }) => heard),
  ),
  gauge(
    'cluster_slow',
    "1 while a cluster's data path is slow: it stands behind its level's others.",
    ['cluster'],
    eachCluster(({ slow }) => (slow ? 1 : 0)),
  ),
  gauge(
    'cluster_rtt_seconds',
    "Round trip of the last probe of a cluster's data path.",
    ['cluster'],
    secondsOfContacts(({ roundTrip }) => roundTrip),
  ),
  gauge(
    'cluster_credential_expiry_timestamp_seconds',
    'When the credentials for a cluster end.',
    ['cluster'],
    secondsOfContacts(({ expiresAt }) => expiresAt),
  ),
  gauge(
    'cluster_credential_renewed',
    '1 where somebody gives new credentials before these end: the kubelet, a plugin, whoever writes a file.',
    ['cluster'],
    ofContacts(({ renewed }) => (renewed ? 1 : 0)),
  ),
  gauge(
    'geo_database_build_timestamp_seconds',
    'When the GeoIP database in force was made (`clients.geo`).',
    [],
    ({ geo }) => known(geo?.()?.reading?.builtAt),
  ),
  gauge(
    'geo_database_refused',
    '1 while what the file of the GeoIP database holds now is not taken, or there is none.',
    [],
    ({ geo }) => known(geo?.() && (geo()?.refused === null ? 0 : 1)),
  ),
  gauge(
    'federation_refused',
    '1 while the names of a federation of `zones.federations` are refused: it is called as a namespace of the server’s own cluster is.',
    ['federation'],
    federationsRefused,
  ),
  gauge('clusters_left_out', 'Clusters that were found and cannot join.', [], clustersLeftOut),
  gauge('cluster_objects', 'Objects held of a cluster.', ['cluster', 'kind'], objectsHeld),
  gauge(
    'imports',
    'Services in the clusterset, by type of their ServiceImport.',
    ['type'],
    summed(GAUGE.imports, ['type']),
  ),
  gauge(
    'imports_unanswered',
    'Services in the clusterset that no cluster has a ready endpoint for, by type of their ServiceImport.',
    ['type'],
    summed(GAUGE.unanswered, ['type']),
  ),
  gauge(
    'exports_invalid',
    'ServiceExports that do not count, by reason.',
    ['cluster', 'reason'],
    summed(GAUGE.invalid, ['cluster', 'reason']),
  ),
  gauge(
    'policy_objects',
    'Objects of other systems that were read for services, once for each service, by what became of them: `in force`, `overridden` by another, or `left out`; and those `of no service` that is here, of the first 1,000 of a kind in a cluster.',
    ['kind', 'outcome'],
    objectsByOutcome,
  ),
  gauge(
    'services_failed',
    "Services whose share of a cluster is not what the cluster says, by a bug of Meridian's own.",
    ['cluster'],
    failedServices,
  ),
  gauge(
    'cluster_problems',
    'Files and objects of a cluster that cannot be read.',
    ['cluster'],
    ({ problems }) => [...problems].map(([cluster, list]) => ({ labels: { cluster }, value: list.length })),
  ),
  gauge(
    'import_conflicts',
    'Services whose exports disagree, by reason.',
    ['reason'],
    summed(GAUGE.conflicts, ['reason']),
  ),
  gauge(
    'endpoints_ignored_total',
    'Endpoints left out at present, by rule.',
    ['cluster', 'reason'],
    summed(GAUGE.ignored, ['cluster', 'reason']),
  ),
  gauge(
    'cluster_stray_addresses',
    'Addresses that a cluster names and that are not its own as declared, by rule: `refused`, or answered and only `observed` (addresses.mode).',
    ['cluster', 'reason', 'outcome'],
    summed(GAUGE.strays, ['cluster', 'reason', 'outcome']),
  ),
  gauge(
    'names_omitted',
    'Names not made because they would break a limit of the DNS.',
    [],
    summed(GAUGE.omitted, []),
  ),
  {
    kind: 'counter',
    name: 'controller_writes_total',
    help: 'Writes to a cluster by what was written and what came of it; `foreign`: it is not Meridian’s and was left as it is.',
    labels: ['cluster', 'verb', 'kind', 'result'],
    read: ({ writes }) => writes(),
  },
  gauge(
    'controller_leader',
    '1 where this replica holds the Lease and writes to the cluster.',
    ['cluster'],
    ofWriters(({ leads }) => (leads ? 1 : 0)),
  ),
  gauge(
    'controller_synced',
    '1 once all that the controller writes in the cluster has been listed.',
    ['cluster'],
    ofWriters(({ observed }) => (observed ? 1 : 0)),
  ),
  gauge(
    'controller_queue_depth',
    'Services that wait to be compared with what stands.',
    ['cluster'],
    ofWriters(({ depth }) => depth),
  ),
  gauge(
    'controller_queue_age_seconds',
    'How long the oldest of them has waited.',
    ['cluster'],
    ofWriters(({ age }) => age / 1000),
  ),
  gauge(
    'controller_services_failing',
    'Services whose last write failed.',
    ['cluster'],
    ofWriters(({ failing }) => failing),
  ),
  gauge(
    'controller_objects_wanted',
    'Objects that should stand in the cluster.',
    ['cluster', 'kind'],
    ({ writing }) =>
      writing().flatMap(({ cluster, wanted }) =>
        [...wanted].map(([kind, value]) => ({ labels: { cluster, kind }, value })),
      ),
  ),
  gauge('zone_serial', "The serial of a zone's SOA.", ['zone'], ({ world }) =>
    [...world.serials].map(([zone, value]) => ({ labels: { zone }, value })),
  ),
  gauge(
    'zone_records',
    'Names of a zone that hold records of services; not those that `names_omitted` counts.',
    ['zone'],
    namesOfZones,
  ),
]

function gauge(
  name: string,
  help: string,
  labels: readonly string[],
  read: MetricOf<WatchedServer>['read'],
): MetricOf<WatchedServer> {
  return { kind: 'gauge', name, help, labels, read }
}
