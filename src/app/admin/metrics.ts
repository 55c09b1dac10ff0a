import type { WriterStatus } from '../../controller/index.ts'
import { objectsOf } from '../../sources/changes/index.ts'
import { type Metric, PREFIX, type Sample } from '../../words/observe/index.ts'
import { GAUGE, gaugeLabels, type Zone } from '../../world/zone/index.ts'
import { type Contact, readinessOf, type Watched } from './state.ts'

/** Metrics that are read off the world when somebody looks. */
export const worldMetrics = (watched: Watched): readonly Metric[] => [
  gauge(
    'ready',
    '1 while the server is ready: every cluster was heard, or waited for long enough.',
    [],
    () => [{ labels: {}, value: readinessOf(watched).ready ? 1 : 0 }],
  ),
  gauge('cluster_state', "1 for the state that a cluster's view is in.", ['cluster', 'state'], () =>
    states(watched),
  ),
  gauge('cluster_last_contact_timestamp_seconds', 'When a cluster was last heard from.', ['cluster'], () =>
    perCluster(watched, ({ heard }) => heard),
  ),
  gauge(
    'cluster_slow',
    "1 while a cluster's data path is slow: it stands behind its level's others.",
    ['cluster'],
    () =>
      [...watched.world.clusterset.members.values()].map(({ id, slow }) => ({
        labels: { cluster: id },
        value: slow ? 1 : 0,
      })),
  ),
  gauge('cluster_rtt_seconds', "Round trip of the last probe of a cluster's data path.", ['cluster'], () =>
    perCluster(watched, ({ roundTrip }) => roundTrip),
  ),
  gauge(
    'cluster_credential_expiry_timestamp_seconds',
    'When the credentials for a cluster end.',
    ['cluster'],
    () => perCluster(watched, ({ expiresAt }) => expiresAt),
  ),
  gauge(
    'cluster_credential_renewed',
    '1 where somebody gives new credentials before these end: the kubelet, a plugin, whoever writes a file.',
    ['cluster'],
    () => watched.contacts().map(({ id, renewed }) => ({ labels: { cluster: id }, value: renewed ? 1 : 0 })),
  ),
  gauge('clusters_left_out', 'Clusters that were found and cannot join.', [], () => {
    const status = watched.registry()
    return status === null ? [] : [{ labels: {}, value: status.leftOut }]
  }),
  gauge('cluster_objects', 'Objects held of a cluster.', ['cluster', 'kind'], () => objects(watched)),
  gauge('imports', 'Services in the clusterset, by type of their ServiceImport.', ['type'], () =>
    sums(watched, GAUGE.imports, ['type']),
  ),
  gauge(
    'imports_unanswered',
    'Services in the clusterset that no cluster has a ready endpoint for, by type of their ServiceImport.',
    ['type'],
    () => sums(watched, GAUGE.unanswered, ['type']),
  ),
  gauge('exports_invalid', 'ServiceExports that do not count, by reason.', ['cluster', 'reason'], () =>
    sums(watched, GAUGE.invalid, ['cluster', 'reason']),
  ),
  gauge(
    'services_failed',
    "Services whose share of a cluster is not what the cluster says, by a bug of Meridian's own.",
    ['cluster'],
    () => failed(watched),
  ),
  gauge('cluster_problems', 'Files and objects of a cluster that cannot be read.', ['cluster'], () =>
    [...watched.problems].map(([cluster, list]) => ({ labels: { cluster }, value: list.length })),
  ),
  gauge('import_conflicts', 'Services whose exports disagree, by reason.', ['reason'], () =>
    sums(watched, GAUGE.conflicts, ['reason']),
  ),
  gauge('endpoints_ignored_total', 'Endpoints left out at present, by rule.', ['cluster', 'reason'], () =>
    sums(watched, GAUGE.ignored, ['cluster', 'reason']),
  ),
  gauge(
    'cluster_stray_addresses',
    'Addresses that a cluster names and that are not its own as declared, by rule: `refused`, or answered and only `observed` (addresses.mode).',
    ['cluster', 'reason', 'outcome'],
    () => sums(watched, GAUGE.strays, ['cluster', 'reason', 'outcome']),
  ),
  gauge('names_omitted', 'Names not made because they would break a limit of the DNS.', [], () =>
    sums(watched, GAUGE.omitted, []),
  ),
  {
    ...gauge(
      'controller_writes_total',
      'Writes to a cluster by what was written and what came of it; `foreign`: it is not Meridian’s and was left as it is.',
      ['cluster', 'verb', 'kind', 'result'],
      () => watched.writes(),
    ),
    kind: 'counter',
  },
  gauge(
    'controller_leader',
    '1 where this replica holds the Lease and writes to the cluster.',
    ['cluster'],
    () => perWriter(watched, ({ leads }) => (leads ? 1 : 0)),
  ),
  gauge(
    'controller_synced',
    '1 once all that the controller writes in the cluster has been listed.',
    ['cluster'],
    () => perWriter(watched, ({ sighted }) => (sighted ? 1 : 0)),
  ),
  gauge('controller_queue_depth', 'Services that wait to be compared with what stands.', ['cluster'], () =>
    perWriter(watched, ({ depth }) => depth),
  ),
  gauge('controller_queue_age_seconds', 'How long the oldest of them has waited.', ['cluster'], () =>
    perWriter(watched, ({ age }) => age / 1000),
  ),
  gauge('controller_services_failing', 'Services whose last write failed.', ['cluster'], () =>
    perWriter(watched, ({ failing }) => failing),
  ),
  gauge('controller_objects_wanted', 'Objects that should stand in the cluster.', ['cluster', 'kind'], () =>
    watched
      .writing()
      .flatMap(({ cluster, wanted }) =>
        [...wanted].map(([kind, value]) => ({ labels: { cluster, kind }, value })),
      ),
  ),
  gauge('zone_serial', "The serial of a zone's SOA.", ['zone'], () =>
    [...watched.world.serials].map(([zone, value]) => ({ labels: { zone }, value })),
  ),
  gauge('zone_records', 'Names of a zone that hold records of services.', ['zone'], () => records(watched)),
]

