/** From a service and a viewpoint to who answers: routes, levels, shares, the draw. To change a routing rule, change this folder. Pure. */
export {
  printNetwork,
  type Route,
  reachesEndpoints,
  routeBehind,
  routeTo,
} from '../../world/inventory/index.ts'
export { clusterCandidate, shareCandidates } from './clusters.ts'
export { firstRanks, placesOf, routeHeadless } from './headless.ts'
export { MOST_IN_REPLY, printObstacle } from './obstacle.ts'
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
export { headlessServiceOf, routableOf } from './service.ts'
export type { Candidate, Draws, HeadlessCandidate, HeadlessRouting, Level, Placed, Routing } from './types.ts'
export { type ClientMapping, scopeOf, viewpointOf } from './viewpoint.ts'
