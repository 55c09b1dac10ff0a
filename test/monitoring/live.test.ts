import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DeclaredMetric, declaredMetrics } from '../../scripts/metrics.ts'
import { type Metrics, metricsOf } from '../support/metrics.ts'
import { type Command, command, listening, MERIDIAN } from '../support/server.ts'
import { EXPRESSIONS, labelsIn, metricsIn } from './shipped.ts'

/** What Prometheus adds to every sample, and a histogram to its buckets. */
const ADDED = ['namespace', 'job', 'instance', 'le']

let started: Command
let live: Metrics
let declared: ReadonlyMap<string, DeclaredMetric>

beforeAll(async () => {
  const ports = ['--dns-listen', '127.0.0.1:0', '--admin-listen', '127.0.0.1:0']
  started = command([MERIDIAN, 'serve', '--config', 'fixtures/demo/meridian.yaml', ...ports])
  const { ask, get, ready } = await listening(started)
  await ready()
  await ask('web.default.svc.clusterset.local')
  await ask('legacy.shop.global')
  await ask('example.com')
  live = metricsOf((await get('/metrics')).text)
  declared = new Map((await declaredMetrics()).map((metric) => [metric.name, metric]))
})

afterAll(() => {
  started.child.kill('SIGKILL')
})

const familyOf = (name: string): string =>
  live.kinds.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '')

test('every metric that dashboard, alerts, recording rules and runbooks name exists in a live /metrics', () => {
  const named = EXPRESSIONS.flatMap(({ place, expr }) => metricsIn(expr).map((name) => ({ place, name })))
  expect(named.length).toBeGreaterThan(100)
  expect(named.filter(({ name }) => !live.kinds.has(familyOf(name)))).toEqual([])
})

test('every label that a selector names is one that its metric has', () => {
  const unknown = EXPRESSIONS.flatMap(({ place, expr }) =>
    labelsIn(expr)
      .filter(([name, label]) => {
        const { labels = [] } = declared.get(familyOf(name)) ?? {}
        return ![...labels, ...ADDED].includes(label)
      })
      .map(([name, label]) => `${place}: ${name}{${label}}`),
  )
  expect(unknown).toEqual([])
})

test('the reference has what a live server has, and nothing else', () => {
  const kinds = Object.fromEntries([...declared.values()].map(({ name, kind }) => [name, kind]))
  expect(Object.fromEntries(live.kinds)).toEqual(kinds)
})

test('labels that are exported are those of the reference', () => {
  for (const sample of live.samples.keys()) {
    const [name = '', labels = ''] = sample.split('{')
    if (!name.startsWith('meridian_')) continue
    const exported = [...labels.matchAll(/(\w+)="/g)].map(([, label]) => label)
    expect(
      exported.filter((label) => label !== 'le'),
      sample,
    ).toEqual(declared.get(familyOf(name))?.labels)
  }
})

test('the demo shows an answer, an empty one for want of a route, and a refusal', () => {
  const value = (name: string) => live.samples.get(name)
  expect(value('meridian_dns_answers_by_cluster_total{zone="clusterset.local",cluster="cluster-east"}')).toBe(
    1,
  )
  expect(value('meridian_dns_no_route_total{zone="global"}')).toBe(1)
  expect(value('meridian_dns_requests_total{zone="other",type="A",rcode="REFUSED",transport="udp"}')).toBe(1)
})
