import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the benchmark's clusters hold; every cluster exports every service. */
export const WORLD = {
  clusters: ['cluster-east', 'cluster-west', 'cluster-central'],
  services: 5000,
  /** Ready endpoints of a service in each cluster. */
  endpoints: 2,
  headless: 50,
  headlessEndpoints: 4,
  perNamespace: 100,
} as const

type Manifest = Readonly<Record<string, unknown>>

/** Writes a configuration and its manifests under `dir`, and returns the configuration's path. */
export function writeWorld(dir: string): string {
  for (const cluster of WORLD.clusters.keys()) writeCluster(dir, cluster)
  const file = join(dir, 'meridian.yaml')
  writeFileSync(file, JSON.stringify(configuration(), null, 2))
  return file
}

/** `svc-7.team-0`: the i-th ClusterSetIP service as names have it. */
export const serviceName = (i: number): string => `svc-${i}.${namespaceOf(i)}`

/** `db-7.data`: the i-th Headless service. */
export const headlessName = (i: number): string => `db-${i}.data`

const namespaceOf = (i: number): string => `team-${Math.floor(i / WORLD.perNamespace)}`

/** One flat network; port 0 leaves the choice to the system. JSON is YAML. */
const configuration = (): Manifest => ({
  dns: { listen: ['127.0.0.1:0'] },
  admin: { listen: '127.0.0.1:0' },
  local: { cluster: WORLD.clusters[0] },
  clusters: WORLD.clusters.map((id, c) => ({
    id,
    locality: `region-${c}`,
    network: 'flat',
    podCIDRs: [`10.${c}.0.0/16`],
    serviceCIDRs: [`10.${100 + c}.0.0/16`],
    source: { manifests: `./${id}` },
  })),
})

function writeCluster(dir: string, cluster: number): void {
  const folder = join(dir, WORLD.clusters[cluster] ?? '')
  mkdirSync(folder)
  const services = Array.from({ length: WORLD.services }, (_, i) => i)
  const files = Map.groupBy(services, namespaceOf)
  for (const [namespace, members] of files)
    writeList(
      join(folder, `${namespace}.json`),
      members.flatMap((i) => service(cluster, i)),
    )
  const headless = Array.from({ length: WORLD.headless }, (_, i) => headlessService(cluster, i))
  writeList(join(folder, 'data.json'), headless.flat())
}

const writeList = (file: string, items: readonly Manifest[]): void =>
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))

const service = (cluster: number, i: number): readonly Manifest[] =>
  exported(
    { name: `svc-${i}`, namespace: namespaceOf(i), creationTimestamp: '2026-01-01T00:00:00Z' },
    address(100 + cluster, i),
    Array.from({ length: WORLD.endpoints }, (_, n) => address(cluster, WORLD.endpoints * i + n)),
  )

/** Above the others' addresses: those take two to a service. */
const headlessService = (cluster: number, i: number): readonly Manifest[] =>
  exported(
    { name: `db-${i}`, namespace: 'data', creationTimestamp: '2026-01-01T00:00:00Z' },
    'None',
    Array.from({ length: WORLD.headlessEndpoints }, (_, n) =>
      address(cluster, WORLD.endpoints * WORLD.services + WORLD.headlessEndpoints * i + n),
    ),
  )

const address = (net: number, i: number): string => `10.${net}.${i >> 8}.${i & 255}`

function exported(
  metadata: { readonly name: string; readonly namespace: string; readonly creationTimestamp: string },
  clusterIP: string,
  addresses: readonly string[],
): readonly Manifest[] {
  const slice = {
    ...metadata,
    name: `${metadata.name}-0`,
    labels: { 'kubernetes.io/service-name': metadata.name },
  }
  const ports = [{ name: 'http', protocol: 'TCP', port: 80 }]
  const endpoints = addresses.map((one) => ({ addresses: [one], conditions: { ready: true } }))
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { clusterIP, clusterIPs: [clusterIP], ports } },
    { apiVersion: 'multicluster.x-k8s.io/v1alpha1', kind: 'ServiceExport', metadata },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: slice,
      addressType: 'IPv4',
      ports,
      endpoints,
    },
  ]
}
