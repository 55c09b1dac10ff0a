import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { blocksOf, readPage } from '../docs/markdown.ts'
import { ALERTS, CHART_FILES, EXPRESSIONS, RECORDINGS, recordedIn } from '../monitoring/shipped.ts'
import { type Command, command, listening, MERIDIAN } from '../support/server.ts'
import { build } from './ground/index.ts'

const CASES = join(import.meta.dirname, 'monitoring')
const RULES = ['alerts.yaml', 'recording.yaml'].map((file) => join(CHART_FILES, file))

let promtool: string
let folder: string
let server: Command | undefined

beforeAll(async () => {
  promtool = await build('promtool')
  folder = await mkdtemp(join(tmpdir(), 'meridian-monitoring-'))
})

afterAll(async () => {
  server?.child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

interface Ended {
  readonly status: number
  readonly text: string
}

function run(args: readonly string[], input = ''): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(promtool, args, { maxBuffer: 2 ** 24 }, (_, out, err) =>
      resolve({ status: child.exitCode ?? -1, text: out + err }),
    )
    child.stdin?.end(input)
  })
}

describe('promtool', () => {
  test('finds nothing wrong with alerts and recording rules', async () => {
    const { status, text } = await run(['check', 'rules', '--lint=all', '--lint-fatal', ...RULES])
    expect({ status, text }).toEqual({ status: 0, text: expect.stringContaining('rules found') })
  })

  test.each(['server', 'clusters', 'controller', 'services', 'texts', 'recording'])(
    'sees each rule do what its cases say: %s',
    async (name) => {
      const { status, text } = await run(['test', 'rules', join(CASES, `${name}.yaml`)])
      expect({ status, text }).toEqual({ status: 0, text: expect.stringContaining('SUCCESS') })
    },
  )

  test('reads every expression of the dashboard and of the documentation', async () => {
    const rules = EXPRESSIONS.map(({ expr }, i) => ({ record: `expression:${i}`, expr }))
    const file = join(folder, 'expressions.yaml')
    await writeFile(file, JSON.stringify({ groups: [{ name: 'expressions', rules }] }))
    const { status, text } = await run(['check', 'rules', file])
    const places = EXPRESSIONS.map(({ place }, i) => `expression:${i} ${place}`).join('\n')
    expect({ status, text }, `${text}\n${places}`).toMatchObject({ status: 0 })
  })

  test('reads the configurations of Prometheus that the documentation shows', async () => {
    const blocks = blocksOf(readPage('docs/operate/monitoring.md')).filter(({ lines }) =>
      lines[0]?.endsWith('prometheus.yml'),
    )
    expect(blocks).toHaveLength(2)
    for (const [i, { lines }] of blocks.entries()) {
      const file = join(folder, `prometheus-${i}.yml`)
      await writeFile(file, lines.join('\n'))
      const { status, text } = await run(['check', 'config', '--syntax-only', file])
      expect({ status, text }, text).toMatchObject({ status: 0 })
    }
  })

  test('reads the metrics of a live server', async () => {
    const ports = ['--dns-listen', '127.0.0.1:0', '--admin-listen', '127.0.0.1:0']
    server = command([MERIDIAN, 'serve', '--config', 'fixtures/demo/meridian.yaml', ...ports])
    const { ask, get, ready } = await listening(server)
    await ready()
    await ask('web.default.svc.clusterset.local')
    const { text } = await run(['check', 'metrics'], (await get('/metrics')).text)
    // Names that are fixed: those of Node's own metrics, and one that has been a promise from the first.
    const known = /^(nodejs_\w+_total|meridian_endpoints_ignored_total) non-counter metrics should not have/
    expect(text.split('\n').filter((line) => line !== '' && !known.test(line))).toEqual([])
  })
})

const caseFile = z.looseObject({
  tests: z.array(
    z.looseObject({
      promql_expr_test: z
        .array(
          z.looseObject({
            expr: z.string(),
            exp_samples: z.array(z.looseObject({ labels: z.string() })).default([]),
          }),
        )
        .default([]),
    }),
  ),
})

describe('the cases', () => {
  const checks = async () => {
    const files = (await readdir(CASES)).map((name) => readFile(join(CASES, name), 'utf8'))
    const cases = (await Promise.all(files)).flatMap((text) => caseFile.parse(parse(text)).tests)
    return cases.flatMap((one) => one.promql_expr_test)
  }

  test.each(ALERTS)('have $alert ($labels.severity) fire, and be quiet', async ({ alert, labels }) => {
    const about = (await checks()).filter(({ expr }) => expr.includes(`alertname="${alert}"`))
    const fires = about.flatMap(({ exp_samples }) => exp_samples)
    expect(fires.some((sample) => sample.labels.includes(`severity="${labels['severity']}"`))).toBe(true)
    expect(about.some(({ expr, exp_samples }) => expr.startsWith('ALERTS') && exp_samples.length === 0)).toBe(
      true,
    )
    expect(about.some(({ expr }) => expr.startsWith('last_over_time'))).toBe(true)
  })

  test('have every series that is recorded', async () => {
    const tried = new Set((await checks()).flatMap(({ expr }) => recordedIn(expr)))
    expect(RECORDINGS.map(({ record }) => record).filter((record) => !tried.has(record ?? ''))).toEqual([])
  })
})
