import type { Source } from '../source/index.ts'

/** Of a source without credentials. */
export const FOR_EVER = { expiresAt: () => null, isRenewed: () => false } as const

/** What has nothing to read. */
export const NOTHING = { start: (): Source => ({ stop: async () => undefined }), ...FOR_EVER } as const
