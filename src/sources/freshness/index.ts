/** How fresh our view of each cluster is: the state machine of answers.md 5, its clock, and its probe of the data path. */

// The state machine: events and the time in, a state and the next deadline out. It has no clock.
export {
  type ContactEvent,
  freshnessOf,
  type Health,
  type HealthThresholds,
  nextDeadline,
  nextHealth,
  readElsewhere,
  UNKNOWN_HEALTH,
  unprobed,
  type Witness,
} from './health.ts'
// The same at work for one cluster, with a clock and a probe.
export { type HealthTracker, startHealthTracker } from './health-tracker.ts'
// A connection to where answers lead: the API server is not the data path.
export type { ProbeOptions } from './probe.ts'
