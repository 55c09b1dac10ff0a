/** What clusters may do to their objects, at random: every kind that Meridian reads, made, changed and taken away. */

import type { Cluster, Manifest, Ref } from '../ground/index.ts'
import { demoManifests } from './demo.ts'

type Random = () => number

/** One change of one cluster, in words and to be made. */
interface Change {
  readonly cluster: Cluster
  readonly words: string
  readonly make: () => Promise<unknown>
}

/** So many changes, drawn in order, and made at the same time in different clusters. Resolves with their words. */
export async function changeAtRandom(
  clusters: readonly Cluster[],
  count: number,
  random: Random,
): Promise<readonly string[]> {
  const changes = Array.from({ length: count }, () => drawChange(clusters, random))
  const inTurn = async (cluster: Cluster): Promise<void> => {
    for (const one of changes) if (one.cluster === cluster) await one.make()
  }
  await Promise.all(clusters.map(inTurn))
  return changes.map(({ cluster, words }) => `${cluster.id}: ${words}`)
}

function drawChange(clusters: readonly Cluster[], random: Random): Change {
  const cluster = pick(clusters, random)
  const draw = pick(DRAWS, random)
  const drawn = draw(cluster, pick(NAMESPACES, random), `s${whole(8, random)}`, random)
  return { cluster, ...drawn }
}

const NAMESPACES = ['default', 'shop', 'kube-system']

type Draw = (cluster: Cluster, namespace: string, name: string, random: Random) => Omit<Change, 'cluster'>

const drawService: Draw = (cluster, namespace, name, random) => {
  const made = service(namespace, name, random)
  const ingress = made.spec['type'] === 'LoadBalancer' ? [{ ip: `203.0.113.${whole(200, random) + 1}` }] : []
  return {
    words: `Service ${namespace}/${name} is ${made.spec['type']} ${made.spec['clusterIP'] ?? ''}`,
    // Its kind of address can not be changed.
    make: async () => {
      await cluster.admin.delete(refTo('v1', 'Service', namespace, name))
      await cluster.apply([made])
      if (ingress.length === 0) return
      await cluster.admin.patch(refOf(made), { status: { loadBalancer: { ingress } } }, '/status')
    },
  }
}

const drawSlice: Draw = (cluster, namespace, name, random) => {
  const made = slice(cluster, namespace, name, random)
  const ready = JSON.stringify(made['endpoints'])
  return { words: `EndpointSlice ${made.metadata.name} ${ready}`, make: () => cluster.apply([made]) }
}

const drawExport: Draw = (cluster, namespace, name, random) => {
  const made = serviceExport(namespace, name, random)
  return {
    words: `ServiceExport ${namespace}/${name} ${JSON.stringify(made.metadata['annotations'])}`,
    make: () => cluster.apply([made]),
  }
}

/** Where Meridian stands they count; elsewhere they make no difference. */
const drawImport: Draw = (cluster, namespace, name, random) => {
  const made = serviceImport(namespace, name, random)
  return { words: `ServiceImport ${namespace}/${name}`, make: () => cluster.apply([made]) }
}

const drawDeletion: Draw = (cluster, namespace, name, random) => {
  const [apiVersion, kind, suffix] = pick(DELETED, random)
  return {
    words: `no ${kind} ${namespace}/${name}${suffix}`,
    make: () => cluster.admin.delete(refTo(apiVersion, kind, namespace, `${name}${suffix}`)),
  }
}

const drawDemo: Draw = (cluster, _namespace, _name, random) => {
  const object = pick(demoManifests(cluster.id), random)
  const stays = random() < 0.5
  const make = stays ? () => cluster.apply([object]) : () => cluster.admin.delete(refOf(object))
  return { words: `${stays ? '' : 'no '}${object.kind} ${object.metadata.name} of the demo`, make }
}

const DRAWS: readonly Draw[] = [
  ...[drawService, drawService, drawSlice, drawSlice, drawSlice, drawSlice],
  ...[drawExport, drawExport, drawExport, drawImport, drawDeletion, drawDeletion, drawDeletion, drawDemo],
]

const MCS = 'multicluster.x-k8s.io'

const DELETED = [
  ['v1', 'Service', ''],
  ['discovery.k8s.io/v1', 'EndpointSlice', '-ipv4-0'],
  ['discovery.k8s.io/v1', 'EndpointSlice', '-ipv6-0'],
  [`${MCS}/v1beta1`, 'ServiceExport', ''],
  [`${MCS}/v1alpha1`, 'ServiceExport', ''],
  [`${MCS}/v1beta1`, 'ServiceImport', ''],
] as const

