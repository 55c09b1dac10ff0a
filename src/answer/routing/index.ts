/**
 * From a service and a viewpoint to who answers: routes, levels, shares, the draw (answers.md 4). To change a routing
 * rule, change this folder. Pure.
 *
 * `select.ts` is the file to open first: all rules over all candidates, in one pass. A candidate is somebody who may
 * answer, and clusters are one maker of them (`clusters.ts`), places outside of clusters another. From there
 * `routing.ts` makes levels with shares, of which one cluster is drawn (`levels.ts`, `pick.ts`); for a Headless service
 * `headless.ts` makes ranked lists, of which nobody is drawn. `nearness.ts` has the rules of who is nearer, a row each.
 * `types.ts` describes what goes from one to the next.
 */

// Ways to a cluster's share, as the inventory finds them: passed on from there for whoever explains routing.
export {
  printNetwork,
  type Route,
  reachesEndpoints,
  routeBehind,
  routeTo,
} from '../../world/inventory/index.ts'
// Clusters as candidates. Whoever else may answer one day is another maker of them.
export { clusterCandidate, shareCandidates } from './clusters.ts'
// Headless services: everybody who may answer does, nearest first, and by chance within a rank (answers.md 4.4). No
// cluster is drawn, so weights divide nothing; a weight of 0 and a drain leave a cluster out all the same.
export { firstRanks, placesOf, routeHeadless } from './headless.ts'
// Why nobody is reached, as the asker is told in an EDE text, which names `MOST_IN_REPLY` clusters and says how many
// more there are.
export { MOST_IN_REPLY, printObstacle } from './obstacle.ts'
// Draws. Chance is an argument of them, from 0 to below 1, as it is of all that is pure. `drawsOf` has every outcome
// with its chance, for `explain`, templates and tests; `pick` the one that a number falls to; `turnsOf` the whole order
// of use, for SRV's priorities and weights.
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
// What routing reads of a service, whoever its candidates are. `isReachedByPort`: whether nobody is reached but by
// whoever is told a port's number with the addresses, as SRV in the global zone tells it.
export type { Routable } from './select.ts'
export { isReachedByPort } from './select.ts'
// A service as routing takes it, made of its entry: its candidates as one viewpoint sees them, and what is said of its
// routing.
export { headlessServiceOf, routableOf } from './service.ts'
// From where an address looks: by `clients.map`, else by its record in a GeoIP database, else from where the server
// stands.
export { type Places, scopeAround, standpointOf } from './standpoint.ts'
// Candidates, levels and draws: what rules are made of, and what `explain` prints.
export type { Candidate, Draws, HeadlessCandidate, HeadlessRouting, Level, Placed, Routing } from './types.ts'
// Whose client an address is, by the longest prefix of `clients.map`; `scopeOf`: how many of its bits decided that, which a
// reply to a client subnet says (RFC 7871, 7.2.1).
export { type ClientMapping, clusterAt, scopeOf, viewpointOf } from './viewpoint.ts'
