import { type Offline, readOffline } from '../../../src/app/cli/offline.ts'
import { type Config, parseConfig } from '../../../src/app/config/index.ts'
import { temporary } from '../../support/temporary.ts'

/** A cluster's entry without id and source, and the files in its directory; null: there is no directory. */
export interface Given {
  readonly keys?: string
  readonly files: Readonly<Record<string, string>> | null
}

/** Reads what a configuration and some directories of manifests say together. */
export async function offlineOf(clusters: Readonly<Record<string, Given>>, config = ''): Promise<Offline> {
  const directory = await temporary()
  try {
    for (const [id, { files }] of Object.entries(clusters))
      for (const [file, text] of Object.entries(files ?? {})) await directory.write(`${id}/${file}`, text)
    return await readOffline(parseConfig(`${entriesOf(clusters)}${config}`, directory.at('meridian.yaml')))
  } finally {
    await directory.close()
  }
}

const entriesOf = (clusters: Readonly<Record<string, Given>>): string =>
  `clusters:\n${Object.entries(clusters)
    .map(
      ([id, { keys }]) =>
        `  - {id: ${id}, source: {manifests: ./${id}}${keys === undefined ? '' : `, ${keys}`}}\n`,
    )
    .join('')}`

export const configOf = (text: string): Config => parseConfig(text, 'meridian.yaml')

export interface Shape {
  readonly key?: string
  /** Of the last octet of the ClusterIP and of the endpoints. */
  readonly n?: number
  readonly port?: number
  readonly target?: number
  readonly ready?: readonly boolean[]
  /** Added to the Service's spec, the ServiceExport's metadata, the EndpointSlice's metadata. */
  readonly spec?: string
  readonly exportMeta?: string
  readonly exported?: boolean
  readonly createdAt?: string
  readonly addresses?: readonly string[]
}

/** A service as one cluster has it: Service, EndpointSlice and, unless said otherwise, ServiceExport. */
export function service(shape: Shape = {}): string {
  const { key = 'shop/cart', n = 1, port = 80, target = port, spec = '', exportMeta = '' } = shape
  const [namespace, name] = key.split('/')
  const ready = shape.ready ?? [true]
  const addresses = shape.addresses ?? ready.map((_, i) => `10.1.${n}.${i + 1}`)
  const endpoints = addresses.map(
    (address, i) => `{addresses: ["${address}"], conditions: {ready: ${ready[i] ?? true}}}`,
  )
  const documents = [
    `{apiVersion: v1, kind: Service, metadata: {name: ${name}, namespace: ${namespace}}, spec: {${
      spec.includes('clusterIP:') || spec.includes('ExternalName')
        ? ''
        : `clusterIP: 10.96.0.${n}, clusterIPs: [10.96.0.${n}], `
    }ports: [{name: http, port: ${port}, targetPort: ${target}, protocol: TCP}]${spec === '' ? '' : `, ${spec}`}}}`,
    `{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: ${name}-x, namespace: ${namespace}, labels: {kubernetes.io/service-name: ${name}}}, addressType: IPv4, ports: [{name: http, port: ${target}, protocol: TCP}], endpoints: [${endpoints.join(', ')}]}`,
    ...(shape.exported === false ? [] : [exportOf(key, exportMeta, shape.createdAt)]),
  ]
  return documents.join('\n---\n')
}

export function exportOf(key: string, meta = '', createdAt = '2026-01-01T00:00:00Z'): string {
  const [namespace, name] = key.split('/')
  return `{apiVersion: multicluster.x-k8s.io/v1alpha1, kind: ServiceExport, metadata: {name: ${name}, namespace: ${namespace}, creationTimestamp: "${createdAt}"${meta === '' ? '' : `, ${meta}`}}}`
}
