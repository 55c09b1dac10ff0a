import { threadUrl } from '../../words/threads/index.ts'
import { ReaderSupervisor } from './supervisor.ts'
import type { Reader, ReaderOptions } from './types.ts'

/** Its thread starts with the first cluster. What is in hand is noted in `dir`, if anywhere. */
export const startReader = (
  dir: string | null,
  version: string,
  options: Pick<ReaderOptions, 'log' | 'lost'>,
): Reader =>
  new ReaderSupervisor(threadUrl(import.meta.url), {
    ...options,
    state: dir === null ? null : { dir, version },
  })
