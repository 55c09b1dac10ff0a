import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

/** Limits of one test's or one wait's own, shorter than those of all: what a busy machine breaks. */
const SHORT: readonly RegExp[] = [
  /^ *\}, \d+_\d{3}\)$/m,
  /vi\.waitFor\((?![\s\S]{0,200}?timeout: PATIENCE_MS)/,
  /AbortSignal\.timeout\(\d+_000\)/,
  /\buntil\([^;]*'[^']*',\s*\d[\d_]*,?\s*\)/,
]

const files = globSync('test/**/*.ts', { cwd: ROOT }).filter(
  (path) => !path.startsWith('test/e2e/') && path !== 'test/project/patience.test.ts',
)

test('a test waits for its event, as long as every test may: no wait has a limit that a busy machine breaks', () => {
  expect(files.length).toBeGreaterThan(300)
  const short = files.filter((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8')
    return SHORT.some((pattern) => pattern.test(text))
  })
  expect(short).toEqual([])
})
