import { posix } from 'node:path'

/** The thread's program beside the module at `base`: TypeScript beside sources, JavaScript beside what was compiled. */
export const threadUrl = (base: string): URL =>
  new URL(`./thread${posix.extname(new URL(base).pathname)}`, base)
