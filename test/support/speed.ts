import type { Speed } from '../../src/server/replies/index.ts'
import { speed } from '../../src/server/speed/index.ts'

/** Whether what is tested answers without all that is there for speed alone: every reply is worked out (vitest.config.ts). */
export const IS_PLAIN = process.env['WITHOUT_SPEED'] === '1'

/** What responders under test are given. */
export const SPEED: Speed | null = IS_PLAIN ? null : speed
