import { AnswerCounters, Counter, Histogram, RequestCounters } from './counters.ts'
import type { HistogramMetric, Metric } from './exposition.ts'
import { type Log, oncePerKind } from './log.ts'

/** What the server counts of itself as it answers. */
export interface Telemetry {
  readonly requests: RequestCounters
  readonly duration: Histogram
  readonly dropped: (reason: string) => void
  readonly answered: (zone: string, cluster: string) => void
  readonly noRoute: (zone: string) => void
  /** Seconds from an endpoint's change to its being served. */
  readonly programmed: (seconds: number) => void
  readonly connections: (count: number) => void
  /** A bug of ours: counted always, logged once per kind. */
  readonly bug: (error: unknown) => void
  readonly metrics: readonly Metric[]
  readonly histograms: readonly HistogramMetric[]
}

const DURATIONS = [5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 5e-3, 2.5e-2, 0.1, 1]
const PROGRAMMING = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

export function createTelemetry(log: Log): Telemetry {
  const requests = new RequestCounters()
  const duration = new Histogram(DURATIONS)
  const programming = new Histogram(PROGRAMMING)
  const answered = new AnswerCounters()
  const [dropped, noRoute, bugs] = [new Counter(), new Counter(), new Counter()]
  const report = oncePerKind((kind, error) =>
    log.error({ err: error }, `bug: ${kind}; the query got SERVFAIL`),
  )
  let connections = 0
  const metrics: readonly Metric[] = [
    counter('dns_requests_total', 'Queries answered.', ['zone', 'type', 'rcode', 'transport'], requests),
    counter(
      'dns_answers_by_cluster_total',
      'Answers that hold addresses of a cluster.',
      ['zone', 'cluster'],
      answered,
    ),
    counter(
      'dns_no_route_total',
      'Empty answers for services that exist but cannot be reached.',
      ['zone'],
      noRoute,
    ),
    counter(
      'dns_dropped_total',
      'Queries, replies and connections given up, by reason.',
      ['reason'],
      dropped,
    ),
    counter('dns_bugs_total', 'Queries answered SERVFAIL because of a bug.', [], bugs),
    {
      name: `${PREFIX}dns_tcp_connections`,
      help: 'TCP connections open now.',
      kind: 'gauge',
      labels: [],
      read: () => [{ labels: {}, value: connections }],
    },
  ]
  return {
    requests,
    duration,
    dropped: (reason) => dropped.add({ reason }),
    answered: (zone, cluster) => answered.count(zone, cluster),
    noRoute: (zone) => noRoute.add({ zone }),
    programmed: (seconds) => programming.record(Math.max(0, seconds)),
    connections: (count) => {
      connections = count
    },
    bug: (error) => {
      bugs.add({})
      report(error instanceof Error ? `${error.name}: ${error.message}` : String(error), error)
    },
    metrics,
    histograms: [
      histogram('dns_request_duration_seconds', 'From a query in memory to its reply in memory.', duration),
      histogram(
        'dns_programming_duration_seconds',
        "From an endpoint's change to its being served.",
        programming,
      ),
    ],
  }
}

export const PREFIX = 'meridian_'

const counter = (
  name: string,
  help: string,
  labels: readonly string[],
  from: { readonly samples: () => ReturnType<Metric['read']> },
): Metric => ({ name: PREFIX + name, help, kind: 'counter', labels, read: () => from.samples() })

const histogram = (name: string, help: string, from: Histogram): HistogramMetric => ({
  name: PREFIX + name,
  help,
  histogram: from,
})
