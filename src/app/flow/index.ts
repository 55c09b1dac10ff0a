/** The flow: the one thing that changes, turn by turn, and the clusters at work that turn it. */

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
