/**
 * The flow: the one thing that changes, turn by turn, and the clusters at work that turn it. `flow.ts` is the file to
 * open first: it holds the views and the world, and each method of it makes the next world and tells whoever follows.
 * `member.ts` is one cluster at work: its source, its freshness, its share of main's time, its state on disk.
 */

// What the clusters last said, and the world that follows: each method is one turn.
export { Flow } from './flow.ts'
// Whoever is told after a turn, of what it changed.
export type { FlowFollower } from './follower.ts'
// Look-ups of what the flow wants to know, begun with what the last process knew.
export { resolveHostNames } from './host-names.ts'
// Clusters join, change and leave; none waits for another.
export { Members } from './members.ts'
// Those that were never heard hold up the start for so long and no longer.
export { settleInTime } from './settle-in-time.ts'
// Clusters for which it is equal are left alone by a reload.
export type { WatchSpec } from './watch-spec.ts'
