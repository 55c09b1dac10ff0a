/** Clusters whose Pods run, and what the tests of the chart do in them. */

export { CLUSTER_IDS, type ClusterId, type Shipyard, startShipyards, type Yards } from './clusters.ts'
export { type Desk, writeDesk } from './desk.ts'
export { probe } from './probing.ts'
export { section, steps } from './walk.ts'
