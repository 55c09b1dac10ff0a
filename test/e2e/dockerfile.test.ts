import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { build, newDirectory } from './ground/index.ts'

const DOCKERFILE = join(import.meta.dirname, '../../Dockerfile')

const BUILD_MS = 600_000

/** What BuildKit's own parser warns of; rejects where it would not build. */
async function lint(file: string): Promise<string> {
  const { stdout } = await promisify(execFile)(await build('dockerfile'), [file])
  return stdout
}

/** The Dockerfile with a mistake in it. */
function mistaken(instruction: string, mistake: string): string {
  const file = join(newDirectory('dockerfile'), 'Dockerfile')
  const text = readFileSync(DOCKERFILE, 'utf8')
  writeFileSync(file, text.replace(new RegExp(`^${instruction} .*`, 'm'), mistake))
  return file
}

test('BuildKit reads the Dockerfile and has nothing to say', { timeout: BUILD_MS }, async () => {
  expect(await lint(DOCKERFILE)).toBe('')
})

test('it would warn of a stage in capitals, and refuse a word that it does not know', {
  timeout: BUILD_MS,
}, async () => {
  expect(await lint(mistaken('FROM', 'FROM node AS Build'))).toContain('StageNameCasing')
  await expect(lint(mistaken('STOPSIGNAL', 'STOPSINGAL SIGTERM'))).rejects.toThrow('unknown instruction')
})
