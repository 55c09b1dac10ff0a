import { Keeper } from './keeper.ts'
import { threadUrl } from './thread-url.ts'
import type { Answering, AnsweringOptions } from './types.ts'

/** Resolves once the thread is there; rejects, with nothing left running, when it does not come up. */
export const startAnswering = (options: AnsweringOptions): Promise<Answering> =>
  Keeper.start(threadUrl(import.meta.url), options)
