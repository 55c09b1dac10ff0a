/** Log and metrics: plain counters where the work is done, read when somebody looks. */
export { AnswerCounts, type CountSheet } from './answer-counts.ts'
export {
  AnswerCounters,
  Counter,
  Histogram,
  type HistogramSample,
  type ReplyCounters,
  RequestCounters,
  type Sample,
} from './counters.ts'
export { createExposition, type Exposition, type HistogramMetric, type Metric } from './exposition.ts'
export { type Footprint, footprintHere } from './footprint.ts'
export { createLog, type Log, oncePerKind } from './log.ts'
export {
  HIDDEN,
  keepSecret,
  keepSecretsOfUrl,
  printUrl,
  redact,
  redactForeign,
  sentence,
} from './redact.ts'
export { createTelemetry, PREFIX, type Telemetry } from './telemetry.ts'
