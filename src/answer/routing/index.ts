/** From a service and a viewpoint to who answers: routes, levels, shares, the draw. To change a routing rule, change this folder. Pure. */
export {
  printNetwork,
  type Route,
  reachesEndpoints,
  routeBehind,
  routeTo,
} from '../../world/inventory/index.ts'
// Clusters as candidates. Whoever else may answer one day is another maker of them.
export { clusterCandidate, shareCandidates } from './clusters.ts'
// Headless services: everybody who may answer does, nearest first.
export { firstRanks, placesOf, routeHeadless } from './headless.ts'
// Why nobody is reached, as the asker is told.
export { MOST_IN_REPLY, printObstacle } from './obstacle.ts'
// Draws. Chance is an argument of them, from 0 to below 1, as it is of all that is pure.
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
// Levels and shares of a service that one cluster is drawn for.
export { route } from './routing.ts'
export type { Routable } from './select.ts'
export { isReachedByPort } from './select.ts'
export { headlessServiceOf, routableOf } from './service.ts'
export { type Places, scopeAround, standpointOf } from './standpoint.ts'
export type { Candidate, Draws, HeadlessCandidate, HeadlessRouting, Level, Placed, Routing } from './types.ts'
// Whose client an address is, by the longest prefix of `clients.map`.
export { type ClientMapping, clusterAt, scopeOf, viewpointOf } from './viewpoint.ts'
