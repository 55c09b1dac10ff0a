/**
 * From what the clusters said to the exports of one service: who exports it, who does not and why, with which endpoints,
 * and how each is reached. Pure.
 *
 * `holdingsOf` in `exports.ts` is the way in, and the file to open first. For each cluster it asks the rules of
 * `export-rules.ts`, of which the first that says something decides; a rule turns a Service, with what declares it, into
 * an export (`exported.ts`), whose endpoints are gathered from all slices (`endpoints.ts`, `roll.ts`) and packed
 * (`pack-ready.ts`). Beside the exports stand the policies that somebody says (`policy-providers.ts`, a row for each)
 * and what stands outside of clusters (`istio-entries.ts`). All this is done when a service is dirty, in
 * `world/zone/derive.ts`. `route.ts` is the other half: routing asks it, from one viewpoint, how each export is reached.
 *
 * What the folder makes is described in files by subject: `holding-types.ts` (all of it), `export-types.ts`,
 * `endpoint-types.ts`, `route-types.ts`; what it looks at, and what a rule and a provider are, in `rule-types.ts` and
 * `registry-types.ts`.
 */

// Who exported first: `byAge` sorts oldest first, those last that do not say when they were made (`isAged`: whether one
// says).
export { byAge, isAged } from './age.ts'
// Whose age that is, in words: a ServiceExport's, a Service's, or that of an object elsewhere.
export { agedBy } from './aged-by.ts'
// One cluster's endpoints of a service, and what of them is left out, and why.
export type {
  ClusterEndpoints,
  Endpoint,
  EndpointPort,
  Endpoints,
  Ignored,
  StrayAddresses,
} from './endpoint-types.ts'
// Exports with the ways to them that ServiceEntries say, each of which counts where `reach` comes to `auto` (answers.md
// 4.1).
// `BY_ENTRIES` is by what ServiceEntries export.
export { BY_ENTRIES, withShareRoutes } from './entry-export.ts'
// The clusters whose exports of a service may be others when some said something: those, and all that they speak of, as
// a hub speaks of its members.
export { clustersMoved } from './export-of.ts'
// What a cluster exports under a service's name: a `ValidExport`, or one that says why it does not count (`INVALID_KINDS`).
export type { Export, ExportRemark, ValidExport } from './export-types.ts'
export { INVALID_KINDS } from './export-types.ts'
// What of an export does not count, as a sentence that stands alone: for `explain` and `check`.
export { printRemark } from './exported.ts'
// What all clusters hold under one name, each cluster by itself: a mistake about one keeps that one as it was. The way
// in. `failedOf`: what stands for a cluster of which nothing is known, since a mistake of ours was about it.
// `NO_PROBLEMS`: the one value where all objects can be read.
export { failedOf, holdingsOf, NO_PROBLEMS } from './exports.ts'
// All that clusters hold under one name: exports, ServiceImports that stand there already, and what cannot be read.
export type { Holdings, LocalImport, ObjectProblems } from './holding-types.ts'
// What ServiceEntries say of a service besides what clusters export. `isHostIn`: whether a host lies in one of some
// zones, so that it has names there.
export { externalOf, isHostIn, type SaidExternal } from './istio-entries.ts'
// Whether one of Karmada's ResourceBindings is of a workload, whose replicas Karmada divides: a Deployment, say.
export { isOfWorkload } from './karmada-weights.ts'
// The maxima of one service, the same on every replica, and what they leave out as a reason: the ports behind the first
// 1,000, and of each family all but 5,000 endpoints, chosen by a hash of their addresses, so that few change where few
// come or go (answers.md 2, "How much of a service").
// `MOST_…` are the maxima; `BEYOND_…` the reasons, as texts that are labels of a metric (`BEYOND`: all of them).
// `fairShares`: what each cluster keeps of a Headless service that has too many endpoints in all. `SECOND_NAME`: the
// reason for a host name that is not made, since its endpoint has another.
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
// Ports of nodes, where that is the way in: the number differs from the Service's, so SRV alone can tell it. `numberBy`:
// at which number a port is found by a route; `routeByPort`: the route of whoever is told numbers, where there is one.
export { numberBy, routeByPort } from './node-port.ts'
// Addresses that are not a cluster's own, as far as somebody declared whose they are. `addresses.mode` decides whether
// they are answered all the same. `straysAmong`: those among the addresses of a gateway or a load balancer.
export { printStray, straysAmong } from './outside.ts'
// Endpoints that answer, in columns of octets: one of thousands is read without the others. Packed when a service is
// derived; `Ready` reads them. `NONE_READY` is the one value of those that have none; `headOf` packs the first of many
// anew.
export { headOf, NONE_READY, packReady } from './pack-ready.ts'
// What is said of a service's routing, by all who may say something, in order (`policiesOf`); and what became of the
// objects that say it (`objectsRead`), those that others overrule being told as that (`asDecided`).
export { asDecided, objectsRead, policiesOf } from './policies.ts'
// The same columns, read: `Ready` one endpoint at a time, `readyIn` all as a list. `labelOf`: the label that an address
// has for a host name, `10-244-0-5`.
export { labelOf, Ready, readyIn } from './ready.ts'
// A registry whose objects say something of services, as far as rules ask it: whose view, which clusters, which names.
export type { RegistryRules } from './registry-types.ts'
// By which way a viewpoint reaches a cluster's share, or why by none (answers.md 4.1): ClusterIPs at home; elsewhere
// endpoints, load balancer, gateway or node port, as `reach` says.
// `routeTo` is for clients, and `routeBehind` for a clusterset IP, whose proxy translates ports. Headless endpoints have
// no route but their network (`reachesEndpoints`). `printNetwork`: a cluster's network, as EDE texts have it.
// `isContested`: whether another cluster on those networks declares the same ClusterIPs.
export { isContested, printNetwork, reachesEndpoints, routeBehind, routeTo } from './route.ts'
// How one viewpoint reaches an export, or why it does not; addresses are read when they are asked for.
export type { Route } from './route-types.ts'
// What rules look at (`Seen`), and what of each cluster's declaration they heed (`InventoryRules`).
export type { Ids, InventoryRules, ObjectsRead, Seen } from './rule-types.ts'
// The key of configuration by which all Services are exported: whoever reports what is not exported passes over those of
// this key.
export { BY_ALL } from './service-itself.ts'
// The same as `routeTo` for a place outside of clusters: its endpoints' own addresses, where the viewpoint is on its
// network.
export { routeToSite } from './site-route.ts'
