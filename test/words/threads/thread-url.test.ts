import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { threadUrl } from '../../../src/words/threads/thread-url.ts'

test.each([
  ['file:///srv/src/server/workers/start.ts', 'file:///srv/src/server/workers/thread.ts'],
  ['file:///srv/dist/server/workers/start.js', 'file:///srv/dist/server/workers/thread.js'],
  ['file:///a%20b.d/dist/server/workers/start.js?v=1', 'file:///a%20b.d/dist/server/workers/thread.js'],
])('the thread’s program beside %s is %s', (base, url) => {
  expect(threadUrl(base).href).toBe(url)
})

test('it is there', () => {
  expect(existsSync(threadUrl(new URL('../../../src/server/workers/start.ts', import.meta.url).href))).toBe(
    true,
  )
})
