import { AnswerCounts, type CountSheet, DURATION_BOUNDS, sumSamples } from './answer-counts.ts'
import { Counter, Histogram, histogramSamples, type Sample } from './counters.ts'
import type { Footprint } from './footprint.ts'
import { type Log, oncePerKind } from './log.ts'
import type { HistogramMetric, Metric } from './metric.ts'
import { Sparing } from './sparing.ts'

/** What the server counts of itself: main's own answers, and the sheets of other threads that answer. */
export interface Telemetry {
  readonly counts: AnswerCounts
  /** Seconds from an endpoint's change to its being served. */
  readonly programmed: (seconds: number) => void
  readonly connections: (count: number) => void
  /** How often main stood still, in all. */
  readonly stalls: (count: number) => void
  /** A list or watch of a cluster's objects ended in an error. */
  readonly watchFailed: (cluster: string, kind: string, reason: string) => void
  /** A thread that answers was lost. */
  readonly answeringLost: () => void
  /** The thread that reads was lost. */
  readonly readerLost: () => void
  /** The configuration was read again, and taken or refused. */
  readonly reloaded: (taken: boolean) => void
  /** A bug of ours: counted always, logged once per kind. */
  readonly bug: (error: unknown) => void
  /** A mistake of ours keeps a cluster's share of a service from being what the cluster says. */
  readonly serviceFailed: (service: string, cluster: string, fault: string) => void
  /** A log line whose number is for others to say: those of one sort are told sparingly. */
  readonly say: (
    level: 'info' | 'warn',
    sort: string,
    what: Readonly<Record<string, unknown>>,
    message: string,
  ) => void
  /** What the operator of a cluster should know of what it says. */
  readonly noticed: (what: Readonly<Record<string, string>>, message: string) => void
  readonly metrics: readonly Metric[]
  readonly histograms: readonly HistogramMetric[]
}

const PROGRAMMING = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

