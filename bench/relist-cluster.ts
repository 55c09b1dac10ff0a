import type { ServerResponse } from 'node:http'
import { type Asked, FakeApiServer, isList } from '../test/sources/apiserver/fake.ts'
import { kubeconfig } from '../test/support/kubeconfig.ts'
import { until } from '../test/support/sockets.ts'
import { address, slice as sliceOf } from './scale/world.ts'

/** What the cluster holds, and how it is asked for. */
export const RELIST = {
  services: 10_000,
  slices: 50_000,
  endpoints: 4,
  perSecond: 10_000,
  /** The reflectors' own. */
  page: 500,
} as const

export interface RelistCluster extends AsyncDisposable {
  readonly kubeconfig: string
  /** Ends the watch of EndpointSlices as one that is too old; what is listed next differs in every slice. */
  readonly relist: () => Promise<void>
}

export const serviceOf = (i: number): string => `svc-${i}`

/** An API server in this process. Pages of slices are octets made beforehand: serving them costs next to nothing. */
export async function openCluster(): Promise<RelistCluster> {
  const server = await FakeApiServer.open()
  for (let i = 0; i < RELIST.services; i++) for (const object of serviceObjects(i)) server.put(object)
  const variants = [pagesOf(0), pagesOf(1)]
  let variant = 0
  const list = (response: ServerResponse, { query }: Asked): void => {
    const page = Number(query.get('continue') ?? 0)
    response.end(variants[variant % 2]?.[page])
  }
  server.fault(isList('endpointslices'), list, Number.POSITIVE_INFINITY)
  return {
    kubeconfig: kubeconfig(server.url),
    relist: async () => {
      await until(() => [...server.watchers].some(({ plural }) => plural === 'endpointslices'), 'a watch')
      variant += 1
      const gone = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' }
      const watcher = server.watcher('endpointslices')
      server.send(watcher, 'ERROR', gone)
      watcher.response.end()
    },
    [Symbol.asyncDispose]: () => server.kill(),
  }
}

const CREATED = '2026-01-01T00:00:00Z'

function serviceObjects(i: number) {
  const metadata = { name: serviceOf(i), namespace: 'default', creationTimestamp: CREATED }
  const clusterIP = address(60, i)
  const ports = [{ name: 'http', protocol: 'TCP', port: 80 }]
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { clusterIP, clusterIPs: [clusterIP], ports } },
    { apiVersion: 'multicluster.x-k8s.io/v1beta1', kind: 'ServiceExport', metadata },
  ]
}

function pagesOf(variant: number): readonly Buffer[] {
  const { slices, page } = RELIST
  return Array.from({ length: Math.ceil(slices / page) }, (_, n) => {
    const items = Array.from({ length: Math.min(page, slices - n * page) }, (_, i) =>
      slice(n * page + i, variant),
    )
    const next = (n + 1) * page < slices ? String(n + 1) : ''
    return Buffer.from(
      JSON.stringify({ kind: 'List', metadata: { resourceVersion: '1000000', continue: next }, items }),
    )
  })
}

function slice(i: number, variant: number) {
  const service = serviceOf(Math.floor((i * RELIST.services) / RELIST.slices))
  return sliceOf({
    service,
    namespace: 'default',
    name: `${service}-${i}`,
    revision: variant,
    changedAt: CREATED,
    addresses: Array.from({ length: RELIST.endpoints }, (_, n) =>
      address(10 + 2 * variant, i * RELIST.endpoints + n),
    ),
  })
}
