/** The flow: the one thing that changes, turn by turn, and the clusters at work that turn it. */
export { Flow } from './flow.ts'
export type { FlowFollower } from './follower.ts'
export { resolveHostNames } from './host-names.ts'
export { Members } from './members.ts'
export { settleInTime } from './settle-in-time.ts'
export type { WatchSpec } from './watch-spec.ts'
