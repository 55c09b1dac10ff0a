import { execFile } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { build, newDirectory } from './ground/index.ts'

const run = promisify(execFile)

const FOLDER = join(import.meta.dirname, '../../.github/workflows')

/** What actionlint has to say; without the linters of shell and Python, which it would call if they were installed. */
async function lint(...files: readonly string[]): Promise<string> {
  const line = ['-no-color', '-oneline', '-shellcheck=', '-pyflakes=', ...files]
  return run(await build('actionlint'), line).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  )
}

test('actionlint has nothing to say of the workflows', async () => {
  const files = readdirSync(FOLDER).map((name) => join(FOLDER, name))
  expect(files.length).toBeGreaterThan(1)
  expect(await lint(...files)).toBe('')
}, 600_000)

test('it would have something to say of one that names an output that there is not', async () => {
  const file = join(newDirectory('workflow'), 'wrong.yaml')
  const step = `{run: "echo \${{ steps.none.outputs.x }}"}`
  writeFileSync(file, `on: push\njobs: {a: {runs-on: ubuntu-24.04, steps: [${step}]}}\n`)
  expect(await lint(file)).toContain('property "none" is not defined')
}, 600_000)
