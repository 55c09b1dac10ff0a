/** Manifests that tests write: as kubectl prints them, with what no answer depends on left out. */

/** A Service that its cluster exports. */
export interface ExportedSpec {
  readonly name: string
  readonly namespace?: string
  /** `None` makes it headless. */
  readonly clusterIP: string
  /** Addresses of ready endpoints, of one family; their hostnames are those addresses. */
  readonly pods: readonly string[]
  readonly port?: number
  readonly targetPort?: number
  readonly affinity?: 'ClientIP'
}

/** A slice has no more (validation.go of discovery). */
const MOST_OF_SLICE = 1000

/** The Service, its ServiceExport and its EndpointSlices, as the text of one file. */
export function exported(spec: ExportedSpec): string {
  const { name, namespace = 'default', clusterIP, pods, port = 80, targetPort = port } = spec
  const metadata = { name, namespace, creationTimestamp: '2026-01-01T00:00:00Z' }
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: {
      type: 'ClusterIP',
      clusterIP,
      clusterIPs: [clusterIP],
      ports: [{ name: 'http', protocol: 'TCP', port, targetPort }],
      sessionAffinity: spec.affinity ?? 'None',
    },
  }
  const slices = Array.from({ length: Math.max(1, Math.ceil(pods.length / MOST_OF_SLICE)) }, (_, i) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...metadata, name: `${name}-${i + 1}`, labels: { 'kubernetes.io/service-name': name } },
    addressType: pods[0]?.includes(':') === true ? 'IPv6' : 'IPv4',
    endpoints: pods
      .slice(i * MOST_OF_SLICE, (i + 1) * MOST_OF_SLICE)
      .map((pod) => ({ addresses: [pod], conditions: { ready: true } })),
    ports: [{ name: 'http', protocol: 'TCP', port: targetPort }],
  }))
  const serviceExport = { apiVersion: 'multicluster.x-k8s.io/v1beta1', kind: 'ServiceExport', metadata }
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [service, serviceExport, ...slices] })
}

/** What a directory of manifests holds: texts by file name. */
export type Files = Readonly<Record<string, string>>

export interface Written {
  /** By cluster id. The first cluster is where the server stands. */
  readonly clusters: Readonly<Record<string, Files>>
  /** Keys of meridian.yaml besides clusters and addresses; those of `dns` are merged. */
  readonly config?: Readonly<Record<string, object>>
}

/** meridian.yaml for such clusters, all on one network, on ports that the system chooses. */
export function meridianYaml({ clusters, config = {} }: Written): string {
  const { dns = {}, ...rest } = config
  const entries = Object.keys(clusters).map((id) => ({
    id,
    network: 'flat',
    source: { manifests: `./${id}` },
  }))
  return JSON.stringify({
    dns: { listen: ['127.0.0.1:0'], id: 'test', ...dns },
    admin: { listen: '127.0.0.1:0' },
    log: { level: 'silent' },
    clusters: entries,
    ...rest,
  })
}

/** The same of two clusters on one network, east and west, of which west says more. */
export const eastAndWest = (ofWest: object): string =>
  meridianYaml({
    clusters: {},
    config: {
      clusters: ['east', 'west'].map((id) => ({
        id,
        network: 'flat',
        source: { manifests: `./${id}` },
        ...(id === 'west' && ofWest),
      })),
    },
  })

interface EntryParts {
  readonly name: string
  readonly hosts: readonly string[]
  /** Default: istio-system, which speaks for all. */
  readonly namespace?: string
  readonly created?: string
  /** Default: STATIC. */
  readonly resolution?: string
  /** Default: 80, `http`. */
  readonly port?: object
  /** Default: one. */
  readonly endpoints?: readonly object[]
}

/** Istio's ServiceEntry. */
export const serviceEntry = ({
  name,
  hosts,
  namespace = 'istio-system',
  created,
  ...spec
}: EntryParts): object => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'ServiceEntry',
  metadata: { name, namespace, ...(created !== undefined && { creationTimestamp: created }) },
  spec: {
    hosts,
    ports: [spec.port ?? { number: 80, name: 'http', protocol: 'TCP' }],
    resolution: spec.resolution ?? 'STATIC',
    endpoints: spec.endpoints ?? [{ address: '192.0.2.1' }],
  },
})
