/** Rows about clusters, services and the process. */
import type { Row } from './grafana.ts'
import { graph, M, quantile, rateBy } from './panels.ts'

/** The worst state that a replica sees a cluster in. */
const worstState = (states: readonly string[]): string =>
  `max by (cluster) (${states.map((state, i) => `(meridian_cluster_state{${M}, state="${state}"} == 1) * ${i}`).join(' or ')})`

export const FRESH: Row = {
  title: 'How fresh',
  panels: [
    {
      kind: 'state-timeline',
      width: 12,
      title: 'State of each cluster',
      unit: 'short',
      description:
        'The worst that a replica sees. stale: answered from the last view. down, unreachable: others answer if they can. never: nothing is known of it.',
      queries: [[worstState(['live', 'stale', 'down', 'unreachable', 'never']), '{{cluster}}']],
      names: [
        [0, 'live', 'green'],
        [1, 'stale', 'yellow'],
        [2, 'down', 'red'],
        [3, 'unreachable', 'dark-red'],
        [4, 'never', 'purple'],
      ],
    },
    graph(12, 'Age of the view of clusters that are not live', 's', {
      description: 'Since the cluster was last heard. 0 while all of it is watched.',
      queries: [
        [
          `max by (cluster) ((time() - meridian_cluster_last_contact_timestamp_seconds{${M}}) * ignoring (state) (1 - meridian_cluster_state{${M}, state="live"}))`,
          '{{cluster}}',
        ],
      ],
    }),
    graph(12, 'From a change of endpoints to its answer', 's', {
      description:
        'From the time that the cluster wrote on the EndpointSlice, which is in whole seconds: less than one second cannot be told from one. Needs changes.',
      queries: [
        [quantile(0.5, 'meridian_dns_programming_duration_seconds', '15m'), 'p50'],
        [quantile(0.99, 'meridian_dns_programming_duration_seconds', '15m'), 'p99'],
      ],
    }),
    graph(12, 'Since each zone last changed', 's', {
      description:
        'From the serial of its SOA, which is a Unix time. Nothing wrong with a quiet zone; all of them old while things are rolled out is.',
      queries: [[`min by (zone) (time() - meridian_zone_serial{${M}})`, '{{zone}}']],
    }),
    graph(8, 'Lists and watches that failed', 'cpm', {
      description: 'A minute, by cluster and reason. `expired` now and then is how the API works.',
      queries: [
        [`60 * ${rateBy('meridian_watch_errors_total', 'cluster, reason')}`, '{{cluster}} {{reason}}'],
      ],
    }),
    graph(8, 'Round trip of probes', 's', {
      description:
        'A TCP connection to what clusters[].probe names. Slow for long, and the cluster stands behind others.',
      queries: [
        [`max by (cluster) (meridian_cluster_rtt_seconds{${M}})`, '{{cluster}}'],
        [`max by (cluster) (meridian_cluster_slow{${M}}) == 1`, '{{cluster}} is slow'],
      ],
    }),
    graph(8, 'Until credentials end', 's', {
      description: 'Of clusters whose credentials end and that nobody renews.',
      queries: [
        [
          `min by (cluster) (meridian_cluster_credential_expiry_timestamp_seconds{${M}} - time() and meridian_cluster_credential_renewed{${M}} == 0)`,
          '{{cluster}}',
        ],
      ],
    }),
  ],
}

export const SERVED: Row = {
  title: 'What is served',
  panels: [
    graph(8, 'Services and what is wrong with them', 'short', {
      description:
        'Services nobody answers have no ready endpoint in any cluster. Conflicts: exports that disagree; the oldest decides.',
      queries: [
        [`max by (type) (meridian_imports{${M}})`, '{{type}}'],
        [`max by (type) (meridian_imports_unanswered{${M}})`, '{{type}} nobody answers'],
        [`max by (reason) (meridian_import_conflicts{${M}})`, '{{reason}}'],
      ],
    }),
    graph(8, 'Left out', 'short', {
      description:
        'Exports that do not count, endpoints that a rule leaves out, names that the DNS has no room for, clusters that cannot join.',
      queries: [
        [`max by (cluster, reason) (meridian_exports_invalid{${M}})`, 'exports of {{cluster}}: {{reason}}'],
        [
          `max by (cluster, reason) (meridian_endpoints_ignored_total{${M}})`,
          'endpoints of {{cluster}}: {{reason}}',
        ],
        [`max(meridian_names_omitted{${M}})`, 'names'],
        [`max(meridian_clusters_left_out{${M}})`, 'clusters'],
      ],
    }),
    graph(8, 'Objects held', 'short', {
      description: 'By cluster and kind. A step down that nobody rolled out is worth a look.',
      queries: [[`max by (cluster, kind) (meridian_cluster_objects{${M}})`, '{{cluster}} {{kind}}']],
    }),
    graph(12, 'Names in each zone', 'short', {
      description: 'Names that hold records of services.',
      queries: [[`max by (zone) (meridian_zone_records{${M}})`, '{{zone}}']],
    }),
    graph(12, 'Configurations refused, threads lost', 'short', {
      description:
        'Replicas that go on with an older configuration than the file’s, and answering threads that were replaced in an hour.',
      queries: [
        [
          `count(meridian_config_last_reload_successful{${M}} == 0) or vector(0)`,
          'replicas that refuse the configuration',
        ],
        [`sum(increase(meridian_answering_threads_lost_total{${M}}[1h]))`, 'answering threads lost'],
      ],
    }),
  ],
}

export const RESOURCES: Row = {
  title: 'What it uses',
  panels: [
    graph(8, 'CPU', 'percentunit', {
      description:
        '100 % is one core. One thread watches, another answers UDP, so a replica has use for two.',
      queries: [
        [`sum by (instance) (rate(process_cpu_seconds_total{${M}}[$__rate_interval]))`, '{{instance}}'],
      ],
    }),
    graph(8, 'Memory', 'bytes', {
      description: 'Resident set, and the part of it that is the main thread’s heap in use.',
      queries: [
        [`sum by (instance) (process_resident_memory_bytes{${M}})`, 'resident {{instance}}'],
        [`sum by (instance) (nodejs_heap_size_used_bytes{${M}})`, 'heap {{instance}}'],
      ],
    }),
    graph(8, 'Collecting garbage', 'percentunit', {
      description: 'Share of the time, main thread.',
      queries: [
        [
          `sum by (instance, kind) (rate(nodejs_gc_duration_seconds_sum{${M}}[$__rate_interval]))`,
          '{{instance}} {{kind}}',
        ],
      ],
    }),
    graph(12, 'File descriptors', 'percentunit', {
      description: 'Of those the process may have. At 100 % no connection is accepted.',
      queries: [[`max by (instance) (process_open_fds{${M}} / process_max_fds{${M}})`, '{{instance}}']],
    }),
    graph(12, 'Running for', 's', {
      description: 'Since the process started. A sawtooth is a crash loop.',
      queries: [[`time() - max by (instance) (process_start_time_seconds{${M}})`, '{{instance}}']],
    }),
  ],
}
