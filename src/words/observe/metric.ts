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

/** A row of a table of metrics, which says what it reads from a thing, whichever that is; its name is without the prefix. */
export type MetricOf<T> = Omit<Metric, 'read'> & { readonly read: (from: T) => Iterable<Sample> }

export type HistogramOf<T> = Omit<HistogramMetric, 'read'> & {
  readonly read: (from: T) => Iterable<HistogramSample>
}

const PREFIX = 'meridian_'

/** A table's metrics, of one thing. */
export const metricsFrom = <T>(from: T, rows: readonly MetricOf<T>[]): readonly Metric[] =>
  rows.map((row) => ({ ...row, name: PREFIX + row.name, read: () => row.read(from) }))

export const histogramsFrom = <T>(from: T, rows: readonly HistogramOf<T>[]): readonly HistogramMetric[] =>
  rows.map((row) => ({ ...row, name: PREFIX + row.name, read: () => row.read(from) }))
