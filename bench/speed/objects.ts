import type { KubeClient } from '../../test/e2e/ground/index.ts'
import { PORT, type Service, SOURCE, servicesOf, type World } from './world.ts'

type Manifest = Readonly<Record<string, unknown>>

const IN_FLIGHT = 16
const DISCOVERY = 'discovery.k8s.io/v1'
const MCS = 'multicluster.x-k8s.io/v1beta1'
const PORTS = [{ name: 'http', protocol: 'TCP', port: PORT }]

/** Every service as a ServiceImport and its EndpointSlices, as an importing cluster has them: both servers read these. */
export async function createObjects(admin: KubeClient, world: World): Promise<void> {
  const services = servicesOf(world)
  for (const name of new Set(services.map(({ namespace }) => namespace)))
    await admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  const waiting = services.values()
  const create = async (): Promise<void> => {
    for (const one of waiting) {
      await post(admin, `/apis/${MCS}/namespaces/${one.namespace}/serviceimports`, serviceImport(one))
      for (const each of slices(one))
        await post(admin, `/apis/${DISCOVERY}/namespaces/${one.namespace}/endpointslices`, each)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, create))
}

async function post(admin: KubeClient, path: string, manifest: Manifest): Promise<void> {
  const { status, body } = await admin.request('POST', path, manifest)
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${JSON.stringify(body)}`)
}

const serviceImport = ({ name, address }: Service): Manifest => ({
  apiVersion: MCS,
  kind: 'ServiceImport',
  metadata: { name },
  spec:
    address === undefined
      ? { type: 'Headless', ports: PORTS }
      : { type: 'ClusterSetIP', ports: PORTS, ips: [address], ipFamilies: ['IPv4'] },
})

/** What Kubernetes' own controller puts into a slice. */
const PER_SLICE = 100

const slices = ({ name, endpoints }: Service): readonly Manifest[] =>
  Array.from({ length: Math.ceil(endpoints.length / PER_SLICE) }, (_, i) =>
    slice(name, i, endpoints.slice(i * PER_SLICE, (i + 1) * PER_SLICE)),
  )

const slice = (name: string, at: number, endpoints: readonly string[]): Manifest => ({
  apiVersion: DISCOVERY,
  kind: 'EndpointSlice',
  metadata: {
    name: `${name}-${at}`,
    labels: {
      'multicluster.kubernetes.io/service-name': name,
      'multicluster.kubernetes.io/source-cluster': SOURCE,
    },
  },
  addressType: 'IPv4',
  ports: PORTS,
  endpoints: endpoints.map((one) => ({ addresses: [one], conditions: { ready: true } })),
})
