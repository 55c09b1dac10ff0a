import { globSync, readFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// What one process compiled, the next need not: of files, threads and commands that tests start.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'meridian-test-compile-cache')

/** Many processes, or a hostile party for as long as it takes: `npm run test:long`, and no part of `npm test`. */
const LONG = ['test/hostile/**/*.test.ts', 'test/**/*.long.test.ts']

const files = globSync('test/**/*.test.ts', { cwd: import.meta.dirname })
const thatSay = (text: string): string[] =>
  files.filter((path) => readFileSync(join(import.meta.dirname, path), 'utf8').includes(text))

/** Those that put something else in a module's place, and one that leaves ten thousand secrets to look for. */
const ALONE = [...thatSay('vi.mock('), 'test/words/observe/redact.test.ts']

/** Those of which `npm test` tries a part: properties less often, a few of many values. */
const TRIED_MORE = thatSay('/support/runs.ts')

/** For what quick tests make and drop at once: room for more of it, and no threads that look through it beside. */
const QUICK = ['--min-semi-space-size=64', '--max-semi-space-size=64', '--single-threaded-gc']

export default defineConfig({
  test: {
    globalSetup: 'test/support/build-addon.ts',
    pool: 'forks',
    // Node runs the tests as it runs the sources.
    experimental: { viteModuleRunner: false },
    // Much of a test's time is waiting for sockets and for what it has started.
    maxWorkers: 2 * availableParallelism(),
    // A machine that does other work is slow, not wrong.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      // A process for many files: none disturbs another, and modules are loaded once.
      {
        extends: true,
        test: {
          name: 'shared',
          // What needs the hooks of modules is alone.
          experimental: { viteModuleRunner: false, nodeLoader: false },
          include: ['test/**/*.test.ts'],
          exclude: [...ALONE, ...LONG, 'test/e2e/**'],
          isolate: false,
          execArgv: QUICK,
        },
      },
      { extends: true, test: { name: 'alone', include: ALONE, exclude: LONG, execArgv: QUICK } },
      {
        extends: true,
        // Behind the others, where a filter names files of both.
        test: {
          name: 'long',
          include: [...LONG, ...TRIED_MORE],
          maxWorkers: '100%',
          sequence: { groupOrder: 1 },
          testTimeout: 600_000,
        },
      },
    ],
  },
})
