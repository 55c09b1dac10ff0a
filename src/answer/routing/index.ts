/** From a service and a viewpoint to who answers: routes, levels, shares, the draw. To change a routing rule, change this folder. Pure. */

// Ways to a cluster's share, as the inventory finds them.
export {
  printNetwork,
  type Route,
  reachesEndpoints,
  routeBehind,
  routeTo,
} from '../../world/inventory/index.ts'
// Clusters as candidates. Whoever else may answer one day is another maker of them.
export { clusterCandidate, shareCandidates } from './clusters.ts'
// Headless services: everybody who may answer does, nearest first, and by chance within a rank (answers.md 4.4). No cluster is
// drawn, so weights divide nothing; a weight of 0 and a drain leave a cluster out all the same.
export { firstRanks, placesOf, routeHeadless } from './headless.ts'
// Why nobody is reached, as the asker is told.
export { MOST_IN_REPLY, printObstacle } from './obstacle.ts'
// Draws. Chance is an argument of them, from 0 to below 1, as it is of all that is pure. `drawsOf` has every outcome with its
// chance, for `explain`, templates and tests; `pick` the one that a number falls to; `turnsOf` the whole order of use, for
// SRV's priorities and weights.
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
// What is asked of a service, and all rules over all of its candidates, in one pass.
export type { Routable } from './select.ts'
export { isReachedByPort } from './select.ts'
// A service as routing takes it: its candidates, and what is said of it.
export { headlessServiceOf, routableOf } from './service.ts'
// From where an address looks: by `clients.map`, else by its record in a GeoIP database, else from where the server
// stands.
export { type Places, scopeAround, standpointOf } from './standpoint.ts'
// Candidates, levels and draws: what rules are made of.
export type { Candidate, Draws, HeadlessCandidate, HeadlessRouting, Level, Placed, Routing } from './types.ts'
// Whose client an address is, by the longest prefix of `clients.map`; `scopeOf`: how many of its bits decided that, which a
// reply to a client subnet says (RFC 7871, 7.2.1).
export { type ClientMapping, clusterAt, scopeOf, viewpointOf } from './viewpoint.ts'
