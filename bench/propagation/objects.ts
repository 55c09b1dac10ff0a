import type { KubeClient } from '../../test/e2e/ground/index.ts'

/**
 * How a Headless service comes to a cluster's DNS: exported from it, with a Service, a ServiceExport and ordinary
 * slices; or imported into it, with a ServiceImport and slices that the MCS API's labels name.
 */
export type Way = 'exported' | 'imported'

type Manifest = Readonly<Record<string, unknown>>

/** An object to create, at the path of its collection. */
type Creation = readonly [collection: string, manifest: Manifest]

const PER_NAMESPACE = 500
const IN_FLIGHT = 16

export const SOURCE_CLUSTER = 'cluster-west'

const DISCOVERY = 'discovery.k8s.io/v1'
const MCS = 'multicluster.x-k8s.io/v1beta1'
const PORTS = [{ name: 'http', protocol: 'TCP', port: 80 }]

/** `svc-7.exported-0.svc.clusterset.local`. */
export const domainName = (way: Way, i: number): string =>
  `${nameOf(i)}.${namespaceOf(way, i)}.svc.clusterset.local`

/** Of the one slice that a service has. */
export const slicePath = (way: Way, i: number): string =>
  `${collection(DISCOVERY, way, i, 'endpointslices')}/${nameOf(i)}-0`

export const endpoints = (addresses: readonly string[]): readonly Manifest[] =>
  addresses.map((one) => ({ addresses: [one], conditions: { ready: true } }))

/** Creates the services from `from` up to but without `to`, each both ways, many requests at a time. */
export async function createServices(admin: KubeClient, from: number, to: number): Promise<void> {
  const namespaces = new Set(range(from, to).flatMap((i) => WAYS.map((way) => namespaceOf(way, i))))
  for (const name of namespaces)
    await admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  const waiting = range(from, to).values()
  const create = async (): Promise<void> => {
    for (const i of waiting) for (const one of WAYS.flatMap((way) => OBJECTS[way](i))) await post(admin, one)
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, create))
}

const WAYS: readonly Way[] = ['exported', 'imported']

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, i) => from + i)

async function post(admin: KubeClient, [path, manifest]: Creation): Promise<void> {
  const { status, body } = await admin.request('POST', path, manifest)
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${JSON.stringify(body)}`)
}

const OBJECTS: Readonly<Record<Way, (i: number) => readonly Creation[]>> = {
  exported: (i) => [
    [collection('v1', 'exported', i, 'services'), service(i)],
    [
      collection(MCS, 'exported', i, 'serviceexports'),
      { apiVersion: MCS, kind: 'ServiceExport', ...meta(i) },
    ],
    sliceOf('exported', i, { 'kubernetes.io/service-name': nameOf(i) }),
  ],
  imported: (i) => [
    [collection(MCS, 'imported', i, 'serviceimports'), serviceImport(i)],
    sliceOf('imported', i, {
      'multicluster.kubernetes.io/service-name': nameOf(i),
      'multicluster.kubernetes.io/source-cluster': SOURCE_CLUSTER,
    }),
  ],
}

const service = (i: number): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  ...meta(i),
  spec: { clusterIP: 'None', ports: PORTS },
})

const serviceImport = (i: number): Manifest => ({
  apiVersion: MCS,
  kind: 'ServiceImport',
  ...meta(i),
  spec: { type: 'Headless', ports: PORTS },
})

const sliceOf = (way: Way, i: number, labels: Manifest): Creation => [
  collection(DISCOVERY, way, i, 'endpointslices'),
  {
    apiVersion: DISCOVERY,
    kind: 'EndpointSlice',
    metadata: { name: `${nameOf(i)}-0`, labels },
    addressType: 'IPv4',
    ports: PORTS,
    endpoints: endpoints([`10.1.${i >> 8}.${i & 255}`, `10.2.${i >> 8}.${i & 255}`]),
  },
]

const meta = (i: number): Manifest => ({ metadata: { name: nameOf(i) } })

const nameOf = (i: number): string => `svc-${i}`

const namespaceOf = (way: Way, i: number): string => `${way}-${Math.floor(i / PER_NAMESPACE)}`

const collection = (apiVersion: string, way: Way, i: number, plural: string): string =>
  `/${apiVersion === 'v1' ? 'api' : 'apis'}/${apiVersion}/namespaces/${namespaceOf(way, i)}/${plural}`
