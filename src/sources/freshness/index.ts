/**
 * How fresh our view of each cluster is: the state machine of answers.md 5, its clock, and its probe of the data path.
 *
 * `health.ts` is the file to open first, and a pure function: what was known and an event in, what is known now out.
 * `health-tracker.ts` runs it for one cluster, `probe.ts` tells it whether answers would lead anywhere. What comes out,
 * as a `Freshness`, routing reads (`words/clusterset`).
 */

// The state machine: events and the time in, a state and the next deadline out. It has no clock.
// `Health` is all that is known of contact with one cluster, `UNKNOWN_HEALTH` that of one that was never heard;
// `ContactEvent` is what may happen to it, `HealthThresholds` how long each patience lasts. `nextHealth` is the step;
// `nextDeadline` when time alone would change something. `freshnessOf`: the part of it that routing and replies see.
// `Witness`: what a process before this one saw last of a cluster. `unprobed`, `readElsewhere`: after a reload took the
// probe away, or has the cluster read from elsewhere.
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
// The same at work for one cluster, with a clock and a probe: told of each word and each loss, it tells of each change
// of state.
export { type HealthTracker, startHealthTracker } from './health-tracker.ts'
// Where and how often to try a connection to where answers lead: the API server is not the data path.
export type { ProbeOptions } from './probe.ts'
