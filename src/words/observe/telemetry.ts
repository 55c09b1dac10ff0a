import { AnswerCounts } from './answer-counts.ts'
import { type Counted, type CountingThreads, nothingCounted } from './counted.ts'
import { type Log, oncePerKind } from './log.ts'
import { type HistogramMetric, histogramsFrom, type Metric, metricsFrom } from './metric.ts'
import { HISTOGRAMS, METRICS } from './own-metrics.ts'
import { Sparing } from './sparing.ts'

/** What the server counts of itself: main's own answers, and the sheets of other threads that answer. */
export interface Telemetry {
  readonly counts: AnswerCounts
  /** Threads that answer, from now on: their sheets are counted in. */
  readonly include: (threads: CountingThreads) => void
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

/** Of a server that has just started. */
export function createTelemetry(log: Log): Telemetry {
  const counts = new AnswerCounts()
  const threads: CountingThreads[] = []
  const counted = nothingCounted(counts, threads)
  return {
    counts,
    include: (more) => threads.push(more),
    ...countersOf(counted),
    ...linesOf(log, counts),
    metrics: metricsFrom(counted, METRICS),
    histograms: histogramsFrom(counted, HISTOGRAMS),
  }
}

type Counters =
  | 'programmed'
  | 'connections'
  | 'stalls'
  | 'watchFailed'
  | 'answeringLost'
  | 'readerLost'
  | 'reloaded'

/** What only counts. */
const countersOf = (counted: Counted): Pick<Telemetry, Counters> => ({
  programmed: (seconds) => counted.programming.record(Math.max(0, seconds)),
  connections: (count) => {
    counted.connections = count
  },
  stalls: (count) => {
    counted.stalls = count
  },
  watchFailed: (cluster, kind, reason) => counted.watchErrors.add({ cluster, kind, reason }),
  answeringLost: () => counted.answeringLost.add({}),
  readerLost: () => counted.readersLost.add({}),
  reloaded: (taken) => {
    counted.refused = !taken
  },
})

/** What is a line in the log. */
function linesOf(
  log: Log,
  counts: AnswerCounts,
): Pick<Telemetry, 'bug' | 'serviceFailed' | 'say' | 'noticed'> {
  const services = new Sparing()
  const lines = new Sparing()
  const report = oncePerKind((kind, error) =>
    log.error({ err: error }, `bug: ${kind}; the query got SERVFAIL`),
  )
  const say: Telemetry['say'] = (level, sort, what, message) =>
    lines.same(sort, (more) => log[level]({ ...what, ...more }, message))
  return {
    bug: (error) => {
      counts.bug()
      report(error instanceof Error ? `${error.name}: ${error.message}` : String(error), error)
    },
    serviceFailed: (service, cluster, fault) =>
      services.say(
        cluster,
        () => log.error({ service, cluster }, fault),
        (count) => log.error({ cluster, count }, 'more services fail: `meridian check` names them'),
      ),
    say,
    noticed: (what, message) => say('warn', JSON.stringify([what, message]), what, message),
  }
}
