import { type CountSheet, DURATION_BOUNDS, sumSamples } from './answer-counts.ts'
import type { Counted, CountingThreads } from './counted.ts'
import { histogramSamples, type Sample } from './counters.ts'
import type { HistogramOf, MetricOf } from './metric.ts'

/** One sample without labels. */
const only = (value: number): readonly Sample[] => [{ labels: {}, value }]

/** What threads that answer count, as one. */
const summed =
  (of: Exclude<keyof CountSheet, 'duration'>) =>
  ({ sheets }: Counted): Iterable<Sample> =>
    sumSamples(sheets().flatMap((sheet) => sheet[of]))

/** What the server counts of itself. */
export const METRICS: readonly MetricOf<Counted>[] = [
  {
    kind: 'counter',
    name: 'dns_requests_total',
    help: 'Queries answered.',
    labels: ['zone', 'type', 'rcode', 'transport'],
    read: summed('requests'),
  },
  {
    kind: 'counter',
    name: 'dns_answers_by_cluster_total',
    help: 'Answers that hold addresses of a cluster.',
    labels: ['zone', 'cluster'],
    read: summed('answered'),
  },
  {
    kind: 'counter',
    name: 'dns_no_route_total',
    help: 'Empty answers for services that exist but cannot be reached.',
    labels: ['zone'],
    read: summed('noRoute'),
  },
  {
    kind: 'counter',
    name: 'dns_dropped_total',
    help: 'Queries, replies and connections given up, by reason.',
    labels: ['reason'],
    read: summed('dropped'),
  },
  {
    kind: 'counter',
    name: 'dns_bugs_total',
    help: 'Queries answered SERVFAIL because of a bug.',
    labels: [],
    read: summed('bugs'),
  },
  {
    kind: 'counter',
    name: 'watch_errors_total',
    help: 'Lists and watches of objects that ended in an error.',
    labels: ['cluster', 'kind', 'reason'],
    read: ({ watchErrors }) => watchErrors.samples(),
  },
  {
    kind: 'counter',
    name: 'answering_threads_lost_total',
    help: 'Answering threads that had to be replaced.',
    labels: [],
    read: ({ answeringLost }) => answeringLost.samples(),
  },
  {
    kind: 'counter',
    name: 'reader_threads_lost_total',
    help: 'Threads that read what clusters say, and had to be replaced.',
    labels: [],
    read: ({ readersLost }) => readersLost.samples(),
  },
  {
    kind: 'gauge',
    name: 'answering_memory_bytes',
    help: 'Memory of each thread that answers UDP, and of `streams`, which answers TCP and probes: its heap in use, and what its objects hold outside.',
    labels: ['thread', 'part'],
    read: ({ threads }) =>
      threads()
        .flatMap((one) => one.footprints())
        .flatMap(footprintSamples),
  },
  {
    kind: 'counter',
    name: 'udp_kernel_drops_total',
    help: 'Datagrams that the system dropped before Meridian saw them, mostly since a queue was full; none by dgram.',
    labels: ['address'],
    read: ({ threads }) => threads().flatMap(kernelDropsOf),
  },
  {
    kind: 'counter',
    name: 'main_stalls_total',
    help: 'How often the main thread had no turn for ten seconds or longer: names were answered from what it had said before.',
    labels: [],
    read: ({ stalls }) => only(stalls),
  },
  {
    kind: 'gauge',
    name: 'dns_tcp_connections',
    help: 'TCP connections open now.',
    labels: [],
    read: ({ connections }) => only(connections),
  },
  {
    kind: 'gauge',
    name: 'config_last_reload_successful',
    help: '0 while the configuration in the file is refused and an older one is in force.',
    labels: [],
    read: ({ refused }) => only(refused ? 0 : 1),
  },
]

export const HISTOGRAMS: readonly HistogramOf<Counted>[] = [
  {
    name: 'dns_request_duration_seconds',
    help: 'From a query in memory to its reply in memory.',
    read: ({ sheets }) =>
      histogramSamples(
        DURATION_BOUNDS,
        sheets().map(({ duration }) => duration),
      ),
  },
  {
    name: 'dns_programming_duration_seconds',
    help: "From an endpoint's change to its being served.",
    read: ({ programming }) => programming.samples(),
  },
]

type Footprints = ReturnType<CountingThreads['footprints']>

function footprintSamples({ heap, outside, thread: name }: Footprints[number], i: number): readonly Sample[] {
  const thread = name ?? String(i)
  return [
    { labels: { thread, part: 'heap' }, value: heap },
    { labels: { thread, part: 'outside' }, value: outside },
  ]
}

const kernelDropsOf = ({ kernelDrops }: CountingThreads): readonly Sample[] =>
  Array.from(kernelDrops(), ([address, value]) => ({ labels: { address }, value }))
