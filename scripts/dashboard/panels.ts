/** How panels and their queries are written. */
import type { Panel } from './grafana.ts'

/** Of the replicas that are looked at. */
export const M = 'namespace=~"$namespace", job=~"$job", instance=~"$instance"'

export const graph = (
  width: number,
  title: string,
  unit: string,
  panel: Omit<Panel, 'kind' | 'width' | 'title' | 'unit'>,
): Panel => ({
  kind: 'timeseries',
  width,
  title,
  unit,
  ...panel,
})

export const stat = (
  title: string,
  unit: string,
  description: string,
  expression: string,
  limits?: Panel['limits'],
): Panel => ({
  kind: 'stat',
  width: 4,
  title,
  unit,
  description,
  queries: [[expression, title]],
  ...(limits === undefined ? {} : { limits }),
})

export const rateBy = (metric: string, labels: string): string =>
  `sum by (${labels}) (rate(${metric}{${M}}[$__rate_interval]))`

export const quantile = (q: number, metric: string, range: string): string =>
  `histogram_quantile(${q}, sum by (le) (rate(${metric}_bucket{${M}}[${range}])))`
