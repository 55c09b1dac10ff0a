/** Whatever asks a responder, once more with all switched off that is there for speed alone: every reply is worked out. */
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const asking = globSync('**/*.test.ts', { cwd: root })
  .filter((file) => /\/(?:responder|support\/speed)\.ts'/.test(readFileSync(`${root}${file}`, 'utf8')))
  .filter((file) => !file.startsWith('server/speed/'))
  .sort()

process.env['WITHOUT_SPEED'] = '1'
for (const file of asking) await import(/* @vite-ignore */ `${root}${file}`)

test('batteries that ask a responder are found', () => {
  expect(asking).toContain('server/replies/respond.test.ts')
  expect(asking).toContain('properties/templates.long.test.ts')
  expect(asking.length).toBeGreaterThan(8)
})
