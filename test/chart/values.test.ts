/** What the chart says of the project, held against the project; Helm itself is asked in test/e2e/chart.test.ts. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { valueGroups, valuesProblems } from '../../scripts/chart.ts'
import {
  CHART_REFERENCE_FILE,
  chartReferenceText,
  VALUES_FILE,
  VALUES_SCHEMA_FILE,
  valuesSchemaText,
} from '../../scripts/schema.ts'
import { parseConfig } from '../../src/app/config/index.ts'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const values = readFileSync(VALUES_FILE, 'utf8')
const groups = valueGroups(values)

test('chart/values.schema.json is current (npm run schema writes it)', () => {
  expect(readFileSync(VALUES_SCHEMA_FILE, 'utf8')).toBe(valuesSchemaText())
})

test('docs/reference/chart.md is current (npm run schema writes its tables)', () => {
  const reference = readFileSync(CHART_REFERENCE_FILE, 'utf8')
  expect(reference).toBe(chartReferenceText(reference, values))
})

test('every value has a meaning', () => {
  const all = groups.flatMap(({ top, below }) => (below.length === 0 ? [top] : below))
  expect(all.length).toBeGreaterThan(50)
  for (const { path, meaning } of all) expect(meaning, path).toMatch(/^.{7,}[.:]/)
})

test('the schema has the values of values.yaml, all of them and no other', () => {
  expect(valuesProblems(parse(values))).toEqual([])
})

describe('the configuration that the values begin with', () => {
  const { config } = parse(values)
  const schema = JSON.parse(readFileSync(VALUES_SCHEMA_FILE, 'utf8')).properties.config

  test('is one that Meridian accepts, once the chart has named this cluster and the namespace', () => {
    const registries = config.registries.map(() => ({ secrets: { namespace: 'meridian' } }))
    const clusters = [{ id: 'cluster-east', source: { inCluster: true } }]
    const accepted = parseConfig(JSON.stringify({ ...config, clusters, registries }), 'meridian.yaml')
    expect(accepted.local.cluster).toBe('cluster-east')
    expect(accepted.warnings).toEqual([])
  })

  test('may leave out what the chart fills in, and nothing else that is required', () => {
    expect(schema.properties.clusters.items.required).toEqual(['id'])
    expect(schema.properties.registries.items.properties.secrets.required).toEqual([])
    expect(schema.properties.clients.properties.map.items.required).toEqual(['cidr'])
    expect(schema.additionalProperties).toBe(false)
  })
})

test('the chart is of the version of the package', () => {
  const { version } = JSON.parse(read('package.json'))
  expect(parse(read('chart/Chart.yaml'))).toMatchObject({ version, appVersion: version })
})
