/** How much there is: names of services, each exported by some of the clusters, and endpoints in all. */
export interface Size {
  readonly clusters: number
  readonly services: number
  readonly endpoints: number
  /** Clusters that export a service; its endpoints are spread over them. */
  readonly exporters: number
  /** Endpoints of each of the first services, as far as there are so many; the others have what is left. */
  readonly largest?: number
}

/** A service as one cluster holds it. */
export interface Share {
  readonly service: number
  /** Which of the service's exporters the cluster is. */
  readonly exporter: number
}

type Manifest = Readonly<Record<string, unknown>>

export interface RawObject extends Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly namespace: string; readonly name: string } & Manifest
}

const PER_NAMESPACE = 100
/** One service in so many is Headless. */
const HEADLESS_EVERY = 10
/** Networks of addresses, /8 each, by exporter: two of pods, so that a change has others, and one of Services. */
const POD_NETS = 10
const SERVICE_NETS = 60
const IMPORT_NETS = 90
/** So that networks do not run into each other. */
export const MOST_EXPORTERS = 20
const CREATED = '2026-01-01T00:00:00Z'
export const PORTS = [{ name: 'http', protocol: 'TCP', port: 80 }]

export const clusterId = (cluster: number): string => `cluster-${cluster}`

/** `svc-7.team-0`: as names have it. */
export const serviceName = (service: number): string => `svc-${service}.${namespaceOf(service)}`

export const namespaceOf = (service: number): string => `team-${Math.floor(service / PER_NAMESPACE)}`

/** The clusters that export a service: neighbours by number. */
export const exportersOf = ({ clusters, exporters }: Size, service: number): readonly number[] =>
  Array.from({ length: Math.min(exporters, clusters) }, (_, k) => (service + k) % clusters)

/** What a cluster holds, in order of the services. */
export function sharesOf(size: Size, cluster: number): readonly Share[] {
  const { clusters, services } = size
  const shares: Share[] = []
  for (let first = 0; first < services; first += clusters)
    for (let exporter = Math.min(size.exporters, clusters) - 1; exporter >= 0; exporter--) {
      const service = first + ((cluster - exporter + clusters) % clusters)
      if (service < services) shares.push({ service, exporter })
    }
  return shares.sort((a, b) => a.service - b.service)
}

/** Endpoints of a share: what cannot be spread evenly, the first services and exporters have. */
export function endpointsOf(size: Size, { service, exporter }: Share): number {
  return evenly(endpointsOfService(size, service), Math.min(size.exporters, size.clusters), exporter)
}

function endpointsOfService(size: Size, service: number): number {
  const large = largeOf(size)
  if (large === 0) return evenly(size.endpoints, size.services, service)
  if (service < LARGE) return large
  return evenly(size.endpoints - LARGE * large, size.services - LARGE, service - LARGE)
}

/** How many services are large: one Headless, one not. */
const LARGE = 2

/** Half of all endpoints are the other services' at least. */
const largeOf = ({ services, endpoints, largest = 0 }: Size): number =>
  services > LARGE ? Math.min(largest, Math.floor(endpoints / (2 * LARGE))) : 0

const evenly = (what: number, among: number, which: number): number =>
  Math.floor(what / among) + (which < what % among ? 1 : 0)

export const isHeadless = (service: number): boolean => service % HEADLESS_EVERY === 0

export function serviceObject({ service, exporter }: Share): RawObject {
  const clusterIP = isHeadless(service) ? 'None' : address(SERVICE_NETS + exporter, service)
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(service),
    spec: { type: 'ClusterIP', clusterIP, clusterIPs: [clusterIP], ports: PORTS },
  }
}

export const exportObject = ({ service }: Share): RawObject => ({
  apiVersion: 'multicluster.x-k8s.io/v1beta1',
  kind: 'ServiceExport',
  metadata: metadataOf(service),
})

/** As an implementation of the MCS API would make it: with an address of the clusterset where the service has one. */
export const importObject = ({ service }: Share): RawObject => ({
  apiVersion: 'multicluster.x-k8s.io/v1beta1',
  kind: 'ServiceImport',
  metadata: metadataOf(service),
  spec: isHeadless(service)
    ? { type: 'Headless', ports: PORTS }
    : { type: 'ClusterSetIP', ips: [address(IMPORT_NETS, service)], ports: PORTS },
})

/** How a slice differs from what it was: each revision has other addresses. */
export interface Revision {
  readonly revision: number
  /** Unix milliseconds; null: as old as the service. */
  readonly changedAt: number | null
}

/** A slice holds no more endpoints than that (validation of discovery.k8s.io). */
const PER_SLICE = 1000

export function sliceObjects(size: Size, share: Share, revision: Revision): readonly RawObject[] {
  const all = Array.from({ length: endpointsOf(size, share) }, (_, n) =>
    address(POD_NETS + 2 * share.exporter + (revision.revision % 2), firstOf(size, share.service) + n),
  )
  return Array.from({ length: Math.max(1, Math.ceil(all.length / PER_SLICE)) }, (_, i) =>
    sliceOf(share, revision, i, all.slice(i * PER_SLICE, (i + 1) * PER_SLICE)),
  )
}

const sliceOf = (
  share: Share,
  { revision, changedAt }: Revision,
  part: number,
  addresses: readonly string[],
): RawObject =>
  slice({
    service: `svc-${share.service}`,
    namespace: namespaceOf(share.service),
    name: `svc-${share.service}-${share.exporter}${part === 0 ? '' : `-${part}`}`,
    revision,
    changedAt: changedAt === null ? CREATED : new Date(changedAt).toISOString(),
    addresses,
  })

/** Where a service's addresses begin in its network: the large ones have the upper half of it. */
const firstOf = (size: Size, service: number): number =>
  largeOf(size) > 0 && service < LARGE
    ? 2 ** 23 + service * 2 ** 20
    : service * Math.ceil(size.endpoints / size.services)

/** What tells one EndpointSlice from another. */
export interface SliceTraits {
  readonly service: string
  readonly namespace: string
  readonly name: string
  readonly revision: number
  readonly changedAt: string
  readonly addresses: readonly string[]
}

/** As an API server prints one, what is not read included. */
export const slice = ({ service, namespace, name, revision, changedAt, addresses }: SliceTraits) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    name,
    namespace,
    uid: `5f0c7b9e-0000-4000-8000-${name.padStart(12, '0')}`,
    resourceVersion: String(500 + revision),
    creationTimestamp: CREATED,
    annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': changedAt },
    labels: {
      'kubernetes.io/service-name': service,
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    },
  },
  addressType: 'IPv4',
  ports: PORTS,
  endpoints: addresses.map((one, n) => ({
    addresses: [one],
    conditions: { ready: true, serving: true, terminating: false },
    nodeName: `node-${n % 100}`,
    zone: 'a',
    targetRef: { kind: 'Pod', namespace, name: `${service}-${n}` },
  })),
})

const metadataOf = (service: number) => ({
  name: `svc-${service}`,
  namespace: namespaceOf(service),
  uid: `1d4b16e2-0000-4000-8000-${String(service).padStart(12, '0')}`,
  resourceVersion: '100',
  creationTimestamp: CREATED,
  labels: { app: `svc-${service}` },
})

/** The i-th of network `net`, which has room for 2^24. */
export const address = (net: number, i: number): string =>
  `${net}.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`
