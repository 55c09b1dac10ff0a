import type { WatchedServer } from '../../../src/app/admin/index.ts'

/** A server beside whose clusters nothing happens: it is settled, searches for no more of them and writes nowhere. */
export const QUIET = {
  registry: () => null,
  refused: () => null,
  writing: () => [],
  writes: () => [],
  answering: () => true,
  answers: () => true,
  draining: false,
} satisfies Partial<WatchedServer>
