/**
 * What clusters say, read on a thread of its own: what one of them sends can cost its memory and its time, and neither
 * this process nor the other clusters.
 */
export { startReader } from './start.ts'
export type { OpenSource, Reader, SourceHooks } from './types.ts'
