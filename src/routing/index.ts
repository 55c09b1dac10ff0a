/** From a service and a viewpoint to who answers: routes, levels, shares, the draw. To change a routing rule, change this folder. Pure. */
export { printNetwork, type Route, reachesEndpoints, routeBehind, routeTo } from '../inventory/index.ts'
export { localityDistance } from './distance.ts'
export {
  type HeadlessCandidate,
  type HeadlessRouting,
  type HeadlessService,
  routeHeadless,
} from './headless.ts'
export {
  type Drawn,
  drawsFor,
  drawsOf,
  inRandomOrder,
  type Lot,
  pick,
  pickFor,
  shuffle,
  shuffleRun,
  turnsOf,
} from './pick.ts'
export { policyOf, printObstacle, type Routable, route } from './routing.ts'
export type {
  Candidate,
  Distance,
  Draws,
  Level,
  Member,
  Routing,
  Standby,
} from './types.ts'
export { type ClientMapping, scopeOf, viewpointOf } from './viewpoint.ts'
