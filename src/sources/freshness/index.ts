/** How fresh our view of each cluster is: the state machine of answers.md 5, its clock, and its probe of the data path. */
export {
  type ContactEvent,
  freshnessOf,
  type Health,
  nextDeadline,
  nextHealth,
  type Patience,
  readElsewhere,
  UNKNOWN,
  type Witness,
} from './health.ts'
export { connectTime, type ProbeOptions, startProbe } from './probe.ts'
export { startWatchkeeper, type Watchkeeper, type WatchkeeperOptions } from './watchkeeper.ts'
