/**
 * What clusters say, read on a thread of its own: what one of them sends can cost its memory and its time, and neither
 * this process nor the other clusters.
 *
 * `remote-source.ts` is the file to open first: one cluster's source as main has it. `supervisor.ts` keeps the thread
 * running, `worker-loop.ts` is the thread's life, `protocol.ts` what crosses between the two, and `outbox.ts` sees to it
 * that no more crosses than main takes in. Where the thread ends for want of memory, `blame.ts` finds the source that
 * had most.
 */

// The thread at work; where it is lost another begins, and the cluster whose doing that was is set back.
export { startReader } from './start.ts'
// What main holds of a source, whichever thread reads it.
export type { OpenSource, Reader, SourceHooks } from './types.ts'
