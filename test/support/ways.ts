import { existsSync } from 'node:fs'
import { ADDON } from '../../src/transport/index.ts'

/** How UDP can be answered on this machine: in batches where the addon could be built. */
export const WAYS: readonly ('batches' | 'dgram')[] = existsSync(ADDON) ? ['batches', 'dgram'] : ['dgram']
