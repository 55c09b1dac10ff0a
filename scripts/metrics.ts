// Writes the tables of docs/reference/metrics.md from what the server declares. `node scripts/metrics.ts`; a test
// holds them current.
import { readFileSync, writeFileSync } from 'node:fs'
import { createExposition } from '../src/app/admin/exposition.ts'
import { worldMetrics } from '../src/app/admin/metrics.ts'
import { parseConfig, planOf } from '../src/app/config/index.ts'
import { createLog, createTelemetry } from '../src/words/observe/index.ts'
import { emptyWorld } from '../src/world/zone/index.ts'

export const METRICS_FILE = new URL('../docs/reference/metrics.md', import.meta.url)

export interface DeclaredMetric {
  readonly name: string
  readonly kind: string
  readonly labels: readonly string[]
  readonly help: string
}

/** Meridian's own metrics, then those of every process on Node. */
export async function declaredMetrics(): Promise<readonly DeclaredMetric[]> {
  const { metrics, histograms } = createTelemetry(createLog('silent'))
  const own = [...metrics, ...worldMetrics(nothingWatched())]
  const text = await createExposition(own, histograms).text()
  const labels = new Map(own.map((metric) => [metric.name, metric.labels]))
  const declared = text.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)$/gm)
  return [...declared].map(([, name = '', help = '', kind = '']) => ({
    name,
    kind,
    labels: labels.get(name) ?? [],
    help,
  }))
}

/** A server that has not heard of any cluster yet. */
function nothingWatched(): Parameters<typeof worldMetrics>[0] {
  const config = parseConfig('clusters: [{id: east, source: {manifests: .}}]', 'meridian.yaml')
  return {
    world: emptyWorld(planOf(config), 0),
    views: new Map(),
    problems: new Map(),
    contacts: () => [],
    answering: () => false,
    answers: () => false,
    registry: () => null,
    refused: () => null,
    writing: () => [],
    writes: () => [],
    draining: false,
  }
}

const OWN = 'meridian_'

/** The reference with its tables written anew; the rest of it stays. */
export function metricsText(current: string, declared: readonly DeclaredMetric[]): string {
  const own = declared.filter(({ name }) => name.startsWith(OWN))
  const runtime = declared.filter(({ name }) => !name.startsWith(OWN))
  return between(between(current, 'own', ownTable(own)), 'runtime', runtimeTable(runtime))
}

const ownTable = (metrics: readonly DeclaredMetric[]): string =>
  table(
    ['metric', 'type', 'labels', 'meaning'],
    metrics.map(({ name, kind, labels, help }) => [code(name), kind, labels.map(code).join(', '), help]),
  )

const runtimeTable = (metrics: readonly DeclaredMetric[]): string =>
  table(
    ['metric', 'type', 'meaning'],
    metrics.map(({ name, kind, help }) => [code(name), kind, help]),
  )

const code = (text: string): string => `\`${text}\``

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

function between(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}: node scripts/metrics.ts -->`, `<!-- /${name} -->`]
  const [before, rest] = text.split(start)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`the reference has lost its mark ${start}`)
  return `${before}${start}\n\n${content}\n\n${end}${after}`
}

if (import.meta.main) {
  const text = metricsText(readFileSync(METRICS_FILE, 'utf8'), await declaredMetrics())
  writeFileSync(METRICS_FILE, text)
}
