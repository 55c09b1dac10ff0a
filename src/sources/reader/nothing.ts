import type { Source } from '../changes/index.ts'

/** What has nothing to read. */
export const NOTHING_TO_READ = {
  start: (): Source => ({ stop: async () => undefined }),
  credentials: null,
} as const