/** `others`: the sheets of other threads, and `footprints` what each takes, as last handed over; `kernelDrops`: by address. */
export function createTelemetry(
  log: Log,
  others: () => readonly CountSheet[] = () => [],
  footprints: () => readonly NamedFootprint[] = () => [],
  kernelDrops: () => ReadonlyMap<string, number> = () => new Map(),
): Telemetry {
  const counts = new AnswerCounts()
  const programming = new Histogram(PROGRAMMING)
  const watchErrors = new Counter()
  const threadsLost = new Counter()
  const sparing = new Sparing()
  const lines = new Sparing()
  const say: Telemetry['say'] = (level, sort, what, message) =>
    lines.same(sort, (more) => log[level]({ ...what, ...more }, message))
  let [connections, stalls] = [0, 0]
  const readersLost = new Counter()
  let refused = false
  const report = oncePerKind((kind, error) =>
    log.error({ err: error }, `bug: ${kind}; the query got SERVFAIL`),
  )
  const sheets = () => [counts.sheet(), ...others()]
  const duration = () =>
    histogramSamples(
      DURATION_BOUNDS,
      sheets().map((sheet) => sheet.duration),
    )
  return {
    counts,
    programmed: (seconds) => programming.record(Math.max(0, seconds)),
    connections: (count) => {
      connections = count
    },
    stalls: (count) => {
      stalls = count
    },
    watchFailed: (cluster, kind, reason) => watchErrors.add({ cluster, kind, reason }),
    answeringLost: () => threadsLost.add({}),
    readerLost: () => readersLost.add({}),
    reloaded: (taken) => {
      refused = !taken
    },
    bug: (error) => {
      counts.bug()
      report(error instanceof Error ? `${error.name}: ${error.message}` : String(error), error)
    },
    serviceFailed: (service, cluster, fault) =>
      sparing.say(
        cluster,
        () => log.error({ service, cluster }, fault),
        (count) => log.error({ cluster, count }, 'more services fail: `meridian check` names them'),
      ),
    say,
    noticed: (what, message) => say('warn', JSON.stringify([what, message]), what, message),
    metrics: [
      ...COUNTED.map(([key, name, help, labels]) =>
        metric('counter', name, help, labels, () => sumSamples(sheets().flatMap((sheet) => sheet[key]))),
      ),
      metric(
        'counter',
        'watch_errors_total',
        'Lists and watches of objects that ended in an error.',
        ['cluster', 'kind', 'reason'],
        () => watchErrors.samples(),
      ),
      metric(
        'counter',
        'answering_threads_lost_total',
        'Answering threads that had to be replaced.',
        [],
        () => threadsLost.samples(),
      ),
      metric(
        'counter',
        'reader_threads_lost_total',
        'Threads that read what clusters say, and had to be replaced.',
        [],
        () => readersLost.samples(),
      ),
      metric(
        'gauge',
        'answering_memory_bytes',
        'Memory of each thread that answers UDP, and of `streams`, which answers TCP and probes: its heap in use, and what its objects hold outside.',
        ['thread', 'part'],
        () => footprints().flatMap(footprintSamples),
      ),
      metric(
        'counter',
        'udp_kernel_drops_total',
        'Datagrams that the system dropped before Meridian saw them, mostly since a queue was full; none by dgram.',
        ['address'],
        () => Array.from(kernelDrops(), ([address, value]) => ({ labels: { address }, value })),
      ),
      metric(
        'counter',
        'main_stalls_total',
        'How often the main thread had no turn for ten seconds or longer: names were answered from what it had said before.',
        [],
        () => [{ labels: {}, value: stalls }],
      ),
      metric('gauge', 'dns_tcp_connections', 'TCP connections open now.', [], () => [
        { labels: {}, value: connections },
      ]),
      metric(
        'gauge',
        'config_last_reload_successful',
        '0 while the configuration in the file is refused and an older one is in force.',
        [],
        () => [{ labels: {}, value: refused ? 0 : 1 }],
      ),
    ],
    histograms: [
      histogram('dns_request_duration_seconds', 'From a query in memory to its reply in memory.', duration),
      histogram('dns_programming_duration_seconds', "From an endpoint's change to its being served.", () =>
        programming.samples(),
      ),
    ],
  }
}

/** Without a name a thread is called by its number. */
type NamedFootprint = Footprint & { readonly thread?: string }

function footprintSamples({ heap, outside, thread: name }: NamedFootprint, i: number): readonly Sample[] {
  const thread = name ?? String(i)
  return [
    { labels: { thread, part: 'heap' }, value: heap },
    { labels: { thread, part: 'outside' }, value: outside },
  ]
}

/** The counters of a sheet, and how they are called outside. */
const COUNTED: readonly (readonly [
  Exclude<keyof CountSheet, 'duration'>,
  string,
  string,
  readonly string[],
])[] = [
  ['requests', 'dns_requests_total', 'Queries answered.', ['zone', 'type', 'rcode', 'transport']],
  [
    'answered',
    'dns_answers_by_cluster_total',
    'Answers that hold addresses of a cluster.',
    ['zone', 'cluster'],
  ],
  ['noRoute', 'dns_no_route_total', 'Empty answers for services that exist but cannot be reached.', ['zone']],
  ['dropped', 'dns_dropped_total', 'Queries, replies and connections given up, by reason.', ['reason']],
  ['bugs', 'dns_bugs_total', 'Queries answered SERVFAIL because of a bug.', []],
]

export const PREFIX = 'meridian_'

const metric = (
  kind: Metric['kind'],
  name: string,
  help: string,
  labels: readonly string[],
  read: () => Iterable<Sample>,
): Metric => ({ name: PREFIX + name, help, kind, labels, read })

const histogram = (name: string, help: string, read: HistogramMetric['read']): HistogramMetric => ({
  name: PREFIX + name,
  help,
  read,
})
