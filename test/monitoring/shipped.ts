/** What is shipped for monitoring, as the tests read it: rules, dashboard, runbooks, and the PromQL in all of them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { z } from 'zod'
import { blocksOf, type Page, readPage } from '../docs/markdown.ts'

export const CHART_FILES = fileURLToPath(new URL('../../chart/files', import.meta.url))

const rule = z.strictObject({
  alert: z.string().optional(),
  record: z.string().optional(),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
})
const ruleFile = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule) })),
})

export type Rule = z.infer<typeof rule>

const rulesIn = (file: string): readonly Rule[] =>
  ruleFile.parse(parse(readFileSync(join(CHART_FILES, file), 'utf8'))).groups.flatMap(({ rules }) => rules)

export const ALERTS: readonly Rule[] = rulesIn('alerts.yaml')
export const RECORDINGS: readonly Rule[] = rulesIn('recording.yaml')

const panel = z.looseObject({
  id: z.number(),
  type: z.string(),
  title: z.string(),
  description: z.string().default(''),
  gridPos: z.strictObject({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z
    .array(z.looseObject({ refId: z.string(), expr: z.string(), legendFormat: z.string() }))
    .default([]),
  fieldConfig: z.looseObject({ defaults: z.looseObject({ unit: z.string() }) }).optional(),
})
const dashboard = z.looseObject({
  schemaVersion: z.number(),
  templating: z.strictObject({ list: z.array(z.looseObject({ name: z.string(), query: z.unknown() })) }),
  annotations: z.strictObject({ list: z.array(z.looseObject({ expr: z.string() })) }),
  panels: z.array(panel),
})

export type DashboardPanel = z.infer<typeof panel>

export const DASHBOARD = dashboard.parse(
  JSON.parse(readFileSync(join(CHART_FILES, 'dashboard.json'), 'utf8')),
)

const RUNBOOKS = fileURLToPath(new URL('../../docs/runbooks', import.meta.url))

export const RUNBOOK_PAGES: readonly Page[] = readdirSync(RUNBOOKS)
  .filter((name) => name.endsWith('.md'))
  .map((name) => readPage(join('docs/runbooks', name)))

const MONITORING_PAGES: readonly Page[] = [...RUNBOOK_PAGES, readPage('docs/operate/monitoring.md')]

export interface Expression {
  readonly place: string
  readonly expr: string
}

/** Grafana's variables as values that Prometheus reads. */
const inPrometheus = (expr: string): string => expr.replaceAll('$__rate_interval', '5m')

export const EXPRESSIONS: readonly Expression[] = [
  ...ALERTS.map(({ alert, expr }) => ({ place: `alerts.yaml ${alert}`, expr })),
  ...RECORDINGS.map(({ record, expr }) => ({ place: `recording.yaml ${record}`, expr })),
  ...DASHBOARD.panels.flatMap(({ title, targets }) =>
    targets.map(({ refId, expr }) => ({ place: `dashboard ${title} ${refId}`, expr: inPrometheus(expr) })),
  ),
  ...DASHBOARD.annotations.list.map(({ expr }) => ({ place: 'dashboard annotation', expr })),
  ...MONITORING_PAGES.flatMap(expressionsOf),
]

/** Of its `promql` blocks; an empty line ends an expression. */
function expressionsOf(page: Page): readonly Expression[] {
  return blocksOf(page)
    .filter(({ language }) => language === 'promql')
    .flatMap(({ lines, line }) =>
      lines
        .join('\n')
        .split(/\n\s*\n/)
        .map((expr) => ({ place: `${page.path}:${line}`, expr })),
    )
}

const withoutStrings = (expr: string): string => expr.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')

/** Metrics that Meridian exports, as an expression names them. */
export const metricsIn = (expr: string): readonly string[] => [
  ...new Set(withoutStrings(expr).match(/(?<![\w:])(?:meridian|process|nodejs)_\w+(?![\w:])/g)),
]

/** Recorded series that an expression names. */
export const recordedIn = (expr: string): readonly string[] => [
  ...new Set(withoutStrings(expr).match(/(?<![\w:])meridian:[\w:]+/g)),
]

/** Labels that its selectors name, by metric. */
export const labelsIn = (expr: string): readonly (readonly [metric: string, label: string])[] =>
  [...withoutStrings(expr).matchAll(/((?:meridian|process|nodejs)_\w+)\{([^}]*)\}/g)].flatMap(
    ([, metric = '', selector = '']) =>
      [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => [metric, label] as const),
  )
