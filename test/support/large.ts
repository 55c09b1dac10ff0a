/** Manifests of services of any size, as Kubernetes' own controllers write them: so many endpoints to a slice. */

/** A service that its cluster exports. */
export interface LargeSpec {
  readonly name: string
  readonly namespace?: string
  /** Null makes it headless. */
  readonly clusterIP: string | null
  readonly endpoints: number
  /** Of the first pod's address: two services that share no pods have different ones. */
  readonly network?: number
  /** In a slice; 100 is what Kubernetes is set to. */
  readonly perSlice?: number
  /** Octets of each pod's host name; 0: pods have none. */
  readonly hostname?: number
  /** How many there are, `p0` from 8000 on. */
  readonly ports?: number
  readonly family?: 4 | 6
  readonly labels?: Readonly<Record<string, string>>
}

const metadataOf = ({ name, namespace = 'default' }: LargeSpec) => ({
  name,
  namespace,
  creationTimestamp: '2026-01-01T00:00:00Z',
})

/** The address of a pod, as text. */
export const podAddress = (network: number, at: number, family: 4 | 6 = 4): string =>
  family === 4
    ? `10.${network}.${at >> 8}.${at & 255}`
    : `fd00::${network.toString(16)}:${(at >> 16).toString(16)}:${(at & 0xffff).toString(16)}`

/** The host name of a pod: a label of so many octets. */
export const podHostname = (octets: number, at: number): string => `${at}`.padStart(octets, 'p')

export const portsOf = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ name: `p${i}`, protocol: 'TCP', port: 8000 + i }))

const endpointOf = ({ network = 1, hostname = 0, family = 4 }: LargeSpec, at: number) => ({
  addresses: [podAddress(network, at, family)],
  conditions: { ready: true },
  ...(hostname > 0 && { hostname: podHostname(hostname, at) }),
})

/** Its EndpointSlices; a service without endpoints has one that is empty. */
export function slicesBehind(spec: LargeSpec): readonly object[] {
  const { name, endpoints, perSlice = 100, family = 4, ports = 1 } = spec
  const metadata = metadataOf(spec)
  return Array.from({ length: Math.max(1, Math.ceil(endpoints / perSlice)) }, (_, i) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...metadata, name: `${name}-${i}`, labels: { 'kubernetes.io/service-name': name } },
    addressType: `IPv${family}`,
    endpoints: Array.from({ length: Math.min(perSlice, endpoints - i * perSlice) }, (_, k) =>
      endpointOf(spec, i * perSlice + k),
    ),
    ports: portsOf(ports),
  }))
}

/** Service, ServiceExport and EndpointSlices. */
export function largeObjects(spec: LargeSpec): readonly object[] {
  const { clusterIP, ports = 1, labels = {}, family = 4 } = spec
  const metadata = metadataOf(spec)
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: {
      type: 'ClusterIP',
      clusterIP: clusterIP ?? 'None',
      clusterIPs: [clusterIP ?? 'None'],
      ipFamilies: [`IPv${family}`],
      ports: portsOf(ports),
    },
  }
  const serviceExport = {
    apiVersion: 'multicluster.x-k8s.io/v1beta1',
    kind: 'ServiceExport',
    metadata,
    spec: { exportedLabels: labels },
  }
  return [service, serviceExport, ...slicesBehind(spec)]
}

/** The same as the text of one file. */
export const large = (spec: LargeSpec): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'List', items: largeObjects(spec) })
