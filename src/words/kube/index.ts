/** The few Kubernetes objects Meridian reads, narrowed at the edge. */

// What is said of an object that brings out a mistake of ours: it costs that object alone.
export { bugSentence } from './bug.ts'
// Clusters as whoever manages a fleet describes them.
export { type AccessProvider, CLUSTER_PROFILE, type ClusterProfile } from './cluster-profile.ts'
// Istio's, where they are read: where the clients of a host go by locality.
export { DESTINATION_RULE, type DestinationRule } from './destination-rule.ts'
// An endpoint outside Kubernetes, listed by a ServiceEntry or standing by itself as a WorkloadEntry.
export type { EntryEndpoint, Tags } from './entry-endpoint.ts'
// What annotations of a ServiceExport say of routing, not yet narrowed to policies.
export { POLICY_ANNOTATIONS } from './export-policy.ts'
// What Kubernetes takes for a name, a label, a word.
export { isLabelValue, isQualifiedName, isSubdomain, isWord, WORD_PATTERN } from './forms.ts'
// The word by which configuration asks for Istio's objects.
export { ISTIO, MOST_ID_LABELS, wholeName } from './istio.ts'
// Karmada's, where a registry asks for them.
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
} from './karmada.ts'
// The objects themselves, and the keys that they go by.
export * from './keys.ts'
// The kinds that are read, as one table: whoever goes through kinds goes through it. `USUAL`: those that are read where
// configuration asks for no more.
export { apiVersionOf, KINDS, Kinds, memberScope, USUAL } from './kinds.ts'
// KubeFed's: the clusters of a federation, and in which of them its services are.
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
// The Multi-Cluster Services API: exports, by whichever group, and imports. An export of either group beside a Service
// exports it.
export { EXPORT, GKE_EXPORT, IMPORT } from './mcs.ts'
export * from './mcs-types.ts'
// RFC 3339 with a zone, as Unix milliseconds; anything else is no time.
export { parseTime } from './meta.ts'
// Its labels and annotations say which of its Services are exported, where configuration asks for that.
export { NAMESPACE, type Namespace } from './namespace.ts'
// What somebody else sent, as long as nothing is known of it.
export { type Fields, isFields } from './narrow.ts'
export * from './object-types.ts'
// Kinds that are taken for those that are read, so that somebody is told.
export { type Other, otherKind } from './others.ts'
// From a value to an object, or to a sentence about what is wrong with it. A part that is wrong costs itself.
export { type ParsedObject, parseAs, parseObject, refuseAs, unpackList } from './parse.ts'
// What a text of an annotation may be: what JSON knows, however it is written.
export type { PlainValue } from './plain-yaml.ts'
// Ports and families, of which many objects have the same: equal lists are one.
export {
  familiesCodec,
  nodePortsCodec,
  portsCodec,
  protocolCodec,
  shareFamilies,
  sharePorts,
} from './ports.ts'
// Foreign text as people may see it: without control characters, and short.
export { briefly, few, printable, printableIn, printableLines } from './printable.ts'
// All that there is to say of a kind, but what it means.
export { type KindRow, type RowOf, rowOf, type Scope, type Served } from './row.ts'
// Read by registries alone, for the clusters that are in them.
export { SECRET, type Secret } from './secret.ts'
// Labels that objects are chosen by, as kubectl writes them.
export { carriesTags, MOST_SELECTOR, parseSelector, type Selector, selects } from './selector.ts'
// Its type says how it is reached; its name is that of all that belongs to it.
export { ASKED_OF_SERVICES, SERVICE } from './service.ts'
// What stands behind hosts that are no Services, where Istio's objects are read.
export { type EntryPort, SERVICE_ENTRY, type ServiceEntry } from './service-entry.ts'
export * from './service-types.ts'
// It names its service by a label, and may be one of many.
export { SLICE } from './slice.ts'
// Its endpoints, which are octets until somebody asks.
export { countOfEndpoints, endpointsIn, packEndpoints } from './slice-endpoints.ts'
export * from './slice-types.ts'
// Istio's again: how the clients of a service are divided among its clusters.
export {
  hostsOfRoutes,
  type TrafficMatch,
  type TrafficRoute,
  VIRTUAL_SERVICE,
  type VirtualService,
} from './virtual-service.ts'
// Labels and annotations that decide what an object counts as, by whichever implementation.
export * from './wellknown.ts'
// A machine that ServiceEntries of its namespace select by its labels.
export { WORKLOAD_ENTRY, type WorkloadEntry } from './workload-entry.ts'
