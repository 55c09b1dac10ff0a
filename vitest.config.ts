import { globSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// What one process compiled, the next need not: of files, threads and commands that tests start.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'meridian-test-compile-cache')

/** Tests of functions of their arguments alone. None can disturb another, and their modules are loaded once. */
const PURE = ['values', 'words', 'world', 'answer', 'server/wire', 'properties', 'fuzz', 'bench', 'chart']
/** Those of them that put something else in a module's place. */
const MOCKING = ['test/world/inventory/export-rules.test.ts', 'test/world/inventory/policies.test.ts']
const pure = PURE.map((folder) => `test/${folder}/**/*.test.ts`)

/** Many processes, or a hostile party for as long as it takes: `npm run test:long`, and no part of `npm test`. */
const LONG = ['test/hostile/**/*.test.ts', 'test/native/sanitized.test.ts']

/** Properties that `npm test` tries less often. */
const TRIED_MORE = globSync('test/**/*.test.ts', { cwd: import.meta.dirname }).filter((path) =>
  readFileSync(join(import.meta.dirname, path), 'utf8').includes('/support/runs.ts'),
)

export default defineConfig({
  test: {
    globalSetup: 'test/support/build-addon.ts',
    pool: 'forks',
    // Node runs the tests as it runs the sources.
    experimental: { viteModuleRunner: false },
    // Much of a test's time is waiting for sockets and for what it has started.
    maxWorkers: '200%',
    // A machine that does other work is slow, not wrong.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'pure', include: pure, exclude: MOCKING, isolate: false } },
      { extends: true, test: { name: 'mocking', include: MOCKING } },
      {
        extends: true,
        test: { name: 'whole', include: ['test/**/*.test.ts'], exclude: [...pure, ...LONG, 'test/e2e/**'] },
      },
      { extends: true, test: { name: 'long', include: [...LONG, ...TRIED_MORE], maxWorkers: '100%' } },
    ],
  },
})
