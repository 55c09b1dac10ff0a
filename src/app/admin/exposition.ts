import { collectDefaultMetrics, Gauge, Counter as PromCounter, Registry } from 'prom-client'
import type { HistogramMetric, Metric } from '../../words/observe/index.ts'

/** Prometheus' text of all metrics and the runtime's defaults, made when it is asked for. */
interface Exposition {
  readonly contentType: string
  readonly text: () => Promise<string>
}

export function createExposition(
  metrics: readonly Metric[],
  histograms: readonly HistogramMetric[],
): Exposition {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const metric of metrics) register(registry, metric)
  return {
    contentType: registry.contentType,
    text: async () => `${await registry.metrics()}\n${histograms.map(printHistogram).join('')}`,
  }
}

function register(registry: Registry, { name, help, kind, labels, read }: Metric): void {
  const common = { name, help, labelNames: [...labels], registers: [registry] }
  if (kind === 'gauge') {
    new Gauge({
      ...common,
      collect() {
        this.reset()
        for (const sample of read()) this.set({ ...sample.labels }, sample.value)
      },
    })
  } else {
    new PromCounter({
      ...common,
      collect() {
        this.reset()
        for (const sample of read()) this.inc({ ...sample.labels }, sample.value)
      },
    })
  }
}

function printHistogram({ name, help, read }: HistogramMetric): string {
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`]
  for (const { suffix, labels, value } of read()) {
    const le = labels['le'] === undefined ? '' : `{le="${labels['le']}"}`
    lines.push(`${name}${suffix}${le} ${value}`)
  }
  return `${lines.join('\n')}\n`
}
