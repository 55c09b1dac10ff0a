/**
 * What clusters say, read on a thread of its own: what one of them sends can cost its memory and its time, and neither
 * this process nor the other clusters.
 */

// The thread at work; where it is lost another begins, and the cluster whose doing that was is set back.
export { startReader } from './start.ts'
// What main holds of a source, whichever thread reads it.
export type { OpenSource, Reader, SourceHooks } from './types.ts'
