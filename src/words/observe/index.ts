/**
 * Log and metrics: plain counters where the work is done, read when somebody looks. Every thread loads it.
 *
 * What the server counts of itself is a table of metrics, `own-metrics.ts`, a row for each: the file to open first. A
 * thread that answers counts on an `AnswerCounts` of its own and hands it over as a sheet of numbers; main sums the
 * sheets when `/metrics` is asked for (`telemetry.ts`). What the world says is counted in `app/admin/metrics.ts`. Each
 * line of the log goes through `redact.ts`: no secret is in any.
 */

// What an answering thread counts, as one sheet of numbers that it hands over.
export { AnswerCounts, type CountSheet } from './answer-counts.ts'
// Garbage is collected while a thread has little to do, where V8 would wait until it has much. `busyHere`: how busy the
// event loop of this thread has been since it was last asked.
export { busyHere, collectWhenCalm } from './collect.ts'
// Numbers in arrays: to count costs an addition, and no label is looked up meanwhile. `RequestCounters` and
// `AnswerCounters` are on every query's way; a `Counter` with labels is for what happens seldom; a `Sample` is what each
// gives when it is read.
export {
  AnswerCounters,
  Counter,
  Histogram,
  type ReplyCounters,
  RequestCounters,
  type Sample,
} from './counters.ts'
// What the objects of a thread take, in bytes: on its heap, and in buffers beside it.
export { type Footprint, footprintHere } from './footprint.ts'
// How much the heap of each thread may hold, in MiB, by what main was started with (`heapLimits`), and what a thread is
// therefore started with (`limitedTo`).
export { heapLimits, heapLimitsOf, leaveFlagsToMain, limitedTo } from './heap-limits.ts'
// Lines of the log, as JSON on standard error; and `oncePerKind`, for what a hot path may say once and not each time.
export { createLog, type Log, oncePerKind } from './log.ts'
// A metric is a row: its name, its help, its labels, and what it reads when it is looked at.
export { type HistogramMetric, type Metric, type MetricOf, metricsFrom } from './metric.ts'
// How many file descriptors this process may have, and how many it has.
export { filesHere } from './open-files.ts'
// Secrets never reach a line: what holds one is cut out, by its place or because it was told to be one (`keepSecret`).
// `redact` does it to a text of ours, `redactForeign` to what another program wrote, `sentence` makes one line of it
// besides; `HIDDEN` stands where the secret stood. URLs: `parseUrl` takes none that hides a password behind its host,
// `printUrl` shows where one leads and nothing of who asks.
export {
  HIDDEN,
  keepSecret,
  keepSecretsOfUrl,
  parseUrl,
  printUrl,
  redact,
  redactForeign,
  sentence,
} from './redact.ts'
// What repeats: the first few lines of a sort are told one by one (`REPORTED_EACH`), then how many more there were.
export { REPORTED_EACH, Sparing } from './sparing.ts'
// What the server counts of itself: what main answers, and the sheets of other threads.
export { createTelemetry, type Telemetry } from './telemetry.ts'
