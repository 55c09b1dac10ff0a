/** Log and metrics: plain counters where the work is done, read when somebody looks. Every thread loads it. */
export { AnswerCounts, type CountSheet } from './answer-counts.ts'
export { busyHere, collectWhenCalm } from './collect.ts'
export {
  AnswerCounters,
  Counter,
  Histogram,
  type ReplyCounters,
  RequestCounters,
  type Sample,
} from './counters.ts'
export { type Footprint, footprintHere } from './footprint.ts'
export { heapLimits, heapLimitsOf, leaveFlagsToMain, limitedTo } from './heap-limits.ts'
export { createLog, type Log, oncePerKind } from './log.ts'
export { type HistogramMetric, type Metric, type MetricOf, metricsFrom } from './metric.ts'
export { filesHere } from './open-files.ts'
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
export { REPORTED_EACH, Sparing } from './sparing.ts'
export { createTelemetry, type Telemetry } from './telemetry.ts'
