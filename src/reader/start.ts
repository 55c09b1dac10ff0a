import { threadUrl } from '../answering/index.ts'
import { ReaderKeeper } from './keeper.ts'
import type { Reader, ReaderOptions } from './types.ts'

/** Its thread starts meanwhile. */
export const startReader = (options: ReaderOptions): Reader =>
  new ReaderKeeper(threadUrl(import.meta.url), options)
