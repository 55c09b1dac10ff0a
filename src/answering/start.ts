import { Crew } from './crew.ts'
import { threadUrl } from './thread-url.ts'
import type { Answering, AnsweringOptions } from './types.ts'

/** Resolves once the threads are there; rejects, with nothing left running, when one does not come up. */
export const startAnswering = (options: AnsweringOptions): Promise<Answering> =>
  Crew.start(threadUrl(import.meta.url), options)
