/**
 * The few Kubernetes objects Meridian reads, narrowed at the edge.
 *
 * A kind of object is a row (`row.ts`): how it is parsed, where an API server serves it, which services it bears on. All
 * rows stand in the table `KINDS` of `kinds.ts`, which is the file to open first; a row and its parser are a file named
 * after the kind (`service.ts`, `mcs.ts`), and what an object of it holds stands there too, or in the `…-types.ts` of
 * its subject. `parseObject` takes a value of which nothing is known and gives an object, or a sentence about what is
 * wrong with it. Nothing here says what an object means for a service: that is `world/inventory` and `world/istio`.
 *
 * Values in capitals are rows: `SERVICE.is(object)` tells whether an object is a Service, to the compiler too, and views
 * are asked for the objects of a row.
 */

// The sentence about an object that brings out a mistake of ours: it counts as one that cannot be read, and costs itself
// alone.
export { bugSentence } from './bug.ts'
// Clusters as whoever manages a fleet describes them: ClusterProfiles of cluster-inventory-api, each with ways to the
// cluster's API server. A registry reads them.
export { type AccessProvider, CLUSTER_PROFILE, type ClusterProfile } from './cluster-profile.ts'
// Istio's DestinationRule, where `istio.cluster` says that it is read: where the clients of a host go, by locality.
export { DESTINATION_RULE, type DestinationRule } from './destination-rule.ts'
// An endpoint outside Kubernetes, listed by a ServiceEntry or standing by itself as a WorkloadEntry; and its labels,
// `Tags`.
export type { EntryEndpoint, Tags } from './entry-endpoint.ts'
// The annotations of a ServiceExport that say something of routing, by the part of a policy that each says: their names.
export { POLICY_ANNOTATIONS } from './export-policy.ts'
// What Kubernetes takes for names: `isSubdomain` for an object's name, `isQualifiedName` for a label's key,
// `isLabelValue` for a label's value; `isWord` for a value that is not empty, and `WORD_PATTERN` for expressions of
// more.
export { isLabelValue, isQualifiedName, isSubdomain, isWord, WORD_PATTERN } from './forms.ts'
// `ISTIO` is the word by which configuration asks for Istio's objects. `wholeName` is the key of a host that is a name
// as it is, `/db.corp.example`, and belongs to no namespace. `MOST_ID_LABELS`: a cluster's id has one label or two.
export { ISTIO, MOST_ID_LABELS, wholeName } from './istio.ts'
// Karmada's, where a registry asks for them: `KARMADA` and `KARMADA_WEIGHTS` are the words by which it does. Its
// Clusters say which members there are; a MultiClusterService, which of them have a service for others; a
// ResourceBinding, how the replicas of a workload are divided, and so the draws.
export {
  KARMADA,
  KARMADA_CLUSTER,
  KARMADA_NAMESPACE,
  KARMADA_WEIGHTS,
  type KarmadaCluster,
  MULTI_CLUSTER_SERVICE,
  type MultiClusterService,
  RESOURCE_BINDING,
  type ResourceBinding,
  type StaticWeight,
} from './karmada.ts'
// Keys, `namespace/name`: of a service, which all clusters share (`ServiceKey`), and of an object (`ObjectKey`).
// `keyOf`, `namespaceOf`, `standsIn` read and make them; `asService` says that an object's key is its service's, too.
// `shop/` stands for all services of a namespace (`namespaceKey`), and no service has it.
export * from './keys.ts'
// The kinds that are read, as one table, `KINDS`: whoever goes through kinds goes through it, or through the part of it
// that is read at an API server (`Kinds.at`). `USUAL`: those that are read where configuration asks for no more.
// `memberScope`: what a member is for us, the server's own cluster or another.
export { apiVersionOf, KINDS, Kinds, memberScope, USUAL } from './kinds.ts'
// KubeFed's, where a registry asks for them by the word `KUBEFED`: KubeFedClusters are the clusters of a federation,
// FederatedServices and FederatedNamespaces say in which of them its services are (`FederatedPlacement`), and the
// KubeFedConfig whether the federation is of its own namespace or of all.
export {
  FEDERATED_NAMESPACE,
  FEDERATED_SERVICE,
  type FederatedPlacement,
  type FederatedService,
  KUBEFED,
  KUBEFED_CLUSTER,
  KUBEFED_CONFIG,
  type KubeFedCluster,
} from './kubefed.ts'
// The Multi-Cluster Services API (KEP-1645): exports, by whichever group, and imports. An export of either group beside a
// Service exports it.
export { EXPORT, GKE_EXPORT, IMPORT } from './mcs.ts'
// ServiceExport and ServiceImport as values, and what annotations of an export say of routing, not yet narrowed to a
// policy.
export * from './mcs-types.ts'
// RFC 3339 with a zone, as Unix milliseconds; anything else is no time.
export { parseTime } from './meta.ts'
// Namespaces, read where configuration asks for what their labels and annotations say of which Services are exported.
export { NAMESPACE, type Namespace } from './namespace.ts'
// `Fields`: an object that somebody else sent, as long as nothing is known of its members. `isFields` tells one from a
// list or a scalar.
export { type Fields, isFields } from './narrow.ts'
// What objects of all kinds have in common: `KubeObject`, which is any of them, with its `Meta`; `UnreadableObject`,
// which is there and cannot be read; `Reported`, which is either.
export * from './object-types.ts'
// Kinds that are not read and that somebody may take for those that are, ServiceExports of another group say: so that
// they are told, with the remedy.
export { type Other, otherKind } from './others.ts'
// From a value to an object, or to a sentence about what is wrong with it (`ParsedObject`). A part that is wrong costs
// itself. `parseObject` asks the value which kind it is of; `parseAs` knows that, as for what an API server sent.
// `unpackList` takes lists apart before; `refuseAs` is an object that cannot be read for another reason, its size say.
export { type ParsedObject, parseAs, parseObject, refuseAs, unpackList } from './parse.ts'
// What a text of an annotation may be: what JSON knows, however it is written.
export type { PlainValue } from './plain-yaml.ts'
// Ports and families, of which many objects have the same: `share…` makes equal lists one, `…Codec` packs them.
export {
  familiesCodec,
  nodePortsCodec,
  portsCodec,
  protocolCodec,
  shareFamilies,
  sharePorts,
} from './ports.ts'
// Foreign text as people may see it: `printable` without control characters and the like, as one line; `printableLines`
// as several; `printableIn` for all texts in a value; `briefly` cut to a length. `few`: the first of a list, `a, b and 4
// more`.
export { briefly, few, printable, printableIn, printableLines } from './printable.ts'
// A row of the table: all that there is to say of a kind, but what it means. `rowOf` makes one, and fills in what is as
// it is of most. `Scope`: what an API server is for us (a member, our own, a registry), which decides what is read
// there.
export { type KindRow, type RowOf, rowOf, type Scope, type Served } from './row.ts'
// Secrets, read by registries alone, for the clusters that are in them.
export { SECRET, type Secret } from './secret.ts'
// Selectors as `kubectl -l` takes them: `parseSelector` reads one, `selects` holds it against labels. `carriesTags`:
// whether labels have all that are wanted, by value.
export { carriesTags, MOST_SELECTOR, parseSelector, type Selector, selects } from './selector.ts'
// Services: the name is that of all that belongs to one. `ASKED_OF_SERVICES`: the words by which configuration has more
// of them read, for exports without a ServiceExport.
export { ASKED_OF_SERVICES, SERVICE } from './service.ts'
// Istio's ServiceEntry: what stands behind hosts that are no Services, or no Services here.
export { type EntryPort, SERVICE_ENTRY, type ServiceEntry } from './service-entry.ts'
// A Service as a value, with its ports, node ports and load balancer's addresses; and what Cilium's annotations say of it.
export * from './service-types.ts'
// EndpointSlices: one names its service by a label, and may be one of many.
export { SLICE } from './slice.ts'
// The endpoints of a slice, which are octets until somebody asks: `endpointsIn` reads them, `countOfEndpoints` only counts.
export { countOfEndpoints, endpointsIn, packEndpoints } from './slice-endpoints.ts'
// An EndpointSlice, one of its endpoints and one of its ports, as values.
export * from './slice-types.ts'
// Istio's VirtualService: how the clients of a service are divided among its clusters (`TrafficRoute`), and for which of
// them (`TrafficMatch`).
export {
  hostsOfRoutes,
  type TrafficMatch,
  type TrafficRoute,
  VIRTUAL_SERVICE,
  type VirtualService,
} from './virtual-service.ts'
// Labels and annotations by their names, `LABEL` and `ANNOTATION`, Meridian's own and those of whichever implementation:
// by them is told what an object counts as.
export * from './wellknown.ts'
// Istio's WorkloadEntry: a machine that ServiceEntries of its namespace select by its labels.
export { WORKLOAD_ENTRY, type WorkloadEntry } from './workload-entry.ts'
