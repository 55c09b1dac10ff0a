/** Three clusters that a controller writes to, and what the tests ask of them. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CHECKOUT } from '../../support/server.ts'
import { type Cluster, type Manifest, readManifests, startCluster } from '../ground/index.ts'
import { exported, fieldOf, type Live, SERVICE_CIDRS } from './index.ts'

export const MCS = 'multicluster.x-k8s.io/v1beta1'
export const SLICES = 'discovery.k8s.io/v1'
export const SOON_MS = 30_000

export type Clusters = readonly [east: Cluster, west: Cluster, central: Cluster]

export const CLUSTER_IDS = ['cluster-east', 'cluster-west', 'cluster-central'] as const

/** Of docs/examples/rbac.yaml, what the controller needs beside reading. */
const controllerRoles = (): readonly Manifest[] =>
  readManifests(readFileSync(join(CHECKOUT, 'docs/examples/rbac.yaml'), 'utf8')).filter(
    ({ metadata }) => metadata.name === 'meridian-controller',
  )

/** With the namespace shop, and with what Meridian's service account needs. */
export async function startClusters(): Promise<Clusters> {
  const clusters = await Promise.all([
    startCluster(CLUSTER_IDS[0], { serviceCIDRs: ['10.101.0.0/16'] }),
    startCluster(CLUSTER_IDS[1], { serviceCIDRs: ['10.102.0.0/16'] }),
    startCluster(CLUSTER_IDS[2], { serviceCIDRs: SERVICE_CIDRS['cluster-central'] }),
  ])
  await Promise.all(
    clusters.map(async (one) => {
      await one.apply(controllerRoles())
      await one.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }])
    }),
  )
  return clusters
}

/** Of a hub that writes to all of them. */
export const configOf = (clusters: Clusters, more: object = {}): object => ({
  dns: { listen: ['127.0.0.1:0'] },
  admin: { listen: '127.0.0.1:0' },
  local: { cluster: 'cluster-east' },
  clusterStates: { downAfter: '3s', upAfter: '1s' },
  clusters: clusters.map(({ id, readerKubeconfig }) => ({
    id,
    network: 'flat',
    source: { kubeconfig: { path: readerKubeconfig } },
  })),
  controller: {
    enabled: true,
    writes: 'all',
    lease: { duration: '10s' },
    rate: { perSecond: 400, burst: 400 },
  },
  ...more,
})

export const refOf = (kind: string, name: string, namespace = 'shop') => ({
  apiVersion: kind === 'Service' ? 'v1' : MCS,
  kind,
  name,
  namespace,
})

export const importIn = (cluster: Cluster, name: string, namespace?: string): Promise<Manifest> =>
  cluster.admin.get(refOf('ServiceImport', name, namespace))

export function labelOf(metadata: Manifest['metadata'], name: string): string | undefined {
  const value = fieldOf(fieldOf(metadata, 'labels'), name)
  return typeof value === 'string' ? value : undefined
}

export const specOf = (object: Manifest): unknown => fieldOf(object, 'spec')

export async function isAbsent(
  cluster: Cluster,
  kind: string,
  name: string,
  namespace?: string,
): Promise<void> {
  const { status } = await cluster.admin.request(
    'GET',
    await cluster.admin.pathOf(refOf(kind, name, namespace)),
  )
  if (status !== 404) throw new Error(`${kind} ${name} of ${cluster.id}: status ${status}`)
}

/** `Valid=True Ready=True Conflict=False(NoConflicts)`, of the conditions of an object. */
export async function conditionsOf(
  cluster: Cluster,
  kind: string,
  name: string,
): Promise<Record<string, string>> {
  const conditions = fieldOf(fieldOf(await cluster.admin.get(refOf(kind, name)), 'status'), 'conditions')
  const all = Array.isArray(conditions) ? conditions : []
  return Object.fromEntries(
    all.map((one: unknown) => [fieldOf(one, 'type'), `${fieldOf(one, 'status')} ${fieldOf(one, 'reason')}`]),
  )
}

/** A Service of that name with a pod, and its ServiceExport; its address is the API server's choice. */
export const service = (
  name: string,
  net: number,
  host: number,
  port = 80,
  namespace = 'shop',
): Manifest[] => {
  const pods = [`10.${net}.${host >> 8}.${host & 255}`]
  return exported({ name, namespace, clusterIP: 'any', pods, port }).map((one) =>
    one.kind === 'Service' ? { ...one, spec: { ports: [{ name: 'http', port, protocol: 'TCP' }] } } : one,
  )
}

/** How many writes the API server was asked for so far, Leases apart. */
export async function writesTo(cluster: Cluster): Promise<number> {
  const { body } = await cluster.admin.request('GET', '/metrics')
  const lines = String(body).match(/^apiserver_request_total\{.*$/gm) ?? []
  return lines
    .filter((line) => /verb="(POST|PUT|PATCH|APPLY|DELETE)"/.test(line))
    .filter((line) => /resource="(services|endpointslices|serviceimports|serviceexports)"/.test(line))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

export const metric = async (live: Live, name: string, label = ''): Promise<number> => {
  const { text } = await live.get('/metrics')
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith(`meridian_${name}{`) && line.includes(label))
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}
