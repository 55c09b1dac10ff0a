import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'

const FOLDER = join(import.meta.dirname, '../../.github/workflows')

const shape = z.object({
  permissions: z.record(z.string(), z.string()),
  concurrency: z.object({ group: z.string() }),
  jobs: z.record(
    z.string(),
    z.object({ uses: z.string().optional(), 'timeout-minutes': z.number().optional() }),
  ),
})

const workflows = readdirSync(FOLDER).map((name) => {
  const text = readFileSync(join(FOLDER, name), 'utf8')
  return { name, text, workflow: shape.parse(parse(text)) }
})

test('there are workflows to look at', () => {
  expect(workflows.map(({ name }) => name)).toEqual(['ci.yaml', 'release.yaml'])
})

describe.each(workflows)('$name', ({ text, workflow }) => {
  test('uses each action by its commit, with the version that it is in a comment', () => {
    const used = [...text.matchAll(/\buses: (.*)/g)].map(([, rest = '']) => rest)
    const others = used.filter((rest) => !rest.startsWith('./'))
    expect(others.length).toBeGreaterThan(0)
    expect(others.filter((rest) => !/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(rest))).toEqual([])
  })

  test('may read and no more, but for the jobs that say what they write', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' })
  })

  test('ends every job of its own after a time, and does not run twice for one branch', () => {
    const endless = Object.entries(workflow.jobs).filter(([, job]) => !job.uses && !job['timeout-minutes'])
    expect(endless).toEqual([])
    expect(workflow.concurrency.group).toContain('{ github.ref }')
  })

  test('leaves no token in a checkout', () => {
    const checkouts = text.split('uses: actions/checkout@').slice(1)
    for (const rest of checkouts) expect(rest.split('uses:')[0]).toContain('persist-credentials: false')
  })

  test('lets no value of an event into a script', () => {
    const scripts = [...text.matchAll(/\brun: (?:\|\n((?: {10}.*\n)+)|(.*))/g)].map(([whole]) => whole)
    expect(scripts.filter((script) => script.includes('{{'))).toEqual([])
  })
})
