/** The value by which Meridian's own objects say who writes them, under either managed-by label. */
export const MANAGED_BY = 'meridian-dns.io'

/** Labels that decide what an object counts as. */
export const LABEL = {
  /** On an EndpointSlice: the Service whose endpoints it holds. */
  service: 'kubernetes.io/service-name',
  /** KEP-1645: the imported service, on its EndpointSlices and on what is made of it. */
  importedService: 'multicluster.kubernetes.io/service-name',
  /** KEP-1645, on an EndpointSlice: the one cluster its endpoints are in. */
  sourceCluster: 'multicluster.kubernetes.io/source-cluster',
  sliceManagedBy: 'endpointslice.kubernetes.io/managed-by',
  managedBy: 'app.kubernetes.io/managed-by',
  name: 'app.kubernetes.io/name',
  partOf: 'app.kubernetes.io/part-of',
} as const

export const ANNOTATION = {
  /** On a ServiceExport: its cluster's relative share of draws; 0 drains. */
  weight: 'meridian-dns.io/weight',
  /** On a ServiceExport: how other clusters get to the service. */
  reach: 'meridian-dns.io/reach',
  /** On a ServiceExport: how the service is routed for the clients of its cluster, each in the words of configuration. */
  weights: 'meridian-dns.io/weights',
  distribute: 'meridian-dns.io/distribute',
  failover: 'meridian-dns.io/failover',
  minHealthy: 'meridian-dns.io/min-healthy',
  /** On an EndpointSlice: when the change happened that it tells of. */
  triggeredAt: 'endpoints.kubernetes.io/last-change-trigger-time',
} as const

/** Annotations of Services that MCS implementations make from a ServiceImport: reference and Cilium, GKE, AWS. */
export const DERIVED_ANNOTATIONS: readonly string[] = [
  'multicluster.kubernetes.io/derived-service',
  'net.gke.io/derived-service',
  'multicluster.k8s.aws/derived-service',
]

/** Lighthouse mirrors remote endpoints as headless Services in the cluster's own zone, under this managed-by. */
export const CLUSTERLOCAL_REFLECTOR = 'lighthouse-clusterlocal-reflector'

/** Who writes EndpointSlices that hold other clusters' endpoints: the default of `ignoreManagedBy`. */
export const IGNORED_MANAGERS: readonly string[] = [
  MANAGED_BY,
  'lighthouse-agent.submariner.io',
  'endpointslice-mesh-controller.cilium.io',
  'endpointslice-controller.karmada.io',
  'endpointslice-dispatch-controller.karmada.io',
  'endpointslice.reflection.liqo.io',
]

/** Groups besides multicluster.x-k8s.io whose ServiceExports say the same, and can be read. */
export const EXPORT_GROUPS = ['net.gke.io'] as const

export type ExportGroup = (typeof EXPORT_GROUPS)[number]
