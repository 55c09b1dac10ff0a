import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { grafanaText } from '../../scripts/dashboard/grafana.ts'
import { DASHBOARD_FILE, DASHBOARD as DESCRIBED } from '../../scripts/dashboard.ts'
import { declaredMetrics, METRICS_FILE, metricsText } from '../../scripts/metrics.ts'
import { linksOf, readPage } from '../docs/markdown.ts'
import {
  ALERTS,
  DASHBOARD,
  type DashboardPanel,
  EXPRESSIONS,
  RECORDINGS,
  RUNBOOK_PAGES,
  recordedIn,
} from './shipped.ts'

test('docs/reference/metrics.md is current (node scripts/metrics.ts writes its tables)', async () => {
  const reference = readFileSync(METRICS_FILE, 'utf8')
  expect(reference).toBe(metricsText(reference, await declaredMetrics()))
})

test('chart/files/dashboard.json is current (node scripts/dashboard.ts writes it)', () => {
  expect(readFileSync(DASHBOARD_FILE, 'utf8')).toBe(grafanaText(DESCRIBED))
})

describe('an alert', () => {
  const SEVERITIES = ['critical', 'warning', 'info']
  const RUNBOOK = 'https://meridian-dns.io/docs/runbooks/'

  test.each(ALERTS)(
    '$alert says how grave it is, what users see, and where its runbook is',
    ({ alert, labels, annotations }) => {
      expect(alert).toMatch(/^Meridian[A-Z]\w+$/)
      expect(Object.keys(labels)).toEqual(['severity'])
      expect(SEVERITIES).toContain(labels['severity'])
      expect(Object.keys(annotations)).toEqual(['summary', 'description', 'runbook_url'])
      expect(annotations['runbook_url']).toBe(RUNBOOK + alert)
      expect(annotations['description']).toMatch(/\.$/)
    },
  )

  test.each(ALERTS)(
    '$alert names in its texts only labels that its expression keeps',
    ({ expr, annotations }) => {
      const kept = /\bby \(([^)]*)\)/.exec(expr)?.[1]?.split(/,\s*/) ?? []
      const all = expr.includes('by (') && !expr.startsWith('up') ? kept : ['namespace', 'job', 'instance']
      const named = Object.values(annotations).flatMap((text) => [...text.matchAll(/\$labels\.(\w+)/g)])
      expect(named.map(([, label]) => label).filter((label) => !all.includes(label ?? ''))).toEqual([])
    },
  )

  test('never has the label cluster, which is for the external label of its Prometheus', () => {
    const kept = [...ALERTS, ...RECORDINGS].flatMap(
      ({ expr }) => expr.match(/\bby \([^)]*\bcluster\b[^)]*\)/g) ?? [],
    )
    expect(kept).toEqual([])
  })

  test('is told apart from any other by name and severity', () => {
    const names = ALERTS.map(({ alert, labels }) => `${alert} ${labels['severity']}`)
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('runbooks', () => {
  const alerts = [...new Set(ALERTS.map(({ alert }) => `docs/runbooks/${alert}.md`))]
  const pages = RUNBOOK_PAGES.filter(({ path }) => !path.endsWith('README.md'))

  test('are there for every alert and for nothing else', () => {
    expect(pages.map(({ path }) => path).toSorted()).toEqual(alerts.toSorted())
  })

  test.each(pages)(
    '$path says what it means, what users see, how to look, what to do, and when to wait',
    ({ path, text }) => {
      const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading)
      const alert = path.replace(/^.*\/|\.md$/g, '')
      expect(headings).toEqual([alert, 'What users see', 'Look', 'Do', 'Safe to wait?'])
      expect(text).toMatch(/^# .*\n\n\S/)
    },
  )

  test('are all in the index, with the severity that the alert has', () => {
    const index = readPage('docs/runbooks/README.md')
    const linked = linksOf(index).map(({ target }) => `docs/runbooks/${target}`)
    expect(alerts.filter((path) => !linked.includes(path))).toEqual([])
    for (const { alert, labels } of ALERTS)
      expect(index.text).toMatch(
        new RegExp(`\\[${alert}\\]\\(${alert}\\.md\\) \\|[^|]*${labels['severity']}`),
      )
  })
})

describe('the dashboard', () => {
  const panels = DASHBOARD.panels.filter(({ type }) => type !== 'row')

  test('has what Grafana 10 reads', () => {
    expect(DASHBOARD.schemaVersion).toBeGreaterThanOrEqual(38)
    expect(DASHBOARD.templating.list.map(({ name }) => name)).toEqual([
      'datasource',
      'namespace',
      'job',
      'instance',
    ])
  })

  test.each(panels)(
    '$title has a description, a unit, and queries with legends',
    ({ description, fieldConfig, targets }) => {
      expect(description).toMatch(/\.$/)
      expect(fieldConfig?.defaults.unit).toMatch(/^\w+$/)
      expect(targets.length).toBeGreaterThan(0)
      for (const { expr, legendFormat } of targets) {
        expect(legendFormat).not.toBe('')
        const labels = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label)
        const kept = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/))
        expect(labels.filter((label) => !kept.includes(label ?? ''))).toEqual([])
      }
    },
  )

  test('has ids, titles and reference ids that are unique', () => {
    const { panels: all } = DASHBOARD
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length)
    for (const { targets } of panels)
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length)
  })

  test('fits its 24 columns, and no panel lies on another', () => {
    const cells = DASHBOARD.panels.flatMap(cellsOf)
    expect(new Set(cells).size).toBe(cells.length)
    for (const { gridPos } of DASHBOARD.panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
  })

  const cellsOf = ({ gridPos: { x, y, w, h } }: DashboardPanel): readonly string[] =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`)
})

test('every recorded series that something names is recorded', () => {
  const recorded = new Set(RECORDINGS.map(({ record }) => record))
  const unknown = EXPRESSIONS.flatMap(({ place, expr }) =>
    recordedIn(expr).flatMap((name) => (recorded.has(name) ? [] : [`${place}: ${name}`])),
  )
  expect(unknown).toEqual([])
})
