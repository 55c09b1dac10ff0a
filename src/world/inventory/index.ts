/** From what the clusters said to the exports of one service: who exports it, who does not and why, with which endpoints, and how each is reached. Pure. */

// Who exported first, by the time that objects say.
export { byAge, isAged } from './age.ts'
// Exports, imports and endpoints of each cluster, and the rules by which they are found.
export type {
  ClusterEndpoints,
  Endpoint,
  EndpointPort,
  Endpoints,
  Ignored,
  StrayAddresses,
} from './endpoint-types.ts'
// The ways to clusters' shares that objects say, in place of those that the configuration would have.
export { withShareRoutes } from './entry-export.ts'
// Whose exports may be others when one cluster says something. Those of a hub, say, whose objects say what its members
// export.
export { clustersMoved } from './export-of.ts'
export type { Export, ExportRemark, ValidExport } from './export-types.ts'
export { INVALID_KINDS } from './export-types.ts'
// What of an export does not count, as a sentence.
export { printRemark } from './exported.ts'
// What all clusters hold under one name, each cluster by itself: a mistake about one keeps that one as it was. The entry
// point of the folder.
export { failedOf, holdingsOf, NO_PROBLEMS } from './exports.ts'
export type { Holdings, LocalImport, ObjectProblems } from './holding-types.ts'
// What is said of a service besides what clusters export.
export { externalOf, isHostIn, type SaidExternal } from './istio-entries.ts'
// The maxima of one service, the same on every replica, and what they leave out as a reason: the ports behind the first
// 1,000, and of each family all but 5,000 endpoints, chosen by a hash of their addresses, so that few change where few
// come or go.
export {
  BEYOND,
  BEYOND_ADDRESSES,
  BEYOND_ENDPOINTS,
  BEYOND_PORTS,
  fairShares,
  MOST_ENDPOINTS,
  MOST_PORTS,
  SECOND_NAME,
} from './limits.ts'
// Ports of nodes, where that is the way in: the number differs from the Service's, so SRV alone can tell it.
export { numberBy, routeByPort } from './node-port.ts'
// Addresses that are not a cluster's own, as far as somebody declared whose they are. `addresses.mode` decides whether
// they are answered all the same.
export { printStray, straysAmong } from './outside.ts'
// Endpoints that answer, in columns of octets: one of thousands is read without the others. Packed once, where a slice
// is taken in; `Ready` reads them. `NONE_READY` is the one value of those that have none.
export { headOf, NONE_READY, packReady } from './pack-ready.ts'
// What is said of a service's routing: a row for each who may say something.
export { asDecided, objectsRead, policiesOf } from './policies.ts'
// The same columns, read.
export { labelOf, Ready, readyIn } from './ready.ts'
// What the objects of registries say of services.
export type { RegistryRules } from './registry-types.ts'
// By which way a viewpoint reaches a cluster's share, or why by none (answers.md 4.1): ClusterIPs at home; elsewhere
// endpoints, load balancer, gateway or node port, as `reach` says.
export { isContested, printNetwork, reachesEndpoints, routeBehind, routeTo } from './route.ts'
export type { Route } from './route-types.ts'
export type { Ids, InventoryRules, ObjectsRead, Seen } from './rule-types.ts'
// The key of configuration by which all Services are exported.
export { BY_ALL } from './service-itself.ts'
// The same of endpoints outside Kubernetes.
export { routeToSite } from './site-route.ts'
