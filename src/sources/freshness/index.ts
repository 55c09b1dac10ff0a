/** How fresh our view of each cluster is: the state machine of answers.md 5, its clock, and its probe of the data path. */
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
export { type HealthTracker, startHealthTracker } from './health-tracker.ts'
export type { ProbeOptions } from './probe.ts'
