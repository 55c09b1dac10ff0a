/** From a service and a viewpoint to who answers: routes, levels, shares, the draw. To change a routing rule, change this folder. Pure. */
export {
  printNetwork,
  type Route,
  reachesEndpoints,
  routeBehind,
  routeTo,
} from '../../world/inventory/index.ts'
export { clusterCandidate, clusterCandidates, shareCandidates } from './clusters.ts'
export { firstRanks, type HeadlessService, placesOf, routeHeadless } from './headless.ts'
export { printObstacle } from './obstacle.ts'
export {
  type Draw,
  type Drawn,
  drawsFor,
  drawsOf,
  inRandomOrder,
  pick,
  pickFor,
  shuffle,
  shuffleRun,
  turnsOf,
} from './pick.ts'
export { route } from './routing.ts'
export type { Routable } from './select.ts'
export { headlessServiceOf, serviceOf } from './service.ts'
export type {
  Candidate,
  Distance,
  Draws,
  HeadlessCandidate,
  HeadlessRouting,
  Level,
  Member,
  Placed,
  Routing,
  Standby,
} from './types.ts'
export { type ClientMapping, scopeOf, viewpointOf } from './viewpoint.ts'
