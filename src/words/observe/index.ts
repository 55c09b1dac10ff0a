/** Log and metrics: plain counters where the work is done, read when somebody looks. Every thread loads it. */

// What an answering thread counts, as one sheet of numbers that it hands over.
export { AnswerCounts, type CountSheet } from './answer-counts.ts'
// Garbage is collected while a thread has little to do, where V8 would wait until it has much.
export { busyHere, collectWhenCalm } from './collect.ts'
// Numbers in arrays: to count costs an addition, and no label is looked up meanwhile.
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
// How much the heap of each thread may hold, in MiB, by what main was started with.
export { heapLimits, heapLimitsOf, leaveFlagsToMain, limitedTo } from './heap-limits.ts'
// Lines of the log, and what is said once for each kind of thing.
export { createLog, type Log, oncePerKind } from './log.ts'
// A metric is a row: its name, its help, its labels, and what it reads when it is looked at.
export { type HistogramMetric, type Metric, type MetricOf, metricsFrom } from './metric.ts'
// How many descriptors there may be, and how many there are.
export { filesHere } from './open-files.ts'
// Secrets never reach a line: what holds one is cut out, by its place or because it was told to be one.
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
// What repeats is told with ever longer pauses, and how often it was not.
export { REPORTED_EACH, Sparing } from './sparing.ts'
// What the server counts of itself: what main answers, and the sheets of other threads.
export { createTelemetry, type Telemetry } from './telemetry.ts'
