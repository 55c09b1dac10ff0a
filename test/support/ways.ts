import { existsSync } from 'node:fs'
import { ADDON } from '../../src/server/transport/index.ts'

/** The addon that is tested: the one that was built, or one with sanitizers (test/native/sanitized.long.test.ts). */
export const ADDON_FILE: string = process.env['ADDON_UNDER_TEST'] ?? ADDON

/** How UDP can be answered on this machine: in batches where the addon could be built. */
export const WAYS: readonly ('batches' | 'dgram')[] = existsSync(ADDON_FILE)
  ? ['batches', 'dgram']
  : ['dgram']
