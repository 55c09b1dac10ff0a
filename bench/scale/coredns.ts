import { type Cluster, startCluster, startCoreDns } from '../../test/e2e/ground/index.ts'
import { buildQuery } from '../../test/support/client.ts'
import { askManyUdp } from '../../test/support/sockets.ts'
import { CLUSTER_ID, corefile, writeConfiguration } from '../real-cluster.ts'
import { type Resident, settled } from './process.ts'
import { count, mebibytes, row, verdict } from './report.ts'
import { startServer } from './server.ts'
import {
  exportObject,
  importObject,
  isHeadless,
  namespaceOf,
  PORTS,
  type RawObject,
  type Share,
  type Size,
  serviceName,
  serviceObject,
  sliceObjects,
} from './world.ts'

/** The same services for both, in one cluster. */
const SIZE: Size = { clusters: 1, services: 10_000, endpoints: 100_000, exporters: 1 }
const SHORT: Size = { clusters: 1, services: 100, endpoints: 1000, exporters: 1 }
const BURST = { queries: 100_000, atOnce: 200 }
const IN_FLIGHT = 16

/** A server beside another: how much is resident, settled after its start and after a burst of queries. */
interface Held {
  readonly ready: Resident
  readonly burst: Resident
}

/** Prints what Meridian and CoreDNS take that hold the same services of a real API server. */
export async function measureBesideCoreDns(heapMiB: number | null, isShort: boolean): Promise<void> {
  const size = isShort ? SHORT : SIZE
  console.log(`\nBeside CoreDNS (kubernetes, multicluster): ${count(size.services)} services with ${size.endpoints / size.services} endpoints each from one real API server
${row('MiB resident, settled', ['started', 'after burst'])}`)
  const cluster = await startCluster(CLUSTER_ID)
  try {
    await create(cluster, size)
    const meridian = await heldByMeridian(cluster, size, heapMiB, isShort)
    console.log(printHeld('Meridian', meridian))
    const coreDns = await heldByCoreDns(cluster, size, isShort)
    console.log(printHeld('CoreDNS', coreDns))
    const ratio = meridian.burst.now / coreDns.burst.now
    console.log(`  Meridian / CoreDNS: ${verdict(ratio, 1, '')}`)
  } finally {
    await cluster.close()
  }
}

const printHeld = (title: string, { ready, burst }: Held): string =>
  row(title, [mebibytes(ready.now), mebibytes(burst.now)])

async function heldByMeridian(
  cluster: Cluster,
  size: Size,
  heapMiB: number | null,
  isShort: boolean,
): Promise<Held> {
  await using server = await startServer(writeConfiguration(cluster), heapMiB)
  return await held(server.pid, server.port, 'clusterset.local', size, isShort)
}

async function heldByCoreDns(cluster: Cluster, size: Size, isShort: boolean): Promise<Held> {
  const server = await startCoreDns(corefile(cluster))
  try {
    const { pid } = server.server
    if (pid === undefined) throw new Error('CoreDNS does not run')
    return await held(pid, server.port, 'cluster.local', size, isShort)
  } finally {
    await server.close()
  }
}

async function held(
  pid: number,
  port: number,
  domain: string,
  { services }: Size,
  isShort: boolean,
): Promise<Held> {
  const ready = await settled(pid, isShort)
  for (let asked = 0; asked < BURST.queries; asked += BURST.atOnce) {
    const queries = Array.from({ length: BURST.atOnce }, (_, i) =>
      buildQuery({ name: `${serviceName((asked + i) % services)}.svc.${domain}`, type: 'A', id: i }),
    )
    await askManyUdp({ host: '127.0.0.1', port }, queries, queries.length)
  }
  return { ready, burst: await settled(pid, isShort) }
}

/** Many requests at a time. */
async function create(cluster: Cluster, size: Size): Promise<void> {
  const services = Array.from({ length: size.services }, (_, service) => service)
  for (const name of new Set(services.map(namespaceOf)))
    await cluster.admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  const waiting = services.values()
  const some = async (): Promise<void> => {
    for (const service of waiting) {
      const share = { service, exporter: 0 }
      const slices = sliceObjects(size, share, { revision: 0, changedAt: null })
      for (const object of [
        serviceObjectToCreate(share),
        exportObject(share),
        importObject(share),
        ...slices,
      ])
        await post(cluster, object)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, some))
}

/** The API server gives the address. */
const serviceObjectToCreate = (share: Share): RawObject => ({
  ...serviceObject(share),
  spec: { ...(isHeadless(share.service) && { clusterIP: 'None' }), ports: PORTS },
})

const PLURALS: Readonly<Record<string, string>> = {
  Service: 'services',
  ServiceExport: 'serviceexports',
  ServiceImport: 'serviceimports',
  EndpointSlice: 'endpointslices',
}

async function post({ admin }: Cluster, object: RawObject): Promise<void> {
  const { apiVersion, kind } = object
  const { name, namespace, labels } = object.metadata
  const root = apiVersion === 'v1' ? 'api' : 'apis'
  const path = `/${root}/${apiVersion}/namespaces/${namespace}/${PLURALS[kind]}`
  const { status, body } = await admin.request('POST', path, {
    ...object,
    metadata: { name, namespace, ...(labels !== undefined && { labels }) },
  })
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${JSON.stringify(body)}`)
}