const PORTS = [
  [{ name: 'http', port: 80, protocol: 'TCP' }],
  [{ name: 'http', port: 8080, protocol: 'TCP' }],
  [
    { name: 'dns', port: 53, protocol: 'UDP' },
    { name: 'dns-tcp', port: 53, protocol: 'TCP' },
  ],
  [{ port: 443, protocol: 'TCP' }],
]

type Service = Manifest & { readonly spec: Readonly<Record<string, unknown>> }

function service(namespace: string, name: string, random: Random): Service {
  const type = pick(['ClusterIP', 'ClusterIP', 'ClusterIP', 'LoadBalancer', 'ExternalName'], random)
  const metadata = { name, namespace }
  const head = { apiVersion: 'v1', kind: 'Service', metadata }
  if (type === 'ExternalName') return { ...head, spec: { type, externalName: 'example.com' } }
  const ports = pick(PORTS, random)
  const headless = type === 'ClusterIP' && random() < 0.4
  const sessionAffinity = !headless && random() < 0.3 ? 'ClientIP' : 'None'
  const publishNotReadyAddresses = random() < 0.2
  const spec = { type, ports, sessionAffinity, publishNotReadyAddresses }
  return { ...head, spec: headless ? { ...spec, clusterIP: 'None' } : spec }
}

const NETWORKS: Readonly<Record<string, string>> = {
  'cluster-east': '1',
  'cluster-west': '2',
  'cluster-central': '3',
}

function slice({ id }: Cluster, namespace: string, of: string, random: Random): Manifest {
  const six = random() < 0.25
  const network = NETWORKS[id] ?? '9'
  const address = (host: number) => (six ? `fd00:10:${network}::${host}` : `10.${network}.20.${host}`)
  const foreign = random() < 0.1 ? { 'multicluster.kubernetes.io/source-cluster': 'elsewhere' } : {}
  const endpoints = Array.from({ length: whole(4, random) }, (_, n) => ({
    addresses: [address(whole(200, random) + 1)],
    conditions: pick([{ ready: true }, { ready: true }, {}, UNREADY, TERMINATING], random),
    ...(random() < 0.4 && { hostname: `pod-${n}` }),
    zone: `zone-${whole(2, random)}`,
  }))
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${of}-${six ? 'ipv6' : 'ipv4'}-${whole(2, random)}`,
      namespace,
      labels: { 'kubernetes.io/service-name': of, ...foreign },
    },
    addressType: six ? 'IPv6' : 'IPv4',
    endpoints,
    ports: pick(PORTS, random),
  }
}

const UNREADY = { ready: false, serving: false, terminating: false }
const TERMINATING = { ready: false, serving: true, terminating: true }

function serviceExport(namespace: string, name: string, random: Random): Manifest {
  const weight = random() < 0.3 ? { 'meridian-dns.io/weight': String(whole(4, random) * 25) } : {}
  const reach = random() < 0.2 ? { 'meridian-dns.io/reach': pick(['loadBalancer', 'endpoints'], random) } : {}
  return {
    apiVersion: `${MCS}/${pick(['v1alpha1', 'v1beta1'], random)}`,
    kind: 'ServiceExport',
    metadata: { name, namespace, annotations: { ...weight, ...reach } },
  }
}

function serviceImport(namespace: string, name: string, random: Random): Manifest {
  const ips = [`10.111.0.${whole(250, random) + 1}`]
  return {
    apiVersion: `${MCS}/v1beta1`,
    kind: 'ServiceImport',
    metadata: { name, namespace },
    spec: { type: 'ClusterSetIP', ips, ipFamilies: ['IPv4'], ports: pick(PORTS, random) },
  }
}

const refTo = (apiVersion: string, kind: string, namespace: string, name: string): Ref => ({
  apiVersion,
  kind,
  namespace,
  name,
})

const refOf = ({ apiVersion, kind, metadata: { name, namespace = 'default' } }: Manifest): Ref =>
  refTo(apiVersion, kind, namespace, name)

/** From 0 to below `limit`. */
const whole = (limit: number, random: Random): number => Math.floor(random() * limit)

function pick<T>(items: readonly T[], random: Random): T {
  const item = items[whole(items.length, random)]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}
