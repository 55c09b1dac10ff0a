import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    globalSetup: 'test/support/build-addon.ts',
    pool: 'forks',
    // Most of a test's time is waiting for sockets: every core has its own, where the default leaves one idle.
    // A machine that does other work is slow, not wrong.
    maxWorkers: '100%',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
