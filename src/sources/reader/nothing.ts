import type { Source } from '../changes/index.ts'

/** What has nothing to read. */
export const NOTHING = {
  start: (): Source => ({ stop: async () => undefined }),
  credentials: null,
} as const