const perWriter = ({ writing }: Watched, figure: (status: WriterStatus) => number): readonly Sample[] =>
  writing().map((status) => ({ labels: { cluster: status.cluster }, value: figure(status) }))

const gauge = (name: string, help: string, labels: readonly string[], read: Metric['read']): Metric => ({
  name: PREFIX + name,
  help,
  kind: 'gauge',
  labels,
  read,
})

const STATES = ['never', 'live', 'stale', 'down', 'unreachable'] as const

const states = ({ world }: Watched): readonly Sample[] =>
  [...world.clusterset.members.values()].flatMap(({ id, freshness }) =>
    STATES.map((state) => ({ labels: { cluster: id, state }, value: freshness.kind === state ? 1 : 0 })),
  )

/** A figure of each cluster's contact, from milliseconds; clusters that have none are left out. */
const perCluster = ({ contacts }: Watched, figure: (contact: Contact) => number | null): readonly Sample[] =>
  contacts().flatMap((contact) => {
    const milliseconds = figure(contact)
    return milliseconds === null ? [] : [{ labels: { cluster: contact.id }, value: milliseconds / 1000 }]
  })

/** Of kinds that are read only where somebody asks for them, where there are some. */
const objects = ({ views }: Watched): readonly Sample[] =>
  [...views].flatMap(([cluster, view]) =>
    view.kinds.rows.flatMap(({ kind, askedBy }) => {
      const { size } = objectsOf(view, kind)
      return askedBy !== null && size === 0 ? [] : [{ labels: { cluster, kind }, value: size }]
    }),
  )

/** Each cluster has its line, so that an alert sees it come. */
function failed({ world }: Watched): readonly Sample[] {
  const counts = new Map([...world.clusterset.members.keys()].map((id) => [id, 0]))
  for (const [, faults] of world.faults)
    for (const id of faults.keys()) if (counts.has(id)) counts.set(id, (counts.get(id) ?? 0) + 1)
  return [...counts].map(([cluster, value]) => ({ labels: { cluster }, value }))
}

function sums({ world }: Watched, name: string, labelNames: readonly string[]): readonly Sample[] {
  return [...world.gauges].flatMap(([key, value]) => {
    const labels = gaugeLabels(name, key)
    if (labels === undefined) return []
    return [{ labels: Object.fromEntries(labelNames.map((label, i) => [label, labels[i] ?? ''])), value }]
  })
}

function records(watched: Watched): readonly Sample[] {
  const counts = new Map(
    sums(watched, GAUGE.records, ['kind', 'cluster']).map(({ labels, value }) => [keyOf(labels), value]),
  )
  return [...watched.world.zones.values()].flatMap((zone) => {
    if (zone.kind === 'reverse') return []
    return [{ labels: { zone: zone.name }, value: counts.get(zoneKey(zone)) ?? 0 }]
  })
}

const keyOf = (labels: Sample['labels']): string => `${labels['kind']} ${labels['cluster']}`

const zoneKey = (zone: Zone): string => `${zone.kind} ${zone.kind === 'cluster' ? zone.cluster : ''}`
