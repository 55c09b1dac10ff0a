/** From what the clusters said to the exports of one service: who exports it, who does not and why, with which endpoints, and how each is reached. Pure. */
export { byAge, isAged } from './age.ts'
export { clustersMoved } from './export-of.ts'
export { failedOf, holdingsOf, NO_PROBLEMS } from './exports.ts'
export {
  BEYOND,
  BEYOND_ADDRESSES,
  BEYOND_ENDPOINTS,
  BEYOND_PORTS,
  fairShares,
  MOST_ENDPOINTS,
  MOST_PORTS,
} from './limits.ts'
export { numberBy, routeByPort } from './node-port.ts'
export { printStray, straysAmong } from './outside.ts'
export { headOf, NONE_READY, packReady } from './pack-ready.ts'
export { objectsRead, policiesOf } from './policies.ts'
export { labelOf, Ready, readyIn } from './ready.ts'
export { isContested, printNetwork, reachesEndpoints, routeBehind, routeTo } from './route.ts'
export type {
  ClusterEndpoints,
  Endpoint,
  EndpointPort,
  Endpoints,
  Export,
  Holdings,
  Ids,
  Ignored,
  InventoryRules,
  LocalImport,
  ObjectProblems,
  ObjectsRead,
  Route,
  Seen,
  StrayAddresses,
  ValidExport,
} from './types.ts'
export { INVALID_KINDS, SECOND_NAME } from './types.ts'
