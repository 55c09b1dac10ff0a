/** Clusters whose Pods run, and what the tests of the chart do in them. */

export {
  CLUSTER_IDS,
  type ClusterId,
  type Shipyard,
  startShipyards,
  startWholes,
  type Wholes,
  type Yards,
} from './clusters.ts'
export { type Desk, writeDesk } from './desk.ts'
export { probe } from './probing.ts'
export { section, steps, stepsOf } from './walk.ts'
