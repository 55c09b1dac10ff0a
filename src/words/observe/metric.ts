import type { HistogramSample, Sample } from './counters.ts'

/** A metric whose values are read when somebody asks for them. */
export interface Metric {
  readonly name: string
  readonly help: string
  readonly kind: 'counter' | 'gauge'
  readonly labels: readonly string[]
  readonly read: () => Iterable<Sample>
}

export interface HistogramMetric {
  readonly name: string
  readonly help: string
  readonly read: () => Iterable<HistogramSample>
}
